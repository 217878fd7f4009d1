"""Each rule by its name, for both kinds: who is refused, in which words, what is suggested, whom it does not bind."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from bookings.access.actor import SYSTEM, Actor
from bookings.actions import Override, book, reschedule
from bookings.core.errors import BookingError, Conflict, Invalid
from bookings.core.interval import Interval
from tests.support.factories import UserFactory
from tests.support.kinds import Kind, at, span

pytestmark = pytest.mark.django_db

NOW = at(9)
MINUTE = timedelta(minutes=1)
ON_PURPOSE = Override(overlap=True, reason="Emergency")


def assert_refused(
    kind: Kind, provider: Any, attendee: Any, when: Interval, *, by: Actor | None = None
) -> BookingError:
    """What somebody, the attendee itself unless told otherwise, reads instead of booking."""
    with pytest.raises((Invalid, Conflict)) as raised:
        kind.book(when, provider=provider, attendee=attendee, by=by or Actor(attendee.user), now=NOW)
    assert not kind.model.objects.of_provider(provider.key).during(when).exists()
    return raised.value


def described(error: BookingError) -> tuple[str, dict[str, list[str]]]:
    return error.rule, error.errors


def assert_each_can_be_booked(kind: Kind, provider: Any, attendee: Any, suggestions: list[Interval]) -> None:
    assert suggestions
    for free in suggestions:
        booking = kind.book(free, provider=provider, attendee=attendee, by=Actor(attendee.user), now=NOW)
        kind.model.objects.filter(pk=booking.pk).update(status="cancelled")  # they are alternatives


CLOSED = {
    "hours": "Outside the working hours (UTC).",
    "time_off": "Closed at this time (UTC).",
    "holiday": "Closed: a public holiday (UTC).",
}


def closed_for(kind: Kind, *rules: str) -> tuple[Any, Interval]:
    """A provider who works from 9 to 17 and an hour that these rules close; from 17 to 18 nobody works."""
    provider = kind.provider(slot_minutes=60, holiday_calendar="DE" if "holiday" in rules else "")
    for weekday in range(7):
        provider.working_hours.create(weekday=weekday, starts_at=time(9), minutes=480)
    day = date(2030, 1, 7)
    if "holiday" in rules:
        day = date(2030, 4, 19)  # Good Friday
    if "time_off" in rules:
        provider.time_off.create(starts_on=day, starts_at=time(12), ends_on=day, ends_at=time(18))
    start = datetime.combine(day, time(17 if rules == ("hours",) else 12), tzinfo=NOW.tzinfo)
    return provider, Interval(start, start + 60 * MINUTE)


@pytest.mark.parametrize(
    ("rules", "named"),
    [
        (("hours",), "hours"),
        (("time_off",), "time_off"),
        (("holiday",), "holiday"),
        (("holiday", "time_off"), "time_off"),
    ],
    ids=str,
)
def test_closed_time_is_refused_to_all_by_what_closes_it(
    kind: Kind, attendee: Any, rules: tuple[str, ...], named: str
) -> None:
    provider, when = closed_for(kind, *rules)
    for by in (Actor(attendee.user), SYSTEM):
        error = assert_refused(kind, provider, attendee, when, by=by)
        assert described(error) == (named, {"start": [CLOSED[named]]})
        assert all(free.start >= when.end for free in error.suggestions)
        assert_each_can_be_booked(kind, provider, attendee, error.suggestions)


def test_time_past_is_refused_to_attendees_alone(kind: Kind, attendee: Any) -> None:
    provider = kind.provider(slot_minutes=60)
    error = assert_refused(kind, provider, attendee, span(8, 9))
    assert described(error) == ("past", {"start": ["This time is in the past."]})
    assert error.suggestions == [span(10, 11), span(11, 12), span(12, 13)]
    assert kind.book(span(8, 9), provider=provider, attendee=attendee, now=NOW).pk


def test_now_itself_is_past(kind: Kind, attendee: Any) -> None:
    assert assert_refused(kind, kind.provider(), attendee, span(9, 10)).rule == "past"


def test_suggestions_where_any_start_will_do_begin_at_a_full_minute(kind: Kind, attendee: Any) -> None:
    now = NOW + timedelta(seconds=20, microseconds=7)
    with pytest.raises(Invalid) as raised:
        kind.book(span(8, 9), attendee=attendee, by=Actor(attendee.user), now=now)
    assert raised.value.suggestions[0] == Interval(at(9, 1), at(10, 1))


def test_short_notice_is_refused_to_attendees_alone(kind: Kind, attendee: Any) -> None:
    provider = kind.provider(slot_minutes=60, minimum_notice_minutes=90)
    error = assert_refused(kind, provider, attendee, span(10, 11))
    assert described(error) == ("notice", {"start": ["This is too short notice. Please choose a later time."]})
    assert error.suggestions[0] == span(11, 12)
    assert kind.book(span(10, 11), provider=provider, attendee=attendee, now=NOW).pk


def test_far_ahead_is_refused_to_attendees_alone(kind: Kind, attendee: Any) -> None:
    provider = kind.provider(slot_minutes=60, horizon_days=1)
    error = assert_refused(kind, provider, attendee, span(10, 11, day=8))
    assert described(error) == ("horizon", {"start": ["This is too far ahead. Please choose an earlier time."]})
    assert error.suggestions[0] == span(10, 11)
    assert kind.book(span(9, 10, day=8), provider=provider, attendee=attendee, by=Actor(attendee.user), now=NOW).pk
    assert kind.book(span(10, 11, day=8), provider=provider, attendee=attendee, now=NOW).pk


def test_other_length_is_refused_to_attendees_alone(kind: Kind, attendee: Any) -> None:
    provider, when = kind.provider(slot_minutes=30), Interval(at(10), at(11))
    error = assert_refused(kind, provider, attendee, when)
    assert described(error) == ("length", {"end": ["This lasts 30 minutes."]})
    assert error.suggestions[0] == Interval(at(10), at(10, 30))
    assert kind.book(when, provider=provider, attendee=attendee, now=NOW).pk


def test_start_beside_the_slots_is_refused_to_attendees_alone(kind: Kind, attendee: Any) -> None:
    provider, when = kind.provider(slot_minutes=30, slot_step_minutes=20), Interval(at(10, 10), at(10, 40))
    error = assert_refused(kind, provider, attendee, when)
    sentence = "No slot begins at this time. Please choose one of the free times."
    assert described(error) == ("slot", {"start": [sentence]})
    assert error.suggestions == [Interval(at(10, m), at(10, m) + 30 * MINUTE) for m in (20, 40)] + [
        Interval(at(11), at(11, 30))
    ]
    assert kind.book(when, provider=provider, attendee=attendee, now=NOW).pk


def test_full_day_is_refused_to_attendees_alone(kind: Kind, attendee: Any) -> None:
    provider = kind.provider(slot_minutes=60, day_limit=1)
    kind.book(span(9, 10), provider=provider)
    error = assert_refused(kind, provider, attendee, span(15, 16))
    assert described(error) == ("day_limit", {"start": ["Fully booked on this day. Please choose another day."]})
    assert error.suggestions[0] == span(0, 1, day=8)
    assert kind.book(span(15, 16), provider=provider, attendee=attendee, now=NOW).pk


def test_full_day_is_the_providers(kind: Kind, attendee: Any) -> None:
    """23:00 in Jakarta is 16:00 UTC: an hour later is the next day."""
    provider = kind.provider(time_zone="Asia/Jakarta", day_limit=1)
    kind.book(span(16, 17), provider=provider)
    assert assert_refused(kind, provider, attendee, span(15, 16)).rule == "day_limit"
    assert kind.book(span(17, 18), provider=provider, attendee=attendee, by=Actor(attendee.user), now=NOW).pk


def test_one_more_a_day_is_refused_to_that_attendee_alone(kind: Kind, attendee: Any) -> None:
    provider = kind.provider(name="Dr. Who", slot_minutes=60, attendee_day_limit=1)
    kind.book(span(10, 11), provider=provider, attendee=attendee)
    error = assert_refused(kind, provider, attendee, span(15, 16))
    sentence = "No more bookings with Dr. Who on this day."
    assert described(error) == ("attendee_day_limit", {"start": [sentence]})
    assert error.suggestions[0] == span(0, 1, day=8)
    other = kind.attendee(user=UserFactory.create())
    assert kind.book(span(15, 16), provider=provider, attendee=other, by=Actor(other.user), now=NOW).pk
    assert kind.book(span(16, 17), provider=provider, attendee=attendee, now=NOW).pk


def test_one_more_open_booking_is_refused_to_attendees_alone(kind: Kind, attendee: Any, settings: Settings) -> None:
    settings.OPEN_BOOKINGS_LIMIT = 2
    for day in (8, 9):
        kind.book(span(10, 11, day=day), attendee=attendee)
    kind.book(span(7, 8), attendee=attendee)  # is over
    error = assert_refused(kind, kind.provider(), attendee, span(10, 11))
    sentence = "There are 2 open bookings already: no more can be made until one is over or cancelled."
    assert described(error) == ("open_limit", {"attendee": [sentence]})
    assert error.suggestions == []
    assert kind.book(span(10, 11), attendee=attendee, now=NOW).pk


def test_deliberate_overbooking_is_in_the_way_of_attendees_alone(kind: Kind, attendee: Any) -> None:
    forced = kind.book(span(10, 11), override=ON_PURPOSE)
    error = refused_over(kind, forced, attendee)
    assert list(error.errors) == ["provider"]
    assert error.suggestions[0] == span(11, 12)
    assert kind.book(span(10, 11), provider=forced.provider, attendee=attendee, now=NOW).pk


def refused_over(kind: Kind, forced: Any, attendee: Any) -> Conflict:
    with pytest.raises(Conflict) as raised:
        kind.book(span(10, 11), provider=forced.provider, attendee=attendee, by=Actor(attendee.user), now=NOW)
    return raised.value


@pytest.fixture
def moving(kind: Kind, attendee: Any) -> Any:
    """A booking of 35 minutes, which is no slot of this provider's any more, with limits that it fills."""
    limits = {"slot_minutes": 30, "minimum_notice_minutes": 60, "horizon_days": 1, "day_limit": 1}
    provider = kind.provider(user=UserFactory.create(), **limits)
    kind.book(span(11, 12, day=8), provider=provider)
    return kind.book(Interval(at(12), at(12, 35)), provider=provider, attendee=attendee, now=NOW)


def move(kind: Kind, moving: Any, start: datetime, minutes: int = 35, *, by: Actor) -> str:
    """The rule that refuses, or nothing."""
    try:
        to = kind.times(Interval(start, start + minutes * MINUTE))
        book_or_move = reschedule(moving, by=by, to=to, now=NOW)
    except Invalid as error:
        return error.rule
    assert book_or_move.span == Interval(start, start + minutes * MINUTE)
    return ""


@pytest.mark.parametrize(
    ("start", "minutes", "attendees", "providers"),
    [
        (at(14), 35, "", ""),
        (at(12), 35, "", ""),
        (at(14, 7), 35, "slot", ""),
        (at(14), 30, "length", ""),
        (at(8), 35, "past", "past"),
        (at(9, 30), 35, "notice", "notice"),
        (at(10, day=8), 35, "horizon", "horizon"),
        (at(8, day=8), 35, "day_limit", "day_limit"),
    ],
)
def test_reschedule_keeps_the_rules_but_a_provider_needs_no_grid(
    kind: Kind, moving: Any, start: datetime, minutes: int, attendees: str, providers: str
) -> None:
    assert move(kind, moving, start, minutes, by=SYSTEM) == ""
    assert move(kind, moving, at(12), by=SYSTEM) == ""
    assert move(kind, moving, start, minutes, by=Actor(moving.attendee.user)) == attendees
    assert move(kind, moving, at(12), by=SYSTEM) == ""
    assert move(kind, moving, start, minutes, by=Actor(moving.provider.user)) == providers


@pytest.mark.parametrize("start", [at(8), at(9, 30), at(14, 7), at(10, day=8)])
def test_suggestions_for_a_booking_that_moves_are_as_long_as_it_is(kind: Kind, moving: Any, start: datetime) -> None:
    by = Actor(moving.attendee.user)
    with pytest.raises(Invalid) as raised:
        reschedule(moving, by=by, to=kind.times(Interval(start, start + 35 * MINUTE)), now=NOW)
    assert raised.value.suggestions
    for free in raised.value.suggestions:
        assert move(kind, moving, free.start, free.length // MINUTE, by=by) == ""


def test_booking_twice_a_minute_apart_is_never_two(kind: Kind, attendee: Any) -> None:
    first = kind.build(span(10, 11), attendee=attendee)
    book(first, by=Actor(attendee.user), now=NOW)
    with pytest.raises(Conflict):
        kind.book(Interval(at(10, 1), at(11, 1)), provider=first.provider, attendee=attendee, now=NOW)
