"""The contract of `book`, for both kinds: overlaps, buffers, parties and times."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bookings.access.actor import SYSTEM
from bookings.actions import Override, book
from bookings.core.errors import Conflict, Invalid
from bookings.core.interval import Interval
from bookings.core.lifecycle import BLOCKING, Status
from tests.support.kinds import Kind, at, span

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
OVERLAPPING = [span(10, 11), Interval(at(9, 30), at(10, 1)), Interval(at(10, 59), at(12)), span(9, 12)]
ON_PURPOSE = Override(overlap=True, reason="Emergency")


def test_book_free_time_stores_what_was_asked(kind: Kind) -> None:
    provider, attendee = kind.provider(), kind.attendee()
    booking = kind.book(span(10, 11), provider=provider, attendee=attendee, note="Bring the papers")
    stored = kind.model.objects.get(pk=booking.pk)
    assert (stored.provider_id, stored.attendee_id) == (provider.key, attendee.key)
    assert stored.span == stored.busy_span == span(10, 11)
    assert (stored.status, stored.revision, stored.note) == (Status.BOOKED, 1, "Bring the papers")
    assert (stored.is_overbooked, stored.booked_by) == (False, None)


@pytest.mark.parametrize("neighbour", [span(9, 10), span(11, 12)])
def test_book_back_to_back_is_fine(kind: Kind, neighbour: Interval) -> None:
    booked = kind.book(span(10, 11))
    assert kind.book(neighbour, provider=booked.provider, attendee=booked.attendee).pk


@pytest.mark.parametrize("other", OVERLAPPING)
def test_book_overlap_at_the_provider_is_refused_there(kind: Kind, other: Interval) -> None:
    booked = kind.book(span(10, 11))
    with pytest.raises(Conflict) as refused:
        kind.book(other, provider=booked.provider)
    assert list(refused.value.errors) == ["provider"]
    assert kind.model.objects.count() == 1


@pytest.mark.parametrize("other", OVERLAPPING)
def test_book_overlap_at_the_attendee_is_refused_there(kind: Kind, other: Interval) -> None:
    booked = kind.book(span(10, 11))
    with pytest.raises(Conflict) as refused:
        kind.book(other, attendee=booked.attendee)
    assert list(refused.value.errors) == ["attendee"]
    assert kind.model.objects.count() == 1


def test_book_overlap_on_both_sides_says_both_the_provider_first(kind: Kind) -> None:
    booked = kind.book(span(10, 11))
    with pytest.raises(Conflict) as refused:
        kind.book(span(10, 11), provider=booked.provider, attendee=booked.attendee)
    assert list(refused.value.errors) == ["provider", "attendee"]
    assert [len(sentences) for sentences in refused.value.errors.values()] == [1, 1]


def test_book_after_a_conflict_goes_on_in_the_same_transaction(kind: Kind) -> None:
    booked = kind.book(span(10, 11))
    with pytest.raises(Conflict):
        kind.book(span(10, 11), provider=booked.provider)
    assert kind.book(span(11, 12), provider=booked.provider).pk


@pytest.mark.parametrize(("start", "is_free"), [(at(11, 14), False), (at(11, 15), True)])
def test_book_gap_is_the_firsts_after_and_the_seconds_before(kind: Kind, start: datetime, is_free: bool) -> None:  # noqa: FBT001
    provider = kind.provider(buffer_after_minutes=10, buffer_before_minutes=5)
    kind.book(span(10, 11), provider=provider)
    later = kind.build((start, start + 60 * MINUTE), provider=provider)
    assert _is_booked(kind, later) == is_free


def test_book_buffers_do_not_bind_the_attendee(kind: Kind) -> None:
    attendee = kind.attendee()
    kind.book(span(10, 11), provider=kind.provider(buffer_after_minutes=30), attendee=attendee)
    assert kind.book(span(11, 12), attendee=attendee).pk


def test_book_buffers_are_those_of_when_it_was_booked(kind: Kind) -> None:
    provider = kind.provider(buffer_after_minutes=30)
    kind.book(span(10, 11), provider=provider)
    type(provider).objects.update(buffer_after_minutes=0)
    assert not _is_booked(kind, kind.build((at(11, 29), at(11, 59)), provider=provider))
    assert _is_booked(kind, kind.build((at(11, 30), at(12)), provider=provider))


def test_book_cancelled_time_is_free(kind: Kind) -> None:
    gone = kind.book(span(10, 11), status=Status.CANCELLED)
    assert kind.book(span(10, 11), provider=gone.provider, attendee=gone.attendee).pk


@pytest.mark.parametrize("status", sorted(BLOCKING))
def test_book_time_of_any_other_status_is_taken(kind: Kind, status: Status) -> None:
    held = kind.book(span(10, 11), status=status)
    assert not _is_booked(kind, kind.build(span(10, 11), provider=held.provider))
    assert not _is_booked(kind, kind.build(span(10, 11), attendee=held.attendee))


def test_book_overbooked_is_exempt_on_both_sides(kind: Kind) -> None:
    booked = kind.book(span(10, 11))
    parties: dict[str, Any] = {"provider": booked.provider, "attendee": booked.attendee}
    forced = kind.book(span(10, 11), override=ON_PURPOSE, **parties)
    assert (forced.is_overbooked, forced.override_reason) == (True, "Emergency")
    assert kind.book(span(10, 11), override=ON_PURPOSE, **parties).pk


def test_book_over_an_overbooked_one_is_fine(kind: Kind) -> None:
    forced = kind.book(span(10, 11), override=ON_PURPOSE)
    assert kind.book(span(10, 11), provider=forced.provider, attendee=forced.attendee).pk


@pytest.mark.parametrize("reason", ["", "  "])
@pytest.mark.parametrize("what", ["overlap", "hours"])
def test_book_exception_without_a_reason_is_refused(kind: Kind, what: str, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        kind.book(span(10, 11), override=Override(reason=reason, **{what: True}))
    assert list(refused.value.errors) == ["override"]


def test_book_reason_too_long_is_refused(kind: Kind) -> None:
    with pytest.raises(Invalid):
        kind.book(span(10, 11), override=Override(overlap=True, reason="x" * 501))


@pytest.mark.parametrize("part", ["provider", "attendee"])
def test_book_unknown_party_is_invalid_there(kind: Kind, part: str) -> None:
    unknown: dict[str, Any] = {f"{part}_id": "nobody" if kind.plural == "sessions" else 2**40}
    with pytest.raises(Invalid) as refused:
        kind.book(span(10, 11), **unknown)
    assert list(refused.value.errors) == [part]


@pytest.mark.parametrize("part", ["provider", "attendee"])
def test_book_missing_party_is_invalid_there(kind: Kind, part: str) -> None:
    nobody: dict[str, Any] = {f"{part}_id": None}
    with pytest.raises(Invalid) as refused:
        kind.book(span(10, 11), **nobody)
    assert list(refused.value.errors) == [part]


def test_book_unknown_attendee_at_a_taken_time_is_invalid_not_a_conflict(kind: Kind) -> None:
    booked = kind.book(span(10, 11))
    unknown = "nobody" if kind.plural == "sessions" else 2**40
    with pytest.raises(Invalid) as refused:
        kind.book(span(10, 11), provider=booked.provider, attendee_id=unknown)
    assert list(refused.value.errors) == ["attendee"]


def test_book_inactive_provider_is_invalid_there(kind: Kind) -> None:
    with pytest.raises(Invalid) as refused:
        kind.book(span(10, 11), provider=kind.provider(is_active=False))
    assert list(refused.value.errors) == ["provider"]


@pytest.mark.parametrize("end", [at(10), at(9, 59), at(9)])
def test_book_end_not_after_start_is_one_error(kind: Kind, end: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        kind.book((at(10), end))
    assert {part: len(sentences) for part, sentences in refused.value.errors.items()} == {"end": 1}


def test_book_exactly_24_hours_is_fine(kind: Kind) -> None:
    assert kind.book((at(10), at(10, day=8))).pk


def test_book_longer_than_24_hours_is_one_error(kind: Kind) -> None:
    with pytest.raises(Invalid) as refused:
        kind.book((at(10), at(10, 1, day=8)))
    assert {part: len(sentences) for part, sentences in refused.value.errors.items()} == {"end": 1}


@pytest.mark.parametrize(
    "start",
    [
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))),
        datetime(1899, 12, 31, 23, 59, tzinfo=UTC),
        datetime(2201, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 22, 59, tzinfo=timezone(timedelta(hours=-12))),
        datetime(9999, 12, 31, 22, 59, tzinfo=UTC),
    ],
)
def test_book_year_out_of_range_is_one_error(kind: Kind, start: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        kind.book((start, start + 60 * MINUTE))
    assert {part: len(sentences) for part, sentences in refused.value.errors.items()} == {"start": 1}


@pytest.mark.parametrize("start", [datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 12, 31, 23, tzinfo=UTC)])
def test_book_first_and_last_year_are_fine(kind: Kind, start: datetime) -> None:
    assert kind.book((start, start + 60 * MINUTE)).pk


def test_book_naive_time_is_invalid(kind: Kind) -> None:
    with pytest.raises(Invalid) as refused:
        kind.book((datetime(2030, 1, 7, 10), datetime(2030, 1, 7, 11)))  # noqa: DTZ001
    assert list(refused.value.errors) == ["start"]


def test_book_over_a_change_of_the_clock_counts_elapsed_time(kind: Kind) -> None:
    london = ZoneInfo("Europe/London")  # 02:00 becomes 01:00 again
    start = datetime(2030, 10, 27, 0, 30, tzinfo=london)
    booking = kind.build((start, datetime(2030, 10, 27, 1, 30, fold=1, tzinfo=london)))
    if kind.plural == "sessions":
        booking.duration = 120  # type: ignore[attr-defined]
    assert _is_booked(kind, booking)
    stored = kind.model.objects.get(pk=booking.pk)
    assert stored.span == Interval(
        datetime(2030, 10, 26, 23, 30, tzinfo=UTC), datetime(2030, 10, 27, 1, 30, tzinfo=UTC)
    )


@pytest.mark.parametrize("fields", [{"note": "x" * 2001}, {"note": "a\x00b"}, {"status": "banana"}])
def test_book_unfit_field_is_invalid(kind: Kind, fields: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        kind.book(span(10, 11), **fields)
    assert not kind.model.objects.exists()


def test_book_same_booking_sent_twice_is_a_conflict(kind: Kind) -> None:
    first = kind.book(span(10, 11))
    with pytest.raises(Conflict):
        kind.book(span(12, 13), uid=first.uid)


def _is_booked(kind: Kind, booking: Any) -> bool:
    """Whether the writer takes the booking."""
    try:
        return bool(book(booking, by=SYSTEM).pk)
    except Conflict:
        return False
