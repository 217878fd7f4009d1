"""The first so many free times are those of all, and cost what they are, not what all are. For both kinds alike."""

from datetime import timedelta

import pytest

from bookings.core.interval import MINUTE, Interval
from bookings.schedule.slots import SlotQuery, find_earliest, find_first_of_each
from bookings.schedule.terms import BookingTerms
from tests.support.free_times import open_daily, slots_of
from tests.support.kinds import Kind, at, span

pytestmark = pytest.mark.django_db

NOW = at(8, 30)


def asked(kind: Kind, starts: Interval, length: timedelta | None = None) -> SlotQuery:
    """What a visitor looks for."""
    return SlotQuery(kind.model, starts, BookingTerms(), NOW, length)


def days(count: int, since: int = 0) -> Interval:
    """So many days from now on, or from so many days later."""
    start = NOW + timedelta(days=since)
    return Interval(start, start + timedelta(days=count))


@pytest.mark.parametrize("limit", [1, 2, 7, 100, 1000, 5000])
def test_first_slots_are_those_of_all(kind: Kind, limit: int) -> None:
    """Across the end of summer time, with what closes the first days, at each border between two looks."""
    provider = open_daily(kind, 0, 24, slot_minutes=5, time_zone="Europe/Berlin", day_limit=2)
    since = 289  # the 23rd of October
    provider.time_off.create(starts_on="2030-10-23", ends_on="2030-10-23")
    for hour in (10, 12):
        booked = Interval(at(hour) + timedelta(days=since + 1), at(hour + 1) + timedelta(days=since + 1))
        kind.book(booked, provider=provider)
    query = asked(kind, days(12, since))

    assert slots_of(query, provider, limit) == slots_of(query, provider)[:limit]


@pytest.mark.parametrize("limit", [1, 5, 50, 200])
def test_earliest_slots_are_those_of_all(kind: Kind, limit: int) -> None:
    providers = [open_daily(kind, first, 24, slot_minutes=5, name=f"P{first}") for first in (18, 9, 12)]
    providers = sorted(providers, key=lambda provider: str(provider.name))
    query = asked(kind, days(10))

    everything = [slot for provider in providers for slot in slots_of(query, provider)]
    found = find_earliest(query, limit=limit)

    assert found == sorted(everything, key=lambda slot: slot.span.start)[:limit]


def test_first_of_each_is_the_first_of_all(kind: Kind) -> None:
    providers = [
        open_daily(kind, 9, 10),
        open_daily(kind, 0, 24, slot_minutes=5, minimum_notice_minutes=4000),
        open_daily(kind, 9, 12, day_limit=1),
        kind.provider(),
        open_daily(kind, 0, 24, horizon_days=1, minimum_notice_minutes=2000),
    ]
    kind.book(span(9, 10), provider=providers[2])

    query = asked(kind, days(62))
    found = find_first_of_each(query, [each.key for each in providers])

    assert found == {each.key: slots_of(query, each)[0] for each in providers[:-1]}


def test_few_slots_among_many_are_the_first(kind: Kind) -> None:
    provider = kind.provider()
    query = asked(kind, days(62), MINUTE)

    assert len(slots_of(query, provider, 1000)) == 1000
    assert slots_of(query, provider, 1000)[-1].span.start == at(8, 31) + timedelta(minutes=999)
