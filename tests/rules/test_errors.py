from datetime import UTC, datetime

import pytest
from django.utils.translation import override

from bookings.core import errors
from bookings.core.errors import BookingError, Conflict, Invalid
from bookings.core.interval import Interval

CODES = {
    "Conflict": "overlap",
    "Forbidden": "forbidden",
    "IllegalTransition": "illegal_transition",
    "InProgress": "idempotency_in_progress",
    "Invalid": "invalid",
    "Mismatch": "idempotency_mismatch",
    "Stale": "stale",
    "Unavailable": "unavailable",
}


def subclasses() -> list[type[BookingError]]:
    return [kind for kind in BookingError.__subclasses__() if kind.__module__ == errors.__name__]


def test_codes_of_all_errors_are_those_of_the_contract() -> None:
    assert {kind.__name__: kind.code for kind in subclasses()} == CODES


@pytest.mark.parametrize("kind", subclasses())
def test_error_without_a_message_says_its_own_sentence(kind: type[BookingError]) -> None:
    with override("en"):
        assert str(kind()) == kind().message == kind.default_message != BookingError.default_message
    assert kind().errors == {}


@pytest.mark.parametrize("kind", subclasses())
def test_error_with_a_message_says_that(kind: type[BookingError]) -> None:
    assert str(kind("Closed today.")) == kind("Closed today.").message == "Closed today."


def test_errors_are_lists_whatever_was_given() -> None:
    assert Invalid(errors={"start": ("One.", "Two.")}).errors == {"start": ["One.", "Two."]}


def test_conflict_keeps_its_suggestions() -> None:
    free = Interval(datetime(2030, 1, 7, 10, tzinfo=UTC), datetime(2030, 1, 7, 11, tzinfo=UTC))
    assert Conflict(suggestions=(free,)).suggestions == [free]
    assert Conflict().suggestions == []
