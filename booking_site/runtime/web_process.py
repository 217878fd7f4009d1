"""The code of a web server's own processes: granian, on a listening socket that the parent opened.

The master imports the site before it starts workers, so they all have the same code, start fast, and share memory.
"""

import os
import signal
import socket
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import set_start_method
from multiprocessing.connection import Connection
from types import FrameType
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.net import SocketHolder  # type: ignore[attr-defined]  # imported there, not exported
from granian.server.mp import MPServer

THREADS = 4  # per worker; more than 2 x 4 only add waiting on two cores
BACKLOG = 1024
RESPAWN_SECONDS = 1
APPLICATION = "booking_site.wsgi"
READY = "ready"
DRAIN = signal.SIGUSR1  # sent to the process group of a server that is about to be replaced

Application = Callable[[dict[str, object], Callable[..., Any]], Iterable[bytes]]


def serve(listener: int, report: Connection, *, workers: int) -> None:
    """Serve on an inherited socket until SIGTERM; each worker reports READY after it has loaded the site.

    Raises OSError when another server listens on the address meanwhile.
    """
    import_module(APPLICATION)
    if sys.platform == "linux":
        set_start_method("fork", force=True)
    # Only now: until there is something to answer with, a client is refused, and sees it.
    with socket.socket(fileno=os.dup(listener)) as same:
        same.listen(BACKLOG)
    signal.signal(DRAIN, signal.SIG_IGN)  # only the workers react to it
    server = InheritingServer(
        APPLICATION,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        backlog=BACKLOG,
        websockets=False,
        respawn_failed_workers=True,
        respawn_interval=RESPAWN_SECONDS,
        log_level=LogLevels.warning,
    )
    server.listener = listener
    server.serve(target_loader=Worker(listener, report), wrap_loader=False)


class InheritingServer(MPServer):
    """granian with one given socket for all workers; by itself it opens one for each.

    With a socket for each worker, the waiting connections would be lost when a worker ends; at a shared socket they
    wait for the next worker.
    """

    listener: int

    def _init_shared_socket(self) -> None:
        self._ssp = None
        # Its stubs do not know this way; the last two are: no Unix socket, and the backlog.
        self._shd = SocketHolder(self.listener, False, BACKLOG)  # type: ignore[call-arg, assignment]  # noqa: FBT003
        self._sso = socket.socket(fileno=self.listener)


@dataclass(frozen=True)
class Worker:
    """Makes the application of one worker, in its process."""

    listener: int
    report: Connection

    def __call__(self) -> Application:
        site: Application = import_module(APPLICATION).application
        draining = Draining(site, self.listener)
        signal.signal(DRAIN, draining.begin)
        with suppress(OSError):  # a worker that replaces a killed one: nobody waits for it
            self.report.send(READY)
        return draining


class Draining:
    """The site. Before its worker is replaced it accepts no more connections and closes the others in order."""

    def __init__(self, site: Application, listener: int) -> None:
        self._site = site
        self._listener = listener
        self._is_draining = False

    def begin(self, number: int, frame: FrameType | None) -> None:
        """Leave the shared socket to the new server.

        The descriptor, on which granian goes on accepting, is replaced by a socket that no client knows. Clients with a
        kept connection learn from the next answer that it ends, and open another one. To close it at once would
        sometimes hit a request that is on its way.
        """
        with socket.create_server(("127.0.0.1", 0)) as nobodys:
            nobodys.setblocking(False)  # noqa: FBT003  it takes no name
            os.dup2(nobodys.fileno(), self._listener)
        self._is_draining = True

    def __call__(self, environ: dict[str, object], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> object:
            if self._is_draining:
                headers = [*headers, ("Connection", "close")]
            return start_response(status, headers, exc_info)

        return self._site(environ, start)
