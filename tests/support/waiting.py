"""Waiting for what another thread or process does."""

import time
from collections.abc import Callable

SECONDS = 100.0
"""More than any step of another thread or connection takes on a busy machine, and less than a test may take."""


def wait_until(
    is_true: Callable[[], bool], or_say: Callable[[], str] = lambda: "waited in vain", *, seconds: float = SECONDS
) -> None:
    """Return as soon as it holds. Raises AssertionError with the sentence when it does not in that time."""
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline, or_say()
        time.sleep(0.01)
