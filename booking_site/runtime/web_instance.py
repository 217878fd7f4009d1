"""One instance of the web server: a master and its workers, in a process group of their own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from booking_site.runtime.processes import command_line, group_members
from booking_site.runtime.web_process import DRAIN, READY

STOP_SECONDS = 10  # the patience with a request that does not end
POLL_SECONDS = 0.05


class Plan(NamedTuple):
    """The first report of an instance: the settings as it read them."""

    host: str
    port: int
    workers: int


class Instance:
    """A web server on an inherited socket."""

    def __init__(self, base_dir: Path, listener: int, arguments: list[str], environment: Mapping[str, str]) -> None:
        """Start it in a session of its own, so that Ctrl-C does not reach it and it ends in order."""
        self._base_dir = base_dir
        self._reports, report = Pipe(duplex=False)
        descriptors = [str(listener), "--report", str(report.fileno())]  # their first option ends the signature
        self._process = subprocess.Popen(
            [sys.executable, base_dir / "manage.py", "webserver", *signature(base_dir), *descriptors, *arguments],
            env=environment,
            pass_fds=(listener, report.fileno()),
            start_new_session=True,
        )
        report.close()
        self.plan: Plan | None = None
        self._ready_workers = 0

    @property
    def group(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """The master's exit code; None while it runs."""
        return self._process.poll()

    def await_ready(self, seconds: float) -> bool:
        """Wait until every worker has loaded the site. Returns False when it ended or took longer than `seconds`."""
        deadline = time.monotonic() + seconds
        while self.exit_code is None and time.monotonic() < deadline:
            self._read(self._reports)
            if self.plan and self._ready_workers >= self.plan.workers:
                self._reports.close()
                return True
        return False

    def drain(self) -> None:
        """Let the workers accept no more connections and close the others after the next answer."""
        with suppress(ProcessLookupError):
            os.killpg(self.group, DRAIN)

    def stop(self) -> None:
        """Stop it after the requests in flight are answered."""
        stop_group(self.group, self._base_dir, reap=self._process.poll)
        self._process.wait()
        self._reports.close()

    def _read(self, reports: Connection) -> None:
        """Take one report, or wait a moment for one."""
        if not reports.poll(POLL_SECONDS):
            return
        try:
            report = reports.recv()
        except EOFError:  # the process is about to end
            time.sleep(POLL_SECONDS)
        else:
            if report == READY:
                self._ready_workers += 1
            else:
                self.plan = Plan(*report)


def signature(base_dir: Path) -> list[str]:
    """The arguments by which a process is known as a web server of this checkout."""
    return ["--working-dir", str(base_dir), "--listener"]


def stop_group(group: int, base_dir: Path, reap: Callable[[], object] = lambda: None) -> bool:
    """End a server's process group, with workers whose master was killed. Returns whether any process ran.

    Signals only processes whose command line names this checkout, because ids are reused. `reap` collects a child that
    has ended.
    """
    running = _members(group, base_dir)
    was_running = bool(running)
    for number, seconds in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, STOP_SECONDS)):
        # The master ends its workers itself, in order; without a master each worker gets the signal.
        _signal([group] if group in running and number == signal.SIGTERM else running, number)
        deadline = time.monotonic() + seconds
        while (running := _members(group, base_dir)) and time.monotonic() < deadline:
            reap()
            time.sleep(POLL_SECONDS)
    reap()
    return was_running


def _members(group: int, base_dir: Path) -> list[int]:
    ours = f"{' '.join(signature(base_dir))} "
    return [pid for pid in group_members(group) if ours in command_line(pid)]


def _signal(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
