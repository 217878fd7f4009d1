"""Advisory file locks. The system releases them when their process dies, even after a `kill -9`.

(No library: neither filelock nor fasteners can upgrade a shared lock to an exclusive one, as `try_exclusive` does.)
"""

import fcntl
import time
from typing import IO

POLL_SECONDS = 0.05


def take_exclusive(file: IO[str], *, seconds: float) -> None:
    """Take the lock exclusively. Raises TimeoutError when another process keeps it for so many seconds."""
    deadline = time.monotonic() + seconds
    while not try_exclusive(file):
        if time.monotonic() > deadline:
            raise TimeoutError(file.name)
        time.sleep(POLL_SECONDS)


def try_exclusive(file: IO[str]) -> bool:
    """Take the lock exclusively, or upgrade a shared one, if no other process has it. Never waits."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def take_shared(file: IO[str]) -> None:
    """Take the lock together with other processes; waits while one holds it exclusively."""
    fcntl.flock(file, fcntl.LOCK_SH)
