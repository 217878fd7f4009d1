"""The cost of a question: its time, and the processor time of all processes that work on it.

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
    """The cost of one question, in seconds."""

    wall: float
    cpu: float
    """Processor time; 0 where the system does not report it."""


class Meter:
    """Measures what happens within its block."""

    def __init__(self, cpu: Callable[[], float]) -> None:
        """`cpu` returns the processor seconds of all processes involved so far."""
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
    """A function for the processor seconds of this process and of one process of the database."""
    return lambda: time.process_time() + used_by(backend)


def theirs(group: int, database: str) -> Callable[[], float]:
    """A function for the processor seconds of a web server's group and of the database's processes that it uses."""
    return lambda: sum(map(used_by, {*group_members(group), *_backends(database)}))


def used_by(process: int) -> float:
    """The processor seconds of a process, exact while it sleeps; 0 where the system does not report them."""
    used = 0
    for record in (PROC / str(process) / "task").glob("*/schedstat"):
        with suppress(OSError):  # a thread that has just ended
            used += int(record.read_text().split()[0])
    return used / 1e9


def _backends(database: str) -> set[int]:
    """The processes that serve this database, by their titles: `postgres: app booking_site [local] idle`."""
    return {
        pid
        for pid in psutil.pids()
        if (title := command_line(pid)).startswith("postgres:") and database in title.split()
    }
