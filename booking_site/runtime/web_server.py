"""The web server of this checkout: its address, its record on disk, and how it is found after a kill."""

import errno
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from booking_site.runtime.environment import INHERITED
from booking_site.runtime.reloading import Reloads, Supervisor
from booking_site.runtime.web_errors import WebServerError
from booking_site.runtime.web_instance import Instance, stop_group

STOPPING = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True)
class WebServer:
    """One web server of this checkout; its process groups are recorded in `var_dir` while it runs.

    `arguments` are those of `manage.py webserver`.
    """

    base_dir: Path
    var_dir: Path
    host: str
    port: int
    arguments: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    @property
    def record(self) -> Path:
        return self.var_dir / f"web-{self.port}.pid"

    @contextmanager
    def bound(self) -> Iterator[socket.socket]:
        """The site's socket, which lives longer than the instances on it. Connections are refused until one listens.

        Raises WebServerError, in one sentence, when the address cannot be listened on.
        """
        try:
            family, kind, *_, address = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)[0]
            listener = socket.socket(family, kind)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            # Accepted connections inherit it. Without it a kept connection's answers wait 40 ms for a delayed ACK.
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            listener.bind(address)
        except OSError as error:
            raise self._cannot_listen(error) from error
        with listener:
            yield listener

    def serve(
        self,
        listener: socket.socket,
        on_ready: Callable[[int], None],
        reloads: Reloads | None = None,
        say: Callable[[str], None] = print,
    ) -> None:
        """Serve until interrupted (KeyboardInterrupt is passed on) or stopped; afterwards no process is left.

        `on_ready` gets the number of workers, `reloads` says when to reload, and `say` gets messages about reloads.
        Raises WebServerError when the server does not start, or ends on its own with a failure.
        """
        supervisor = Supervisor(lambda: self._start(listener), self._write_record, (self.host, self.port), say)
        try:
            supervisor.serve(on_ready, reloads)
        finally:
            supervisor.stop()
            with suppress(OSError):  # not even its directory can be made
                self.record.unlink()

    def _start(self, listener: socket.socket) -> Instance:
        environment = {**INHERITED, "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"]}
        return Instance(self.base_dir, listener.fileno(), [*self.arguments], environment)

    def _write_record(self, groups: list[int]) -> None:
        """Write down the process groups, the serving one first."""
        try:
            self.var_dir.mkdir(parents=True, exist_ok=True)
            draft = self.record.with_suffix(".new")
            draft.write_text("".join(f"{group}\n" for group in groups))
            draft.replace(self.record)
        except OSError as error:
            raise WebServerError(
                f"Cannot write {self.record} ({error.strerror}): set VAR_DIR to a directory of yours."
            ) from error

    def _cannot_listen(self, error: OSError) -> WebServerError:
        if error.errno == errno.EADDRINUSE:
            return WebServerError(
                f"PORT={self.port} is taken: `make stop` ends a server left behind, or choose another port, "
                f"such as PORT={3000 if self.port != 3000 else 8000}."
            )
        return WebServerError(f"Cannot listen on HOST={self.host} PORT={self.port} ({error.strerror}): choose others.")


def stop_left_behind(var_dir: Path, base_dir: Path) -> int:
    """Stop the web servers recorded in `var_dir`, and return how many there were."""
    stopped = 0
    for record in var_dir.glob("web-*.pid"):
        groups = [int(word) for word in record.read_text().split() if word.isdecimal()]
        stopped += sum(stop_group(group, base_dir) for group in groups) > 0
        record.unlink(missing_ok=True)
    return stopped


@contextmanager
def until_interrupted(ending: tuple[signal.Signals, ...] = (*STOPPING, signal.SIGHUP)) -> Iterator[None]:
    """End the block quietly on Ctrl-C, SIGTERM and a closed terminal; ignore more of them while it cleans up."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        for ignored in ending:
            signal.signal(ignored, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in ending}
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
