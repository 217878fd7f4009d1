"""Free times at the ends of what can be booked, for both kinds: first and last years, far horizons, a skipped day."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from bookings.access.actor import Actor
from bookings.core.constraints import EARLIEST, LATEST
from bookings.core.errors import BookingError, Invalid
from bookings.core.interval import Interval
from bookings.schedule.slots import (
    LONGEST_SEARCH,
    Slot,
    SlotQuery,
    ahead,
    find_earliest,
    find_first_of_each,
    schedule_for,
)
from bookings.schedule.terms import DESK_TERMS, BookingTerms
from tests.support.factories import UserFactory
from tests.support.free_times import slots_of
from tests.support.kinds import Kind, at, span

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def listed(kind: Kind, provider: Any, starts: Interval, *, terms: BookingTerms, now: datetime) -> list[Slot]:
    return slots_of(SlotQuery(kind.model, starts, terms, now), provider)


def test_slots_end_with_the_last_year_and_each_can_be_booked(kind: Kind) -> None:
    provider, attendee = kind.provider(slot_minutes=90), kind.attendee(user=UserFactory.create())
    now, starts = LATEST - 6 * HOUR, Interval(LATEST - 3 * HOUR, LATEST + HOUR)
    last = [Interval(LATEST - n * HOUR, LATEST - (n - 1.5) * HOUR) for n in (3, 1.5)]
    for terms in (BookingTerms(), DESK_TERMS):
        found = listed(kind, provider, starts, terms=terms, now=now)
        assert [slot.span for slot in found] == last
    for slot in found:
        assert kind.book(slot.span, provider=provider, attendee=attendee, by=Actor(attendee.user), now=now).pk


def test_slots_begin_with_the_first_year(kind: Kind) -> None:
    starts = Interval(EARLIEST - 2 * HOUR, EARLIEST + 2 * HOUR)
    found = listed(kind, kind.provider(), starts, terms=DESK_TERMS, now=at(9))
    assert [slot.span.start for slot in found] == [EARLIEST, EARLIEST + HOUR]


@pytest.mark.parametrize("now", [EARLIEST - DAY, EARLIEST, LATEST - HOUR, LATEST, LATEST + DAY], ids=str)
def test_looking_from_the_ends_of_time_finds_what_there_is(kind: Kind, now: datetime) -> None:
    provider = kind.provider()
    query = SlotQuery(kind.model, ahead(now, LONGEST_SEARCH), BookingTerms(), now)
    first = find_first_of_each(query, [provider.key])
    earliest = find_earliest(replace(query, starts=Interval(now, now + DAY)), limit=1)
    assert [slot.span for slot in first.values()] == [slot.span for slot in earliest]
    assert all(slot.span.end <= LATEST for slot in earliest)


@pytest.mark.parametrize("start", [EARLIEST, LATEST - HOUR], ids=str)
def test_refusals_at_the_ends_of_time_come_with_free_times_or_none(kind: Kind, start: datetime) -> None:
    attendee = kind.attendee(user=UserFactory.create())
    with pytest.raises(BookingError) as raised:
        kind.book((start, start + HOUR), attendee=attendee, by=Actor(attendee.user), now=LATEST - HOUR)
    assert raised.value.rule == "past"
    assert all(free.end <= LATEST for free in raised.value.suggestions)


@pytest.mark.parametrize("days", [80_000, 3_000_000, 2**31 - 1])
def test_horizon_beyond_all_years_is_none(kind: Kind, days: int) -> None:
    provider, attendee = kind.provider(horizon_days=days), kind.attendee(user=UserFactory.create())
    starts = Interval(LATEST - 2 * HOUR, LATEST)
    found = listed(kind, provider, starts, terms=BookingTerms(), now=at(9))
    assert len(found) == 2
    assert kind.book(found[0].span, provider=provider, attendee=attendee, by=Actor(attendee.user), now=at(9)).pk


def test_notice_beyond_the_horizon_leaves_nothing(kind: Kind) -> None:
    provider = kind.provider(minimum_notice_minutes=2880, horizon_days=1)
    attendee = kind.attendee(user=UserFactory.create())
    assert listed(kind, provider, span(0, 23, day=8), terms=BookingTerms(), now=at(9)) == []
    with pytest.raises(Invalid) as raised:
        kind.book(span(10, 11, day=9), provider=provider, attendee=attendee, by=Actor(attendee.user), now=at(9))
    assert raised.value.suggestions == []


def test_time_off_until_the_end_of_the_calendar_leaves_nothing(kind: Kind) -> None:
    provider = kind.provider()
    provider.time_off.create(starts_on=date(2030, 1, 8), ends_on=date(9999, 12, 31))
    last = listed(kind, provider, Interval(at(22), at(22, day=20)), terms=BookingTerms(), now=at(21))
    assert [slot.span for slot in last] == [Interval(at(22), at(23)), Interval(at(23), at(0, day=8))]
    with pytest.raises(Invalid) as raised:
        kind.book(span(10, 11, day=9), provider=provider)
    assert (raised.value.rule, raised.value.suggestions) == ("time_off", [])


def test_skipped_day_is_not_offered(kind: Kind) -> None:
    """In Apia Friday the 30th of December 2011 never was: Thursday ended where Saturday began, in Friday's night."""
    provider = kind.provider(time_zone="Pacific/Apia", slot_minutes=60, day_limit=2)
    for weekday in range(7):
        provider.working_hours.create(weekday=weekday, starts_at=time(22), minutes=240)  # over midnight
    now = datetime(2011, 12, 29, 12, tzinfo=UTC)
    found = listed(kind, provider, Interval(now, now + 2 * DAY), terms=BookingTerms(), now=now)
    evening = [datetime(2011, 12, 30, hour, tzinfo=UTC) for hour in (8, 9)]
    morning = [datetime(2011, 12, 30, hour, tzinfo=UTC) for hour in (10, 11)]
    night = [datetime(2011, 12, 31, hour, tzinfo=UTC) for hour in (8, 9, 10, 11)]
    assert [slot.span.start for slot in found] == evening + morning + night
    attendee = kind.attendee(user=UserFactory.create())
    for slot in found[:2]:
        assert kind.book(slot.span, provider=provider, attendee=attendee, by=Actor(attendee.user), now=now).pk
    left = listed(kind, provider, Interval(now, now + 2 * DAY), terms=BookingTerms(), now=now)
    assert [slot.span.start for slot in left] == morning + night


def test_inactive_and_unknown_providers_have_no_schedule(kind: Kind) -> None:
    idle = kind.provider(is_active=False)
    unknown = "nobody" if kind.plural == "sessions" else 2**40
    query = SlotQuery(kind.model, span(9, 17), BookingTerms(), at(8))
    assert [schedule_for(query, key) for key in (idle.key, unknown, None)] == [None] * 3
    assert find_earliest(query, limit=1) == []
    assert find_first_of_each(query, [idle.key, unknown]) == {}


def test_attendee_of_no_bookings_sees_what_everybody_sees(kind: Kind) -> None:
    provider, stranger = kind.provider(), kind.attendee()
    kind.book(span(10, 11), provider=provider)
    everybody = listed(kind, provider, span(9, 17), terms=BookingTerms(), now=at(8))
    assert (
        listed(kind, provider, span(9, 17), terms=replace(BookingTerms(), attendee=stranger.key), now=at(8))
        == everybody
    )
    assert [slot.span for slot in everybody] == [span(h, h + 1) for h in (9, 11, 12, 13, 14, 15, 16)]


def test_attendee_who_has_her_bookings_of_a_day_is_offered_others(kind: Kind) -> None:
    provider, attendee = kind.provider(attendee_day_limit=1), kind.attendee()
    kind.book(span(10, 11), provider=provider, attendee=attendee)
    starts = Interval(at(22), at(2, day=8))
    own = listed(kind, provider, starts, terms=BookingTerms(attendee=attendee.key), now=at(8))
    assert [slot.span.start for slot in own] == [at(0, day=8), at(1, day=8)]
    assert len(listed(kind, provider, starts, terms=BookingTerms(), now=at(8))) == 4
