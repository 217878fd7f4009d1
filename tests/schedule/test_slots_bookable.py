"""Whatever the slot list offers to a person can be booked by that person at that moment, and nothing else can.

In random situations, for both kinds: each try is rolled back. `SOAK_EXAMPLES` makes more situations than CI's few.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction
from pytest_django import Settings

from bookings.access.actor import SYSTEM, Actor
from bookings.actions import Override, book, reschedule
from bookings.core.errors import BookingError
from bookings.core.interval import Interval
from bookings.schedule.slots import USUAL_LENGTH, SlotQuery, find_slots, schedule_for
from bookings.schedule.terms import BookingTerms, keep_length
from tests.reference.random_cases import MINUTE, Situation, make_situation
from tests.reference.slot_oracle import ATTENDEE, CLOSED, DESK, PROVIDER, Oracle, Person
from tests.support.free_times import slots_of
from tests.support.kinds import Kind

pytestmark = pytest.mark.django_db

NUMBERS = range(int(os.environ.get("SOAK_EXAMPLES", "0")) or 9)
TRIES = 8


@pytest.fixture(params=NUMBERS)
def situation(kind: Kind, settings: Settings, request: pytest.FixtureRequest) -> Situation:
    """A random one."""
    situation = make_situation(kind, request.param)
    settings.OPEN_BOOKINGS_LIMIT = situation.open_limit
    return situation


def refusal(write: Callable[[], object]) -> BookingError | None:
    """Why this cannot be written, None when it can; nothing is."""
    try:
        with transaction.atomic():
            write()
            transaction.set_rollback(True)
    except BookingError as error:
        return error
    return None


def assert_agrees(error: BookingError | None, broken: set[str]) -> None:
    """Refused for what the oracle sees broken, by its name, or not at all."""
    if error is None:
        assert broken == set()
    else:
        named = error.rule or error.code
        assert ("closed" if named in CLOSED else named) in broken


def offered(situation: Situation, length: timedelta | None = None) -> list[Interval]:
    """The attendee's list."""
    query = asked(situation, length, situation.service and situation.service.pk)
    return [slot.span for slot in slots_of(query, situation.provider)]


def asked(situation: Situation, length: timedelta | None, service: int | None) -> SlotQuery:
    """What the attendee looks for."""
    terms = BookingTerms(attendee=situation.attendee.key)
    return SlotQuery(situation.kind.model, situation.starts, terms, situation.now, length, service)


def candidates(oracle: Oracle, listed: list[Interval], length: timedelta) -> Iterator[Interval]:
    """Offered ones, those a minute beside or of other lengths, and those that a single rule stands against."""
    situation = oracle.situation
    random = Random(0)
    for span in random.sample(listed, min(TRIES, len(listed))):
        yield span
        yield Interval(span.start + MINUTE, span.end + MINUTE)
        yield Interval(span.start, span.end + random.choice((-1, 1, 15)) * MINUTE)
    single: dict[str, list[Interval]] = defaultdict(list)
    for number in range(36 * 12):
        start = situation.starts.start + number * 5 * MINUTE
        span = Interval(start, start + length)
        if len(broken := oracle.broken(span)) <= 1:
            single["".join(broken)].append(span)
    for spans in single.values():
        yield from random.sample(spans, min(4, len(spans)))
    for _ in range(TRIES):
        start = situation.starts.start + random.randrange(36 * 60) * MINUTE
        yield Interval(start, start + random.choice((length, 25 * MINUTE)))


def test_attendee_books_what_is_offered_and_nothing_else(situation: Situation) -> None:
    oracle, by = Oracle(situation, ATTENDEE), Actor(situation.attendee.user)
    length = situation.required or USUAL_LENGTH
    listed = offered(situation)

    def write(span: Interval) -> BookingError | None:
        return refusal(lambda: book(situation.build(span), by=by, now=situation.now))

    for number, span in enumerate(candidates(oracle, listed, length)):
        error = write(span)
        assert_agrees(error, oracle.broken(span))
        if situation.step is not None:
            assert (error is None) == (span in listed)
        if error is not None and number % 5 == 0:
            assert [write(free) for free in error.suggestions] == [None] * len(error.suggestions)


def test_desk_books_any_span_within_the_hours_that_overlaps_nothing(situation: Situation) -> None:
    oracle = Oracle(situation, DESK)

    def write(span: Interval) -> BookingError | None:
        return refusal(lambda: book(situation.build(span), by=SYSTEM, now=situation.now))

    for number, span in enumerate(candidates(oracle, offered(situation), 40 * MINUTE)):
        error = write(span)
        assert_agrees(error, oracle.broken(span))
        if error is not None and number % 5 == 0:
            assert [write(free) for free in error.suggestions] == [None] * len(error.suggestions)


@pytest.mark.parametrize("person", [ATTENDEE, PROVIDER, DESK], ids=["attendee", "provider", "desk"])
def test_reschedule_goes_where_a_booking_could_be_if_it_were_not_there(situation: Situation, person: Person) -> None:
    by = {
        ATTENDEE: Actor(situation.attendee.user),
        PROVIDER: Actor(situation.provider.user),
        DESK: SYSTEM,
    }[person]
    moving = movable(situation)
    oracle, length = Oracle(situation, person, moving), moving.span.length
    assert_list_is_the_oracles(situation, moving)

    def write(span: Interval) -> BookingError | None:
        return refusal(lambda: reschedule(moving, by=by, to=situation.kind.times(span), now=situation.now))

    for number, span in enumerate(candidates(oracle, [moving.span], length)):
        error = write(span)
        assert_agrees(error, oracle.broken(span))
        if error is not None and number % 5 == 0:
            assert [write(free) for free in error.suggestions] == [None] * len(error.suggestions)


def movable(situation: Situation) -> Any:
    """A booking of the two that is still to come, put there by the desk whatever is there."""
    span = Interval(situation.starts.end + 60 * MINUTE, situation.starts.end + 95 * MINUTE)
    override = Override(hours=True, overlap=True, reason="Asked for")
    return book(situation.build(span), by=SYSTEM, override=override, now=situation.now)


def assert_list_is_the_oracles(situation: Situation, moving: Any) -> None:
    """What is listed for a booking that is about to move: as long as it is."""
    length = moving.span.length
    query = asked(situation, length, moving.service_id)
    schedule = schedule_for(query, situation.provider.key)
    assert schedule is not None
    listed = find_slots(replace(query, service=None, excluding=moving.pk), keep_length(schedule, length))
    expected = Oracle(situation, ATTENDEE, moving).offered(length, situation.step or length)
    assert [slot.span for slot in listed] == expected
