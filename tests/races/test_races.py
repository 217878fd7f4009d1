"""Sixteen processes race for one slot: one wins, the others read Conflict, nobody stalls. For both kinds."""

from collections import Counter
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import Token
from bookings.access.actor import SYSTEM
from bookings.actions import cancel
from bookings.core.interval import Interval
from tests.support.factories import UserFactory
from tests.support.kinds import Kind, at, span
from tests.support.lock_waits import deadlocks, read, waiting
from tests.support.race_processes import (
    COUNT,
    Finish,
    RaceProcesses,
    Task,
    book_slot,
    cancel_booking,
    do_nothing,
    lock_crosswise,
    look_then_insert,
    post,
)
from tests.support.races import STALL
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

ROUNDS = 12
MINUTE = timedelta(minutes=1)
ONE_WINNER = {"won": 1, "Conflict": COUNT - 1}


def outcomes(finishes: list[Finish]) -> Counter[str]:
    return Counter(finish.outcome for finish in finishes)


def slowest(rounds: list[list[Finish]]) -> float:
    """The longest that any process took; `pytest -rP` shows the others."""
    seconds = sorted(finish.seconds for finishes in rounds for finish in finishes)
    median, most = seconds[len(seconds) // 2], seconds[len(seconds) * 99 // 100]
    print(f"seconds: p50 {median:.3f}, p99 {most:.3f}, worst {seconds[-1]:.3f}")
    return seconds[-1]


def lineup(kind: Kind, *, providers: int, attendees: int, apart: timedelta = timedelta(0)) -> list[list[Task]]:
    """Rounds of one hour each, at this many providers and for this many attendees, starting `apart`."""
    hosts = [kind.provider().key for _ in range(providers)] * (COUNT // providers)
    guests = [kind.attendee().key for _ in range(attendees)] * (COUNT // attendees)
    return [
        [
            partial(book_slot, kind.plural, host, guest, shifted(span(10, 11), number * 180 * MINUTE + turn * apart))
            for turn, (host, guest) in enumerate(zip(hosts, guests, strict=True))
        ]
        for number in range(ROUNDS)
    ]


def shifted(when: Interval, by: timedelta) -> Interval:
    return Interval(when.start + by, when.end + by)


FIELDS: dict[str, dict[str, Any]] = {
    "one provider": {"providers": 1, "attendees": COUNT},
    "one attendee": {"providers": COUNT, "attendees": 1},
    "both the same": {"providers": 1, "attendees": 1},
    "one provider, partly overlapping": {"providers": 1, "attendees": COUNT, "apart": 3 * MINUTE},
    "one attendee, partly overlapping": {"providers": COUNT, "attendees": 1, "apart": 3 * MINUTE},
}


@pytest.mark.usefixtures("no_deadlock")
@pytest.mark.parametrize("field", FIELDS)
def test_race_for_one_slot_has_one_winner(kind: Kind, pool: RaceProcesses, field: str) -> None:
    rounds = pool.race(lineup(kind, **FIELDS[field]))
    assert [outcomes(finishes) for finishes in rounds] == [ONE_WINNER] * ROUNDS
    assert kind.model.objects.count() == ROUNDS
    assert slowest(rounds) < STALL


@pytest.mark.usefixtures("no_deadlock")
def test_race_of_four_providers_crossed_with_four_attendees_leaves_nobody_without_cause(
    kind: Kind, pool: RaceProcesses
) -> None:
    """Both constraints at once, in every order: what deadlocks two writers that insert plainly."""
    hosts, guests = [kind.provider().key for _ in range(4)], [kind.attendee().key for _ in range(4)]
    pairs = [(host, guest) for host in hosts for guest in guests]
    slots = [shifted(span(10, 11), number * 120 * MINUTE) for number in range(ROUNDS)]
    rounds = pool.race([[partial(book_slot, kind.plural, *pair, slot) for pair in pairs] for slot in slots])
    for finishes in rounds:
        won = [pair for pair, finish in zip(pairs, finishes, strict=True) if finish.outcome == "won"]
        lost = [pair for pair, finish in zip(pairs, finishes, strict=True) if finish.outcome == "Conflict"]
        assert len(won) + len(lost) == COUNT
        assert all(any(host == a or guest == b for a, b in won) for host, guest in lost)
    assert slowest(rounds) < STALL


@pytest.mark.usefixtures("no_deadlock")
@pytest.mark.parametrize(("is_kept", "expected"), [(True, {"Conflict": COUNT}), (False, ONE_WINNER)])
def test_race_behind_an_uncommitted_booking_waits_for_its_end(
    kind: Kind,
    pool: RaceProcesses,
    is_kept: bool,  # noqa: FBT001
    expected: dict[str, int],
) -> None:
    """Committed, all lose; rolled back, one of those who waited goes in."""
    provider = kind.provider()
    tasks = [partial(book_slot, kind.plural, provider.key, kind.attendee().key, span(10, 11)) for _ in range(COUNT)]
    with transaction.atomic():
        kind.book(span(10, 11), provider=provider, attendee_id=_first_attendee(kind))
        pool.start([tasks])
        wait_until(lambda: waiting() > 0)
        transaction.set_rollback(not is_kept)
    assert outcomes(pool.finish()[0]) == expected
    assert kind.model.objects.count() == 1


@pytest.mark.usefixtures("no_deadlock")
def test_race_for_a_slot_being_cancelled_has_one_winner(kind: Kind, pool: RaceProcesses) -> None:
    booked = kind.book(span(10, 11))
    provider = booked.provider_id
    tasks = [partial(book_slot, kind.plural, provider, kind.attendee().key, span(10, 11)) for _ in range(COUNT)]
    with transaction.atomic():
        cancel(booked, by=SYSTEM)
        pool.start([tasks])
        wait_until(lambda: waiting() > 0)
    assert outcomes(pool.finish()[0]) == ONE_WINNER
    assert kind.model.objects.holding_time().count() == 1


@pytest.mark.usefixtures("no_deadlock")
def test_race_of_cancelling_with_booking_books_the_freed_slot_at_most_once(kind: Kind, pool: RaceProcesses) -> None:
    provider = kind.provider()
    slots = [shifted(span(10, 11), number * 120 * MINUTE) for number in range(ROUNDS)]
    guests = [kind.attendee().key for _ in range(COUNT - 1)]
    rounds = []
    for slot in slots:
        booked = kind.book(slot, provider=provider)
        racing = [partial(book_slot, kind.plural, provider.key, guest, slot) for guest in guests]
        rounds.append([partial(cancel_booking, kind.plural, booked.pk), *racing])
    for slot, (cancelling, *booking) in zip(slots, pool.race(rounds), strict=True):
        assert cancelling.outcome == "won"
        assert outcomes(booking)["won"] == kind.model.objects.holding_time().during(slot).count() <= 1
        assert outcomes(booking)["won"] + outcomes(booking)["Conflict"] == COUNT - 1


@pytest.mark.usefixtures("no_deadlock")
def test_race_to_cancel_one_booking_has_one_winner(kind: Kind, pool: RaceProcesses) -> None:
    booked = kind.book(span(10, 11))
    finishes = pool.race([[partial(cancel_booking, kind.plural, booked.pk)] * COUNT])[0]
    assert outcomes(finishes) == {"won": 1, "IllegalTransition": COUNT - 1}
    assert kind.model.objects.get(pk=booked.pk).revision == 2


@pytest.mark.usefixtures("no_deadlock")
def test_race_over_http_has_one_winner(kind: Kind, pool: RaceProcesses, live_server: Any) -> None:
    _token, key = Token.objects.create(UserFactory.create(is_staff=True), name="test")
    provider, guests = kind.provider(), [kind.attendee().key for _ in range(COUNT)]
    names = kind.model.request_names
    rounds = []
    for number in range(5):
        start = at(10) + number * 60 * MINUTE
        end = 60 if kind.plural == "sessions" else (start + 60 * MINUTE).isoformat()
        body = {names["provider"]: provider.key, names["start"]: start.isoformat(), names["end"]: end}
        bodies = [{kind.envelope: {**body, names["attendee"]: guest}} for guest in guests]
        rounds.append([partial(post, live_server.url, f"/api/v1/{kind.plural}", key, body) for body in bodies])
    finished = pool.race(rounds)
    assert [outcomes(finishes) for finishes in finished] == [{"201": 1, "409": COUNT - 1}] * 5
    slowest(
        finished
    )  # not judged: the test server's queue of 10 connections lets the others knock again after a second


def test_control_looking_before_inserting_double_books(pool: RaceProcesses) -> None:
    """Why there is a constraint: without one all sixteen see the free slot, and all take it."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE unguarded (id bigint GENERATED ALWAYS AS IDENTITY)")
        try:
            with transaction.atomic():
                cursor.execute("SELECT pg_advisory_xact_lock(42)")
                pool.start([[partial(look_then_insert, 42)] * COUNT])
                wait_until(lambda: waiting() == COUNT)
            assert outcomes(pool.finish()[0]) == {"won": COUNT}
            assert read("SELECT count(*) FROM unguarded") == COUNT
        finally:
            cursor.execute("DROP TABLE unguarded")


def test_control_a_deadlock_is_counted(pool: RaceProcesses) -> None:
    """What the other tests see none of."""
    before = deadlocks()
    crossing: list[Task] = [partial(lock_crosswise, 1, 2), partial(lock_crosswise, 2, 1)]
    finishes = pool.race([[*crossing, *[do_nothing] * (COUNT - 2)]])[0]
    assert outcomes(finishes) == {"won": 1, "OperationalError": 1, "sat out": COUNT - 2}
    assert deadlocks() - before == 1


def _first_attendee(kind: Kind) -> Any:
    return kind.attendee_model._default_manager.values_list(kind.attendee_model.key_field, flat=True)[0]
