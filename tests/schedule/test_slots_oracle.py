"""The slots that are offered are those of a brute-force oracle, for both kinds, in random situations.

`SOAK_EXAMPLES` makes more of them than CI's few.
"""

import os
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from bookings.core.interval import Interval
from bookings.schedule.slots import USUAL_LENGTH, SlotQuery, find_earliest
from bookings.schedule.terms import DESK_TERMS, BookingTerms
from tests.reference import slot_oracle
from tests.reference.random_cases import MINUTE, PLACES, Situation, make_situation
from tests.reference.slot_oracle import ATTENDEE, Oracle
from tests.support.free_times import slots_of
from tests.support.kinds import Kind

pytestmark = pytest.mark.django_db

EXAMPLES = int(os.environ.get("SOAK_EXAMPLES", "0"))
NUMBERS = range(EXAMPLES or 2 * len(PLACES))
PERSONS = {"attendee": ATTENDEE, "visitor": slot_oracle.VISITOR, "desk": slot_oracle.DESK}


def terms_of(name: str, situation: Situation) -> BookingTerms:
    """The same person for the engine."""
    attendee = situation.attendee.key
    terms = {"attendee": BookingTerms(attendee=attendee), "visitor": BookingTerms()}
    return (terms | {"desk": replace(DESK_TERMS, attendee=attendee)})[name]


def found(situation: Situation, terms: BookingTerms, length: timedelta | None) -> list[Interval]:
    """What the engine offers."""
    service = situation.service and situation.service.pk
    query = SlotQuery(situation.kind.model, situation.starts, terms, situation.now, length, service)
    slots = slots_of(query, situation.provider)
    assert {slot.provider for slot in slots} <= {situation.provider.key}
    return [slot.span for slot in slots]


def expected(situation: Situation, name: str, length: timedelta | None) -> list[Interval]:
    """What the oracle offers: the desk's list leaves out overbooked times too, and begins where slots do."""
    person = replace(PERSONS[name], minds_overbooked=True)
    length = length or situation.required or USUAL_LENGTH
    return Oracle(situation, person).offered(length, situation.step or length)


@pytest.mark.parametrize("number", NUMBERS)
def test_slots_are_those_of_the_oracle(kind: Kind, settings: Settings, number: int) -> None:
    situation = make_situation(kind, number)
    settings.OPEN_BOOKINGS_LIMIT = situation.open_limit
    for name in PERSONS:
        for length in (None, 35 * MINUTE):
            assert found(situation, terms_of(name, situation), length) == expected(situation, name, length), name


def test_situations_have_slots_and_lack_some(kind: Kind, settings: Settings) -> None:
    """The comparison is worth something: slots are offered in most, and each rule stands against some."""
    offered, against = 0, set()
    for number in NUMBERS:
        situation = make_situation(kind, number)
        settings.OPEN_BOOKINGS_LIMIT = situation.open_limit
        oracle = Oracle(situation, ATTENDEE)
        length = situation.required or USUAL_LENGTH
        offered += bool(oracle.offered(length, situation.step or length))
        for n in range(36):
            start = situation.starts.start + n * 60 * MINUTE
            against |= oracle.broken(Interval(start, start + length))
    rules = {"past", "notice", "horizon", "closed", "slot", "overlap", "day_limit", "attendee_day_limit"}
    assert against >= rules
    assert offered >= len(NUMBERS) // 3


@pytest.mark.parametrize("number", [0, 3])
def test_earliest_are_the_first_of_all_providers(kind: Kind, settings: Settings, number: int) -> None:
    situations = [make_situation(kind, number + n * len(PLACES)) for n in range(4)]
    settings.OPEN_BOOKINGS_LIMIT = 10
    now, starts = situations[0].now, situations[0].starts
    hosts = [situation.provider.pk for situation in situations]
    kind.provider_model._default_manager.exclude(pk__in=hosts).update(is_active=False)
    spans: list[tuple[Any, ...]] = []
    for situation in situations:
        situation.now, situation.service = now, None
        length = situation.required or USUAL_LENGTH
        oracle, host = Oracle(situation, slot_oracle.VISITOR), situation.provider
        offered = oracle.offered(length, situation.step or length)
        spans += [(span.start, host.name, span, host.key) for span in offered]
    first = find_earliest(SlotQuery(kind.model, starts, BookingTerms(), now), limit=25)
    assert [(slot.span, slot.provider) for slot in first] == [each[2:] for each in sorted(spans)[:25]]
    assert first
