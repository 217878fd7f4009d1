"""The contract of `book_many`, for both kinds."""

from typing import Any

import pytest

from bookings.access.actor import SYSTEM, Actor
from bookings.actions import NO_OVERRIDE, Override, book_many
from bookings.core.errors import BookingError, Conflict, Forbidden, Invalid
from bookings.models import Booking
from tests.support.factories import UserFactory
from tests.support.kinds import Kind, at, span

pytestmark = pytest.mark.django_db

NOW = at(9, day=1)


def rows(kind: Kind, *bookings: Booking) -> list[tuple[Booking, Override]]:
    """Requests without exceptions."""
    return [(booking, NO_OVERRIDE) for booking in bookings]


def unknown(kind: Kind) -> Any:
    """A key that nobody has."""
    return "nobody" if kind.plural == "sessions" else 2**40


def summary(results: list[Booking | BookingError]) -> list[str]:
    """`booked`, or the error with the part at fault."""
    return [
        "booked" if isinstance(result, Booking) else " ".join([type(result).__name__, *result.errors])
        for result in results
    ]


def test_batch_of_free_times_is_booked(kind: Kind) -> None:
    provider = kind.provider()
    wanted = [kind.build(span(hour, hour + 1), provider=provider) for hour in range(3)]
    results = book_many(rows(kind, *wanted), by=SYSTEM, is_all_or_nothing=True)
    assert summary(results) == ["booked"] * 3
    assert [booking.span for booking in kind.model.objects.order_by("pk")] == [span(0, 1), span(1, 2), span(2, 3)]


def mixed(kind: Kind) -> list[tuple[Booking, Override]]:
    """One of each: free, taken by the first, unknown attendee, unknown provider, wrong by itself, taken twice, free."""
    provider, guest = kind.provider(), kind.attendee()
    return rows(
        kind,
        kind.build(span(1, 2), provider=provider, attendee=guest),
        kind.build(span(1, 2), provider=provider),
        kind.build(span(3, 4), provider=provider, attendee_id=unknown(kind)),
        kind.build(span(3, 4), provider_id=unknown(kind)),
        kind.build((at(5), at(5)), provider=provider),
        kind.build(span(1, 2), attendee=guest),
        kind.build(span(3, 4), provider=provider),
    )


def test_batch_each_on_its_own_says_what_became_of_each(kind: Kind) -> None:
    results = book_many(mixed(kind), by=SYSTEM, is_all_or_nothing=False)
    length = "duration" if kind.plural == "sessions" else "end"
    assert summary(results)[:4] == ["booked", "Conflict provider", "Invalid attendee", "Invalid provider"]
    assert summary(results)[4] in (f"Invalid {length}", "Invalid end")
    assert summary(results)[5:] == ["Conflict attendee", "booked"]
    assert [error.position for error in results if isinstance(error, BookingError)] == [1, 2, 3, 4, 5]
    assert kind.model.objects.count() == 2


@pytest.mark.parametrize(("first", "error"), [(1, Conflict), (2, Invalid), (3, Invalid), (4, Invalid), (5, Conflict)])
def test_batch_all_or_nothing_books_nothing_and_names_the_row(
    kind: Kind, first: int, error: type[BookingError]
) -> None:
    requests = mixed(kind)
    with pytest.raises(error) as refused:
        book_many([requests[0], requests[first], requests[6]], by=SYSTEM, is_all_or_nothing=True)
    assert refused.value.position == 1
    assert kind.model.objects.count() == 0


def test_batch_of_none_is_nothing(kind: Kind) -> None:
    assert book_many([], by=SYSTEM, is_all_or_nothing=True) == []


def test_batch_with_an_exception_on_one_row(kind: Kind) -> None:
    booked = kind.book(span(1, 2))
    over = Override(overlap=True, reason="Emergency")
    wanted = [(kind.build(span(1, 2), provider=booked.provider), override) for override in (over, NO_OVERRIDE)]
    results = book_many(wanted, by=SYSTEM, is_all_or_nothing=False)
    assert summary(results) == ["booked", "Conflict provider"]
    assert kind.model.objects.filter(is_overbooked=True).count() == 1


def test_batch_by_an_attendee_for_another_is_forbidden_row_by_row(kind: Kind) -> None:
    own = kind.attendee(user=UserFactory.create())
    wanted = rows(kind, kind.build(span(1, 2), attendee=own), kind.build(span(3, 4)))
    results = book_many(wanted, by=Actor(own.user), is_all_or_nothing=False, now=NOW)
    assert isinstance(results[0], Booking)
    assert isinstance(results[1], Forbidden)


def test_batch_is_recorded_row_by_row(kind: Kind) -> None:
    desk = UserFactory.create(is_staff=True)
    expired = kind.book(span(3, 4), status="pending", expires_at=NOW)
    wanted = rows(
        kind, kind.build(span(1, 2)), kind.build(span(3, 4), provider=expired.provider), kind.build(span(5, 6))
    )
    results = book_many(wanted, by=Actor(desk, via="token"), is_all_or_nothing=True, now=NOW)
    contexts = [
        [(row.changed_by_id, row.changed_via) for row in booking.history.all()]  # type: ignore[union-attr]
        for booking in results
    ]
    assert contexts == [[(desk.pk, "token")]] * 3
    told = kind.history_model.objects.filter(pgh_obj=expired).order_by("pgh_id")
    assert [row.status for row in told] == ["pending", "cancelled"]
