"""`kill -9` of the web server's workers and of PostgreSQL's postmaster, only those of this soak."""

import os
import signal
from contextlib import suppress
from pathlib import Path
from random import Random

from booking_site.runtime.embedded.server import Server
from booking_site.runtime.processes import command_line, group_members
from tests.support.environment import BASE_DIR

KINDS = ("worker", "postmaster")


class Faults:
    """Kills, and counts what it killed."""

    def __init__(self, var_dir: Path, port: int, random: Random) -> None:
        self._record = var_dir / f"web-{port}.pid"
        self._server = Server(var_dir)
        self._random = random
        self.killed = dict.fromkeys(KINDS, 0)

    def strike(self, kind: str) -> None:
        """Kill one process of this sort, if there is one just now."""
        pid = self._worker() if kind == "worker" else self._postmaster()
        if pid is None:
            return
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            self.killed[kind] += 1

    def _worker(self) -> int | None:
        """Any worker; the master, which leads the group, starts another one."""
        group = int(self._record.read_text())
        mark = f"--working-dir {BASE_DIR} "
        workers = [pid for pid in group_members(group) if pid != group and mark in command_line(pid)]
        return self._random.choice(workers) if workers else None

    def _postmaster(self) -> int | None:
        """The database's first process. Its arguments must name our socket directory, because ids are reused."""
        try:
            pid = int((self._server.layout.data / "postmaster.pid").read_text().partition("\n")[0])
        except (OSError, ValueError):
            return None
        return pid if f" {self._server.host} " in f"{command_line(pid)} " else None
