"""While the database is silent a thread of its own asks whether it is back, and requests fail at once.

So they do not wait in turn until every thread of the web server waits, and the style sheet with them.
"""

import threading
import time
from collections.abc import Callable

from psycopg import Error

SLOW_SECONDS = 1.0  # a failure that took longer was silence, if only of one address of several
PAUSE_SECONDS = 1.0  # between two questions


class Breaker:
    """Open from the first silence that a thread of this process met until the database answers."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_closed = threading.Event()
        self._is_closed.set()

    @property
    def is_open(self) -> bool:
        return not self._is_closed.is_set()

    def open(self, ask: Callable[[], object]) -> bool:
        """Open it and keep asking, by `ask`, which raises when there is no answer; whether it was closed before."""
        with self._lock:
            if self.is_open:
                return False
            self._is_closed.clear()
        threading.Thread(target=self._watch, args=(ask,), name="database-watch", daemon=True).start()
        return True

    def wait_until_closed(self, seconds: float) -> None:
        """Return when the database answers, or after so long."""
        self._is_closed.wait(seconds)

    def _watch(self, ask: Callable[[], object]) -> None:
        try:
            while is_silent(ask):
                time.sleep(PAUSE_SECONDS)
        finally:
            self._is_closed.set()


def is_silent(ask: Callable[[], object]) -> bool:
    """Whether `ask` failed only after a while. A quick failure keeps nobody waiting: it needs no breaker."""
    began_at = time.monotonic()
    try:
        ask()
    except Error:
        return is_slow(began_at)
    return False


def is_slow(began_at: float) -> bool:
    """Whether an attempt that began then, by the monotonic clock, has taken long."""
    return time.monotonic() - began_at > SLOW_SECONDS
