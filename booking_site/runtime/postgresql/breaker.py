"""While the database is silent a thread of its own polls it, and requests fail at once.

Otherwise every thread of the web server would soon wait for the database, and even the style sheet would be late.
"""

import threading
import time
from collections.abc import Callable

from psycopg import Error

SLOW_SECONDS = 0.5  # a failure that took longer counts as silence; a quick one blocks no thread
PAUSE_SECONDS = 1.0  # between two attempts

Ask = Callable[[], object]
"""Raises psycopg's Error when there is no answer."""


class Breaker:
    """Open while the database is known to be silent; a process has one for all its threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_watched = False
        self.is_open = False

    def open(self, ask: Ask) -> None:
        """The database is silent: fail at once until it answers."""
        self.is_open = True
        self.suspect(ask)  # after opening, so that an open breaker is always watched

    def suspect(self, ask: Ask) -> None:
        """One connection was silent, or one statement slow: check the database, and open if it is silent."""
        with self._lock:
            if self._is_watched:
                return
            self._is_watched = True
        threading.Thread(target=self._watch, args=(ask,), name="database-watch", daemon=True).start()

    def _watch(self, ask: Ask) -> None:
        try:
            while is_silent(ask):
                self.is_open = True
                time.sleep(PAUSE_SECONDS)
        finally:
            with self._lock:
                self.is_open = self._is_watched = False


def is_silent(ask: Ask) -> bool:
    began_at = time.monotonic()
    try:
        ask()
    except Error:
        return is_slow(began_at)
    return False


def is_slow(began_at: float) -> bool:
    """Whether an attempt that began at `began`, by the monotonic clock, has taken long."""
    return time.monotonic() - began_at > SLOW_SECONDS
