"""While the database is silent one thread asks whether it is back; the others fail at once and serve something else."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SLOW_SECONDS = 1.0  # a failure that took longer than this was silence, if only of one address of several
PAUSE_SECONDS = 1.0  # between two attempts


class Breaker:
    """Guards the attempts of a process's threads to connect. Closed, it lets all pass; open, one at a time."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._is_open = False
        self._is_somebody_trying = False
        self._next_try_at = 0.0

    @property
    def is_open(self) -> bool:
        return self._is_open

    def open(self) -> None:
        """The database was silent: the next attempt may begin at once, but only one."""
        with self._lock:
            if not self._is_open:
                self._is_open, self._next_try_at = True, self._clock()

    @contextmanager
    def attempt(self, refusal: type[Exception]) -> Iterator[None]:
        """Around an attempt to connect: a slow failure opens the breaker, any other outcome closes it.

        Raises `refusal` instead of running the block while another thread tries, and in the pause afterwards.
        """
        is_trial = self._begin(refusal)
        began_at, has_connected = self._clock(), False
        try:
            yield
            has_connected = True
        finally:
            is_silent = not has_connected and self._clock() - began_at > SLOW_SECONDS
            self._end(is_trial=is_trial, is_silent=is_silent)

    def _begin(self, refusal: type[Exception]) -> bool:
        with self._lock:
            if not self._is_open:
                return False
            if self._is_somebody_trying or self._clock() < self._next_try_at:
                raise refusal
            self._is_somebody_trying = True
            return True

    def _end(self, *, is_trial: bool, is_silent: bool) -> None:
        with self._lock:
            self._is_open = is_silent
            if is_silent:
                self._next_try_at = self._clock() + PAUSE_SECONDS
            if is_trial:
                self._is_somebody_trying = False
