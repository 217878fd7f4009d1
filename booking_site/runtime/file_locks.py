"""Advisory file locks: they die with their process, so a `kill -9` leaves nothing behind.

(No library: neither filelock nor fasteners turns a shared lock into an exclusive one, as `try_exclusive` does.)
"""

import fcntl
import time
from typing import IO

POLL_SECONDS = 0.05


def take_exclusive(file: IO[str], *, seconds: float) -> None:
    """Take the lock alone; raises TimeoutError when another process keeps it for so many seconds."""
    deadline = time.monotonic() + seconds
    while not try_exclusive(file):
        if time.monotonic() > deadline:
            raise TimeoutError(file.name)
        time.sleep(POLL_SECONDS)


def try_exclusive(file: IO[str]) -> bool:
    """Take the lock alone, or turn a shared one into that, if nobody else has it; never waits."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def take_shared(file: IO[str]) -> None:
    """Take the lock together with others; waits for one who holds it alone."""
    fcntl.flock(file, fcntl.LOCK_SH)
