"""A light load on a served site: clients that count what fails."""

import http.client
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

SECONDS = 90
PATH = "/sign-in"
HEADERS = {"X-Forwarded-Proto": "https"}


@contextmanager
def light_load(port: int) -> Iterator[Counter[str]]:
    """Clients within the block: two open a connection for each request, two keep theirs; what they met is counted.

    An answer other than 200 and a connection that ends without one are failures; nothing is sent again.
    """
    met: Counter[str] = Counter()
    is_over = threading.Event()
    clients = [
        threading.Thread(target=_call, args=(port, keeps, pause, is_over, met))
        for keeps, pause in ((False, 0.01), (False, 0.05), (True, 0.01), (True, 0.2))
    ]
    for client in clients:
        client.start()
    try:
        yield met
    finally:
        is_over.set()
        for client in clients:
            client.join()


def _call(port: int, keeps: bool, pause: float, is_over: threading.Event, met: Counter[str]) -> None:  # noqa: FBT001
    kind = "kept" if keeps else "new"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    while not is_over.is_set():
        try:
            connection.request("GET", PATH, headers=HEADERS)
            response = connection.getresponse()
            response.read()
            met[f"{kind} {response.status}"] += 1
        except (OSError, http.client.HTTPException) as error:
            met[f"{kind} {type(error).__name__}"] += 1
            connection.close()
        if not keeps:
            connection.close()
        time.sleep(pause)
    connection.close()
