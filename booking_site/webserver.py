"""The web server (granian) as a child process: started, watched, stopped, and found again after a kill."""

import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import FrameType

from booking_site.processes import command_line, group_members

START_SECONDS = 30
STOP_SECONDS = 15
KILL_WORKERS_SECONDS = 10  # granian's own patience with a request that does not end
RESPAWN_SECONDS = 1
POLL_SECONDS = 0.05
THREADS = 4  # per worker; more than 2 x 4 only add waiting on two cores
BACKLOG = 1024
APPLICATION = "booking_site.wsgi:application"


class WebServerError(Exception):
    """The web server cannot serve; the message says why and what to do."""


@dataclass(frozen=True)
class WebServer:
    """One web server of this checkout; its process group is recorded in `var_dir` while it runs."""

    base_dir: Path
    var_dir: Path
    host: str
    port: int
    workers: int

    @property
    def address(self) -> str:
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    @property
    def record(self) -> Path:
        return self.var_dir / f"web-{self.port}.pid"

    def check_port(self) -> None:
        """Raise WebServerError, in one sentence, when the address cannot be listened on."""
        try:
            family, kind, *_, address = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)[0]
            with socket.socket(family, kind) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise WebServerError(
                    f"PORT={self.port} is taken: `make stop` ends a server left behind, or choose another port, "
                    f"such as PORT={3000 if self.port != 3000 else 8000}."
                ) from error
            raise WebServerError(
                f"Cannot listen on HOST={self.host} PORT={self.port} ({error.strerror}): choose others."
            ) from error

    def serve(self, on_ready: Callable[[], None]) -> None:
        """Serve until interrupted (KeyboardInterrupt passes through) or stopped; then nothing of it is left.

        The server has a session of its own, so that Ctrl-C reaches only us and it ends in order. Raises
        WebServerError when it ends on its own with a failure.
        """
        import_module(APPLICATION.partition(":")[0])  # a site that cannot be imported fails here, not in every worker
        process = subprocess.Popen(self._command(), start_new_session=True)
        try:
            self.record.write_text(f"{process.pid}\n")
            self._await_listening(process)
            on_ready()
            code = process.wait()
        finally:
            stop_group(process.pid, self.base_dir, reap=process.poll)
            self.record.unlink(missing_ok=True)
        if code != 0:
            raise WebServerError(f"The web server ended by itself with exit code {code}: its messages above say why.")

    def _command(self) -> list[str]:
        options = {
            "--interface": "wsgi",
            "--host": self.host,
            "--port": self.port,
            "--workers": self.workers,
            "--blocking-threads": THREADS,
            "--backlog": BACKLOG,
            "--workers-kill-timeout": KILL_WORKERS_SECONDS,
            "--respawn-interval": RESPAWN_SECONDS,
            "--log-level": "warning",
            "--working-dir": self.base_dir,  # also what proves that a process is this checkout's
        }
        flags = [str(part) for option in options.items() for part in option]
        return [sys.executable, "-m", "granian", *flags, "--no-ws", "--respawn-failed-workers", APPLICATION]

    def _await_listening(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104
        while process.poll() is None and time.monotonic() < deadline:
            try:
                socket.create_connection((target, self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(POLL_SECONDS)
        raise WebServerError("The web server did not start: its messages above say why.")


def stop_left_behind(var_dir: Path, base_dir: Path) -> int:
    """Stop the web servers recorded in `var_dir` and answer how many there were."""
    stopped = 0
    for record in var_dir.glob("web-*.pid"):
        group = record.read_text().strip()
        stopped += group.isdecimal() and stop_group(int(group), base_dir)
        record.unlink(missing_ok=True)
    return stopped


def stop_group(group: int, base_dir: Path, reap: Callable[[], object] = lambda: None) -> bool:
    """End a server's process group, workers whose master was killed included; answers whether anything ran.

    Only processes are signalled whose command line names this checkout: ids are reused. `reap` collects a child that
    has ended.
    """
    running = _members(group, base_dir)
    was_running = bool(running)
    for number, seconds in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, STOP_SECONDS)):
        # The master ends its workers itself, in order; without one each worker is told.
        _signal([group] if group in running and number == signal.SIGTERM else running, number)
        deadline = time.monotonic() + seconds
        while (running := _members(group, base_dir)) and time.monotonic() < deadline:
            reap()
            time.sleep(POLL_SECONDS)
    reap()
    return was_running


@contextmanager
def until_interrupted() -> Iterator[None]:
    """Let Ctrl-C, SIGTERM and a closed terminal end the block quietly; while it cleans up, more of them are ignored."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def interrupt(number: int, frame: FrameType | None) -> None:
        for ignored in numbers:
            signal.signal(ignored, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in numbers}
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _members(group: int, base_dir: Path) -> list[int]:
    mark = f"--working-dir {base_dir} --no-ws "
    return [pid for pid in group_members(group) if mark in command_line(pid)]


def _signal(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
