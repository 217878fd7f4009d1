"""The same questions over HTTP: a production server for each size, asked by a visitor."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bench.errors import BenchError
from bench.load import Connection
from bench.site import serving, web_group
from bench.slots import asking
from bench.slots.data import DAYS, PROVIDERS
from bench.slots.databases import Databases, Size
from bench.slots.meter import Cost, Meter, theirs


@contextmanager
def served(databases: Databases, size: Size, var_dir: Path, port: int) -> "Iterator[Web]":
    """Run `manage.py serve` on the database of this size within the block."""
    usual = dict(os.environ)
    own_dir = var_dir / size.name  # the end of one server would end all of its directory
    own_dir.mkdir()
    place = {"DATABASE_URL": databases.url(size.database), "EMBEDDED_DATABASE": "0", "VAR_DIR": str(own_dir)}
    os.environ.update(place, PORT=str(port))
    try:
        with serving(port, own_dir):
            yield Web(port, size, theirs(web_group(port, own_dir), size.database))
    finally:
        os.environ.clear()
        os.environ.update(usual)


class Web:
    """The site on one database."""

    def __init__(self, port: int, size: Size, cpu: Callable[[], float]) -> None:
        """`cpu` returns the processor seconds of the web server and its database so far."""
        self._port = port
        self.size = size
        self._cpu = cpu

    def slots(self, provider: int) -> Cost:
        """The slots of one provider over the asked days."""
        monday = self.size.layout.monday
        until = monday + timedelta(days=DAYS)
        cost, found = self._get(f"/api/v1/doctors/{provider}/slots?from={monday}&to={until}")
        asking.expect("The site", [_start(slot) for slot in found], self.size.layout.free_starts(provider))
        return cost

    def earliest(self) -> Cost:
        """The earliest slots over all providers."""
        monday = self.size.layout.monday
        until = monday + asking.FURTHEST
        cost, found = self._get(f"/api/v1/doctors/slots?from={monday}&to={until}&limit={asking.LIMIT}")
        right = [start for start, _ in self.size.layout.earliest_free(PROVIDERS, asking.LIMIT)]
        asking.expect("The site", [_start(slot) for slot in found], right)
        return cost

    def _get(self, path: str) -> tuple[Cost, list[Any]]:
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nX-Forwarded-Proto: https\r\n\r\n"
        answer = None
        with closing(Connection(self._port)) as connection, Meter(self._cpu) as meter:  # one that waits is hung up on
            connection.send(head.encode())
            while answer is None:
                answer = connection.receive()
        if answer.status != 200:
            raise BenchError(f"{path} was answered with {answer.status}: {answer.body[:200].decode()}")
        return meter.cost, json.loads(answer.body)["slots"]


def _start(slot: Any) -> datetime:
    return datetime.fromisoformat(slot["start_at"])
