"""What runs inside a web server's own processes: granian, on a listening socket that the parent opened.

The master imports the site before it starts workers, so they begin with the same code, at once, and share its memory.
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
from granian.net import SocketHolder  # type: ignore[attr-defined]
from granian.server.mp import MPServer

THREADS = 4  # per worker; more than 2 x 4 only add waiting on two cores
BACKLOG = 1024
RESPAWN_SECONDS = 1
APPLICATION = "booking_site.wsgi"
READY = "ready"
DRAIN = signal.SIGUSR1  # to the process group of a server that is about to be replaced

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def serve(listener: int, report: Connection, *, workers: int) -> None:
    """Serve on an inherited socket until SIGTERM; each worker reports READY once it has the site.

    Raises OSError when another server listens on the address meanwhile.
    """
    import_module(APPLICATION)
    if sys.platform == "linux":
        set_start_method("fork", force=True)
    # Only now: until there is something to answer with, a client is refused, and sees it.
    with socket.socket(fileno=os.dup(listener)) as same:
        same.listen(BACKLOG)
    signal.signal(DRAIN, signal.SIG_IGN)  # meant for the workers
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
    """granian with one given socket for all workers, where it would open one for each.

    A worker that ends takes the connections that wait at a socket of its own with it; those at a shared one wait for
    the next worker.
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
    """The site, which before its worker is replaced accepts no more connections and ends those it has, in order."""

    def __init__(self, site: Application, listener: int) -> None:
        self._site = site
        self._listener = listener
        self._is_draining = False

    def begin(self, number: int, frame: FrameType | None) -> None:
        """Leave the shared socket to the new server.

        The descriptor, which granian goes on asking for connections, becomes a socket that nobody knows. Clients that
        keep connections learn from the next answer that theirs ends, and open another one; to close it under them
        instead would now and then meet a request on its way.
        """
        with socket.create_server(("127.0.0.1", 0)) as nobodys:
            nobodys.setblocking(False)  # noqa: FBT003  it takes no name
            os.dup2(nobodys.fileno(), self._listener)
        self._is_draining = True

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            if self._is_draining:
                headers = [*headers, ("Connection", "close")]
            return start_response(status, headers, exc_info)

        return self._site(environ, start)
