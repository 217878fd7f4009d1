"""Waiting for what another thread or process does."""

import time
from collections.abc import Callable

SECONDS = 300.0  # only a failure takes so long


def wait_until(is_true: Callable[[], bool], or_say: Callable[[], str] = lambda: "waited in vain") -> None:
    """Return as soon as it holds. Raises AssertionError with the sentence after five minutes."""
    deadline = time.monotonic() + SECONDS
    while not is_true():
        assert time.monotonic() < deadline, or_say()
        time.sleep(0.01)
