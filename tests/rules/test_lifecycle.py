from itertools import product

import pytest

from bookings.core.lifecycle import BLOCKING, TRANSITIONS, Status

ALLOWED = {
    ("pending", "booked"),
    ("pending", "cancelled"),
    ("booked", "arrived"),
    ("booked", "fulfilled"),
    ("booked", "noshow"),
    ("booked", "cancelled"),
    ("arrived", "fulfilled"),
    ("arrived", "cancelled"),
    ("arrived", "booked"),  # undo, as are the next two
    ("fulfilled", "booked"),
    ("noshow", "booked"),
}


def test_status_values_are_fhirs_codes() -> None:
    assert Status.values == ["pending", "booked", "arrived", "fulfilled", "cancelled", "noshow"]


@pytest.mark.parametrize(("current", "target"), list(product(Status.values, repeat=2)))
def test_transitions_of_every_pair_are_as_designed(current: str, target: str) -> None:
    assert (Status(target) in TRANSITIONS[Status(current)]) == ((current, target) in ALLOWED)


def test_transitions_cover_every_status() -> None:
    assert set(TRANSITIONS) == set(Status)


def test_blocking_is_every_status_but_cancelled() -> None:
    assert set(Status) - BLOCKING == {Status.CANCELLED}
