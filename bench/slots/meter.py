"""What a question costs: how long it takes, and the processor time of all processes that work on it.

On a machine that is busy with other things the second is to be trusted more.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psutil

from booking_site.runtime.processes import command_line, group_members

PROC = Path("/proc")  # absent on macOS and the BSDs


@dataclass(frozen=True)
class Cost:
    """Of one question, in seconds."""

    wall: float
    cpu: float
    """0 where the system does not tell."""


class Meter:
    """Measures what happens within its block."""

    def __init__(self, cpu: Callable[[], float]) -> None:
        """`cpu` tells the processor seconds that everybody concerned has used so far."""
        self._cpu = cpu
        self.cost = Cost(0.0, 0.0)

    def __enter__(self) -> Self:
        self._used = self._cpu()
        self._began = time.perf_counter()
        return self

    def __exit__(self, *args: object) -> None:
        wall = time.perf_counter() - self._began
        self.cost = Cost(wall, self._cpu() - self._used)


def ours_and(backend: int) -> Callable[[], float]:
    """The processor seconds of this process and of one of the database's."""
    return lambda: time.process_time() + used_by(backend)


def theirs(group: int, database: str) -> Callable[[], float]:
    """The processor seconds of a web server's process group and of the database's processes that it talks to."""
    return lambda: sum(map(used_by, {*group_members(group), *_backends(database)}))


def used_by(process: int) -> float:
    """The processor seconds of a process, exact while it sleeps; 0 where the system does not tell."""
    used = 0
    for record in (PROC / str(process) / "task").glob("*/schedstat"):
        with suppress(OSError):  # a thread that has just ended
            used += int(record.read_text().split()[0])
    return used / 1e9


def _backends(database: str) -> set[int]:
    """PostgreSQL tells in a process's title whom it serves: `postgres: app booking_site [local] idle`."""
    return {
        pid
        for pid in psutil.pids()
        if (title := command_line(pid)).startswith("postgres:") and database in title.split()
    }
