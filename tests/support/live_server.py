"""The site served by real processes (granian) on the test database, and plain HTTP calls to it."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from tests.support.api import Answer
from tests.support.environment import BASE_DIR
from tests.support.processes import free_port

SECONDS = 60


@contextmanager
def run_server(database: str, *, workers: int = 1, **environment: str) -> Iterator[int]:
    """The port of a server whose workers use this database; it and all its workers are gone afterwards."""
    port = free_port()
    options = {"--interface": "wsgi", "--port": port, "--workers": workers, "--blocking-threads": 4}
    command = [sys.executable, "-m", "granian", *(str(part) for option in options.items() for part in option)]
    settings = {"DJANGO_SETTINGS_MODULE": "tests.settings", "TEST_DATABASE": database}
    server = subprocess.Popen(
        [*command, "--no-ws", "--log-level", "error", "tests.support.killable_app:application"],
        cwd=BASE_DIR,
        env={**os.environ, **settings, **environment},
        start_new_session=True,
    )
    try:
        await_listening(port, server)
        yield port
    finally:
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def call(
    port: int, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
) -> Answer | None:
    """The answer of one call over a connection of its own; None when the server died before it answered."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    given = {"Content-Type": "application/json", **(headers or {})}
    try:
        connection.request(method, path, json.dumps(body), given)
        response = connection.getresponse()
        return Answer(response.status, json.loads(response.read()), dict(response.getheaders()))
    except (http.client.BadStatusLine, ConnectionError):
        return None
    finally:
        connection.close()


def await_listening(port: int, server: "subprocess.Popen[Any]") -> None:
    """Return when the server takes connections."""
    deadline = time.monotonic() + SECONDS
    while True:
        assert server.poll() is None, "the server did not start"
        assert time.monotonic() < deadline, "the server does not answer"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
