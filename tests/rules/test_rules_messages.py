"""What a refused caller reads, for both kinds: sentences without names, free times, and forms' single errors."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from bookings.access.actor import SYSTEM, Actor
from bookings.actions import Override, book, cancel
from bookings.core.errors import Conflict
from bookings.core.interval import Interval
from bookings.models import Booking
from tests.support.factories import UserFactory
from tests.support.kinds import Kind, at, span

pytestmark = pytest.mark.django_db

ON_PURPOSE = Override(overlap=True, reason="Emergency")


def suggestions(kind: Kind, when: Interval, **fields: Any) -> list[Interval]:
    """The free times offered after a conflict."""
    with pytest.raises(Conflict) as refused:
        kind.book(when, **fields)
    offered: list[Any] = refused.value.suggestions
    return offered


def form_errors(booking: Booking) -> dict[str, list[str]]:
    """What `full_clean` says, by field."""
    with pytest.raises(ValidationError) as refused:
        booking.full_clean()
    return refused.value.message_dict


def test_conflict_says_when_each_side_is_taken(kind: Kind) -> None:
    provider = kind.provider(buffer_after_minutes=15)
    booked = kind.book(span(10, 11), provider=provider)
    with pytest.raises(Conflict) as refused:
        kind.book(span(10, 11), provider=provider, attendee=booked.attendee)
    assert refused.value.errors == {
        "provider": ["Not free: taken Mon 7 Jan 2030, 10:00 to 11:15 (UTC)."],
        "attendee": ["Already has a booking Mon 7 Jan 2030, 10:00 to 11:00 (UTC)."],
    }


def test_conflict_names_nobody(kind: Kind) -> None:
    names = {"name": "Rumpelstilzchen", "email": "secret@example.org"}
    attendee = kind.attendee(**names)
    booked = kind.book(span(10, 11), provider=kind.provider(**names), attendee=attendee, note="Rumpelstilzchen")
    with pytest.raises(Conflict) as refused:
        kind.book(span(10, 11), provider=booked.provider, attendee=attendee)
    said = f"{refused.value} {refused.value.errors} {refused.value.suggestions}"
    said += str(form_errors(kind.build(span(10, 11), provider=booked.provider, attendee=attendee)))
    assert "Rumpel" not in said
    assert "secret" not in said


def test_suggestions_are_the_next_gaps_of_the_same_length_on_both_sides(kind: Kind) -> None:
    booked = kind.book(span(10, 11))
    kind.book(span(12, 13), attendee=booked.attendee)
    found = suggestions(kind, span(10, 11), provider=booked.provider, attendee=booked.attendee)
    assert found == [span(11, 12), span(13, 14), span(14, 15)]


def test_suggestions_can_each_be_booked(kind: Kind) -> None:
    provider = kind.provider(buffer_before_minutes=10, buffer_after_minutes=20)
    attendee = kind.attendee()
    for start in (10, 12, 14):
        kind.book(span(start, start + 1), provider=provider)
    offered = suggestions(kind, Interval(at(10, 30), at(11, 15)), provider=provider, attendee=attendee)
    assert len(offered) == 3
    for free in offered:
        booking = kind.book(free, provider=provider, attendee=attendee)
        cancel(booking, by=SYSTEM)  # they are alternatives


def test_suggestions_keep_each_buffer_on_its_side(kind: Kind) -> None:
    provider = kind.provider(buffer_before_minutes=10, buffer_after_minutes=20)
    kind.book(span(10, 11), provider=provider)
    kind.book(span(13, 14), provider=provider)
    found = suggestions(kind, Interval(at(10, 30), at(11, 15)), provider=provider)
    assert found[0] == Interval(at(11, 30), at(12, 15))
    assert found[1] == Interval(at(14, 30), at(15, 15))


def test_suggestions_avoid_deliberate_overbookings_too(kind: Kind) -> None:
    booked = kind.book(span(10, 11))
    kind.book(span(11, 12), provider=booked.provider, override=ON_PURPOSE)
    assert suggestions(kind, span(10, 11), provider=booked.provider)[0] == span(12, 13)


def test_suggestions_keep_to_the_hours_and_the_time_off(kind: Kind) -> None:
    provider = kind.provider()
    for weekday in range(7):
        provider.working_hours.create(weekday=weekday, starts_at=time(10), minutes=120)
    provider.time_off.create(starts_on=date(2030, 1, 8), ends_on=date(2030, 1, 8))
    kind.book(span(10, 11), provider=provider)
    found = suggestions(kind, span(10, 11), provider=provider)
    assert found == [span(11, 12), span(10, 11, day=9), span(11, 12, day=9)]


def test_suggestions_end_after_seven_days(kind: Kind) -> None:
    provider = kind.provider()
    provider.time_off.create(starts_on=date(2030, 1, 8), ends_on=date(2030, 1, 14))
    kind.book(Interval(at(0), at(0, day=8)), provider=provider)
    assert suggestions(kind, span(10, 11), provider=provider) == []


def test_suggestions_for_an_attendee_are_within_the_horizon(kind: Kind) -> None:
    attendee = kind.attendee(user=UserFactory.create())
    provider = kind.provider(horizon_days=1)
    kind.book(span(10, 11), provider=provider)
    found = suggestions(
        kind, span(10, 11), provider=provider, attendee=attendee, by=Actor(attendee.user), now=at(12, day=6)
    )
    assert found == [span(11, 12), span(12, 13)]


def test_suggestions_for_the_desk_may_lie_in_the_past(kind: Kind) -> None:
    booked = kind.book(span(10, 11))
    assert suggestions(kind, span(10, 11), provider=booked.provider, now=at(9, day=9))[0] == span(11, 12)


def test_full_clean_of_a_free_time_is_silent(kind: Kind) -> None:
    booked = kind.book(span(10, 11))
    kind.build(span(11, 12), provider=booked.provider, attendee=booked.attendee).full_clean()


def test_full_clean_overlap_on_both_sides_is_one_error_at_the_provider(kind: Kind) -> None:
    booked = kind.book(span(10, 11))
    errors = form_errors(kind.build(span(10, 11), provider=booked.provider, attendee=booked.attendee))
    sentence = "Not free: taken Mon 7 Jan 2030, 10:00 to 11:00 (UTC)."
    assert errors == {"provider": [sentence]}


def test_full_clean_overlap_at_the_attendee_is_one_error_there(kind: Kind) -> None:
    booked = kind.book(span(10, 11))
    errors = form_errors(kind.build(span(10, 11), attendee=booked.attendee))
    assert {field: len(sentences) for field, sentences in errors.items()} == {"attendee": 1}


def test_full_clean_sees_the_buffers(kind: Kind) -> None:
    booked = kind.book(span(10, 11), provider=kind.provider(buffer_after_minutes=15))
    assert list(form_errors(kind.build(span(11, 12), provider=booked.provider))) == ["provider"]


def test_full_clean_of_a_stored_booking_does_not_meet_itself(kind: Kind) -> None:
    booked = kind.book(span(10, 11))
    kind.model.objects.get(pk=booked.pk).full_clean()


def test_full_clean_of_an_overbooked_one_is_silent(kind: Kind) -> None:
    booked = kind.book(span(10, 11))
    forced = kind.build(span(10, 11), provider=booked.provider, is_overbooked=True, override_reason="Emergency")
    forced.full_clean()


@pytest.mark.parametrize("end", [at(10), at(9)])
def test_full_clean_end_not_after_start_is_one_error(kind: Kind, end: datetime) -> None:
    booked = kind.book(span(8, 12))
    errors = form_errors(kind.build((at(10), end), provider=booked.provider, attendee=booked.attendee))
    assert {field: len(sentences) for field, sentences in errors.items()} == {kind.model.time_fields[1]: 1}


@pytest.mark.parametrize("year", [1, 1899, 2201, 9999])
def test_full_clean_year_out_of_range_is_one_error(kind: Kind, year: int) -> None:
    start = at(23, 30).replace(year=year, month=12, day=31)
    errors = form_errors(kind.build((start - timedelta(hours=1), start)))
    assert {field: len(sentences) for field, sentences in errors.items()} == {"start_at": 1}


def test_full_clean_another_field_wrong_is_that_error_alone(kind: Kind) -> None:
    errors = form_errors(kind.build(span(10, 11), note="x" * 2001))
    assert list(errors) == ["note"]


@pytest.mark.parametrize("missing", ["start_at", "time", "provider", "attendee"])
def test_full_clean_missing_field_is_one_error(kind: Kind, missing: str) -> None:
    field = {"time": kind.model.time_fields[1], "provider": "provider"}.get(missing, missing)
    field = "attendee" if missing == "attendee" else field
    booking = kind.build(span(10, 11))
    setattr(booking, field, None)
    assert list(form_errors(booking)) == [field]


def test_full_clean_and_book_agree_after_a_conflict(kind: Kind) -> None:
    booked = kind.book(span(10, 11))
    booking = kind.build(span(10, 11), provider=booked.provider)
    with pytest.raises(Conflict):
        book(booking, by=SYSTEM)
    assert list(form_errors(booking)) == ["provider"]


def test_suggestions_end_with_the_years_that_can_be_booked(kind: Kind) -> None:
    last = Interval(datetime(2200, 12, 31, 22, tzinfo=UTC), datetime(2200, 12, 31, 23, tzinfo=UTC))
    provider = kind.provider()
    kind.book(last, provider=provider)

    with pytest.raises(Conflict) as refused:
        kind.book(last, provider=provider)

    assert refused.value.suggestions == [Interval(last.end, datetime(2201, 1, 1, tzinfo=UTC))]


def test_full_clean_leaves_the_buffers_of_a_stored_booking(kind: Kind) -> None:
    provider = kind.provider(buffer_after_minutes=30)
    booking = kind.book(span(10, 11), provider=provider)
    provider.buffer_after_minutes = 0
    provider.save()
    stored = kind.model.objects.get(pk=booking.pk)

    stored.full_clean()

    assert stored.busy_until == booking.busy_until
