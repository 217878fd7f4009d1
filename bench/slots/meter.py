"""What a question costs: how long it takes, and the processor time of all processes that work on it.

On a machine that is busy with other things the second is to be trusted more.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from booking_site.processes import PROC


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
        self._used, self._began = self._cpu(), time.perf_counter()
        return self

    def __exit__(self, *args: object) -> None:
        wall = time.perf_counter() - self._began
        self.cost = Cost(wall, self._cpu() - self._used)


def ours_and(backend: int) -> Callable[[], float]:
    """The processor seconds of this process and of one of the database's."""
    return lambda: time.process_time() + used_by(backend)


def used_by(process: int) -> float:
    """The processor seconds of a process with one thread, exact while it sleeps; 0 where the system does not tell."""
    try:
        return int((PROC / str(process) / "schedstat").read_text().split()[0]) / 1e9
    except OSError:
        return 0.0
