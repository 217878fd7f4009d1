from itertools import product

import pytest

from bookings.core.lifecycle import BLOCKING, TRANSITIONS, Status
from tests.reference.policy import LEADS

ALLOWED = {pair for targets in LEADS.values() for pair in targets.items() if pair[1]}


def test_status_values_are_fhirs_codes() -> None:
    assert Status.values == ["pending", "booked", "arrived", "fulfilled", "cancelled", "noshow"]


@pytest.mark.parametrize(("current", "target"), list(product(Status.values, repeat=2)))
def test_transitions_of_every_pair_are_as_designed(current: str, target: str) -> None:
    assert (Status(target) in TRANSITIONS[Status(current)]) == ((current, target) in ALLOWED)


def test_transitions_cover_every_status() -> None:
    assert set(TRANSITIONS) == set(Status)


def test_blocking_is_every_status_but_cancelled() -> None:
    assert set(Status) - BLOCKING == {Status.CANCELLED}
