"""How many statements free times and bookings cost, for both kinds: the same whatever there is."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bookings.access.actor import SYSTEM, Actor
from bookings.actions import book, reschedule
from bookings.core.errors import BookingError
from bookings.core.interval import Interval
from bookings.schedule.slots import (
    LONGEST_SEARCH,
    SlotQuery,
    ahead,
    find_earliest,
    find_first_of_each,
)
from bookings.schedule.terms import BookingTerms
from tests.support.factories import UserFactory
from tests.support.free_times import slots_of
from tests.support.kinds import Kind, at, span

pytestmark = pytest.mark.django_db

NOW = at(8)
LIMITS = {"day_limit": 9, "attendee_day_limit": 9}


def statements(act: Any) -> int:
    """How many there are, savepoints left aside."""
    with CaptureQueriesContext(
        connection,
    ) as caught:
        act()
    return sum("SAVEPOINT" not in query["sql"] for query in caught.captured_queries)


def fill(kind: Kind, provider: Any, bookings: int) -> None:
    for hour in range(bookings):
        kind.book(span(10 + hour, 11 + hour), provider=provider)


@pytest.mark.parametrize("bookings", [0, 1, 3])
@pytest.mark.parametrize(
    ("limits", "is_attendee", "expected"),
    [({}, False, 2), ({}, True, 3), (LIMITS, False, 3), (LIMITS, True, 4)],
    ids=["visitor", "attendee", "visitor with limits", "attendee with limits"],
)
def test_slots_of_one_provider(
    kind: Kind,
    bookings: int,
    limits: dict[str, int],
    is_attendee: bool,  # noqa: FBT001
    expected: int,
) -> None:
    """The rules, the free time; what is open of an attendee; the days that are full."""
    provider = kind.provider(slot_minutes=30, **limits)
    fill(kind, provider, bookings)
    terms = BookingTerms(attendee=kind.attendee().key if is_attendee else None)

    def look() -> None:
        assert slots_of(SlotQuery(kind.model, span(9, 18), terms, NOW), provider)

    assert statements(look) == expected


@pytest.mark.parametrize("providers", [1, 3, 20])
@pytest.mark.parametrize(("limits", "expected"), [({}, 2), (LIMITS, 3)], ids=["no limits", "limits"])
def test_earliest_slots_of_all_and_first_of_each(
    kind: Kind, providers: int, limits: dict[str, int], expected: int
) -> None:
    hosts = [kind.provider(slot_minutes=30, **limits) for _ in range(providers)]
    fill(kind, hosts[0], min(providers, 3))
    keys, query = [host.key for host in hosts], SlotQuery(kind.model, span(9, 18), BookingTerms(), NOW)
    far = SlotQuery(kind.model, ahead(NOW, LONGEST_SEARCH), BookingTerms(), NOW)
    assert statements(lambda: find_earliest(query, limit=10)) == expected
    assert statements(lambda: find_first_of_each(far, keys)) == expected
    assert len(find_first_of_each(far, keys)) == providers


@pytest.mark.parametrize("providers", [1, 3])
def test_earliest_slots_far_away_cost_one_statement_for_each_look(kind: Kind, providers: int) -> None:
    """Rules, then two days, two weeks, all."""
    hosts = [kind.provider(slot_minutes=30) for _ in range(providers)]
    for host in hosts:
        host.time_off.create(starts_on=at(0).date(), ends_on=at(0, day=25).date())
    query = SlotQuery(kind.model, Interval(at(9), at(9, day=31)), BookingTerms(), NOW)
    assert statements(lambda: find_earliest(query, limit=10)) <= 4
    assert find_earliest(query, limit=1)[0].span.start == at(0, day=26)


@pytest.mark.parametrize("bookings", [0, 1, 3])
@pytest.mark.parametrize(
    ("who", "limits", "expected"),
    [("desk", {}, 2), ("desk", LIMITS, 2), ("attendee", {}, 5), ("attendee", LIMITS, 7)],
)
def test_booking(kind: Kind, bookings: int, who: str, limits: dict[str, int], expected: int) -> None:
    """The rules and the INSERT; for attendees also what is in the way, the locks and what is counted."""
    provider, attendee = kind.provider(**limits), kind.attendee(user=UserFactory.create())
    fill(kind, provider, bookings)
    by = SYSTEM if who == "desk" else known(Actor(attendee.user), kind)
    booking = kind.build(span(18, 19), provider=provider, attendee=attendee)
    assert statements(lambda: book(booking, by=by, now=NOW)) == expected


def known(actor: Actor, kind: Kind) -> Actor:
    """An actor whose links to people have been looked up, as a request's have."""
    for people in (kind.provider_model, kind.attendee_model):
        actor.key_in(people)
    return actor


@pytest.mark.parametrize("bookings", [0, 1, 3])
@pytest.mark.parametrize(("who", "expected"), [("desk", 5), ("attendee", 7)])
def test_reschedule(kind: Kind, bookings: int, who: str, expected: int) -> None:
    provider, attendee = kind.provider(), kind.attendee(user=UserFactory.create())
    fill(kind, provider, bookings)
    by = SYSTEM if who == "desk" else known(Actor(attendee.user), kind)
    booking = kind.book(span(18, 19), provider=provider, attendee=attendee, by=by, now=NOW)
    to = kind.times(span(20, 21))
    assert statements(lambda: reschedule(booking, by=by, to=to, now=NOW)) == expected


@pytest.mark.parametrize("bookings", [1, 3])
@pytest.mark.parametrize(("who", "expected"), [("desk", 5), ("attendee", 9)])
def test_refusal(kind: Kind, bookings: int, who: str, expected: int) -> None:
    """What is in the way, and what is free instead."""
    provider, attendee = kind.provider(), kind.attendee(user=UserFactory.create())
    fill(kind, provider, bookings)
    by = SYSTEM if who == "desk" else known(Actor(attendee.user), kind)
    booking = kind.build(span(10, 11), provider=provider, attendee=attendee)

    def lose() -> None:
        with pytest.raises(BookingError), transaction.atomic():
            book(booking, by=by, now=NOW)

    assert statements(lose) == expected
