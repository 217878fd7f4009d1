"""The limits that count bookings, raced by real processes: never one too many, no deadlock, no stall. Both kinds."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction

from bookings.core.interval import Interval
from tests.support.factories import UserFactory
from tests.support.kinds import Kind
from tests.support.lock_waits import waiting
from tests.support.race_processes import (
    COUNT,
    RaceProcesses,
    Task,
    book_own,
    book_slot,
    change_booking,
    count_then_book,
    move_own,
)
from tests.support.races import pending, race
from tests.support.waiting import wait_until

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("no_deadlock"),
]

ROUNDS = 20
HALF_HOUR = timedelta(minutes=30)


def half_hour(day: int, number: int) -> Interval:
    """One of a day's half hours, in UTC; the days are those after New Year 2030."""
    start = datetime(2030, 1, 1, tzinfo=UTC) + timedelta(days=day) + number * HALF_HOUR
    return Interval(start, start + HALF_HOUR)


def attendees(kind: Kind, number: int = COUNT) -> list[Any]:
    """The keys of new ones, each with a login."""
    return [kind.attendee(user=UserFactory.create()).key for _ in range(number)]


def held(kind: Kind, provider: Any, day: int) -> int:
    """How many bookings of a provider hold time on a day."""
    whole = Interval(half_hour(day, 0).start, half_hour(day + 1, 0).start)
    return int(kind.model.objects.of_provider(provider).blocking().starting_within(whole.start, whole.end).count())


def test_race_for_a_days_last_bookings_keeps_the_limit(kind: Kind, pool: RaceProcesses) -> None:
    """Sixteen for sixteen different slots of a day on which three may be booked."""
    provider = kind.provider(slot_minutes=30, day_limit=3).key
    guests = [attendees(kind) for _ in range(3)]  # nobody comes near the limit of open bookings
    rounds: list[list[Task]] = [
        [
            partial(book_own, kind.plural, provider, guest, half_hour(day, number))
            for number, guest in enumerate(guests[day % 3])
        ]
        for day in range(ROUNDS)
    ]
    assert [Counter(outcomes) for outcomes in race(pool, rounds)] == [{"won": 3, "day_limit": COUNT - 3}] * ROUNDS
    assert [held(kind, provider, day) for day in range(ROUNDS)] == [3] * ROUNDS


def test_race_of_an_attendee_with_herself_keeps_her_limit_a_day(kind: Kind, pool: RaceProcesses) -> None:
    """At one provider for sixteen slots of a day; the provider is not locked."""
    provider = kind.provider(slot_minutes=30, attendee_day_limit=2).key
    guests = attendees(kind, ROUNDS)
    rounds: list[list[Task]] = [
        [partial(book_own, kind.plural, provider, guest, half_hour(day, number)) for number in range(COUNT)]
        for day, guest in enumerate(guests)
    ]
    expected = {"won": 2, "attendee_day_limit": COUNT - 2}
    assert [Counter(outcomes) for outcomes in race(pool, rounds)] == [expected] * ROUNDS


def test_race_of_an_attendee_with_herself_keeps_the_limit_of_open_bookings(kind: Kind, pool: RaceProcesses) -> None:
    """At sixteen providers, two bookings below the limit; half of the providers have a limit a day."""
    hosts = [kind.provider(day_limit=None if n % 2 else 20).key for n in range(COUNT)]
    guests = attendees(kind, ROUNDS)
    rounds: list[list[Task]] = []
    for guest in guests:
        for number in range(8):
            kind.book(half_hour(40, number), attendee_id=guest)
        racing = enumerate(hosts)
        day = len(rounds)
        rounds.append([partial(book_own, kind.plural, host, guest, half_hour(day, n)) for n, host in racing])
    expected = {"won": 2, "open_limit": COUNT - 2}
    assert [Counter(outcomes) for outcomes in race(pool, rounds)] == [expected] * ROUNDS


@pytest.mark.parametrize("day_limit", [3, None])
def test_race_over_expired_bookings_keeps_the_limit(kind: Kind, pool: RaceProcesses, day_limit: int | None) -> None:
    """Four for each of four slots, in each of which a booking has expired: cancelled by whom it is in the way of."""
    provider = kind.provider(slot_minutes=30, day_limit=day_limit)
    guests = [attendees(kind) for _ in range(3)]
    rounds: list[list[Task]] = []
    for day in range(ROUNDS):
        for number in range(4):
            pending(kind, half_hour(day, number), provider=provider)
        racing = enumerate(guests[day % 3])
        rounds.append(
            [partial(book_own, kind.plural, provider.key, guest, half_hour(day, n % 4)) for n, guest in racing]
        )
    for outcomes in race(pool, rounds):
        assert outcomes.count("won") == (day_limit or 4)
        assert set(outcomes) <= {"won", "Conflict", "day_limit"}


def test_race_of_all_kinds_of_writers_keeps_the_limit(kind: Kind, pool: RaceProcesses) -> None:
    """Attendees book and move into a day, the desk books as it likes, pending ones are approved meanwhile."""
    provider = kind.provider(slot_minutes=30, day_limit=4)
    guests = [attendees(kind) for _ in range(3)]
    rounds: list[list[Task]] = []
    for day in range(ROUNDS):
        first, movers, others = guests[day % 3][:7], guests[day % 3][7:12], guests[day % 3][12:]
        moved = [
            kind.book(half_hour(50 + day, n), provider=provider, attendee_id=key).pk for n, key in enumerate(movers)
        ]
        waiting = pending(kind, half_hour(day, 40), is_expired=False, provider=provider)
        tasks: list[Task] = [
            *(partial(book_own, kind.plural, provider.key, key, half_hour(day, n)) for n, key in enumerate(first)),
            *(
                partial(move_own, kind.plural, pk, half_hour(day, 10 + n), key)
                for n, (pk, key) in enumerate(zip(moved, movers, strict=True))
            ),
            *(
                partial(book_slot, kind.plural, provider.key, key, half_hour(day, 20 + n))
                for n, key in enumerate(others[:3])
            ),
            partial(change_booking, kind.plural, waiting.pk, "approve"),
        ]
        rounds.append(tasks)
    for day, outcomes in enumerate(race(pool, rounds)):
        assert outcomes[12:] == ["won"] * 4
        assert set(outcomes[:12]) <= {"won", "day_limit"}
        assert outcomes[:12].count("won") <= 3  # with the pending one four
        assert held(kind, provider.key, day) == outcomes.count("won")
        assert held(kind, provider.key, day) >= 4


def test_control_counting_without_a_lock_breaks_the_limit(kind: Kind, pool: RaceProcesses) -> None:
    """Why the parties are locked: without it all sixteen count none, and all book."""
    provider, guests = kind.provider(day_limit=3).key, attendees(kind)
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("SELECT pg_advisory_xact_lock(43)")
        tasks: list[Task] = [
            partial(count_then_book, kind.plural, provider, guest, half_hour(0, number), 3, 43)
            for number, guest in enumerate(guests)
        ]
        pool.start([tasks])
        wait_until(lambda: waiting() == COUNT)
    assert Counter(finish.outcome for finish in pool.finish()[0]) == {"won": COUNT}
    assert held(kind, provider, 0) == COUNT
