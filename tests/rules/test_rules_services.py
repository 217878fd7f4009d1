"""The contract of `book` and `reschedule` with services, for both kinds: lengths, buffers, who offers them."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from bookings.access.actor import SYSTEM, Actor
from bookings.access.permissions import terms_for
from bookings.actions import book, reschedule
from bookings.core.errors import Conflict, Invalid
from bookings.core.interval import Interval
from bookings.schedule.slots import SlotQuery, find_slots, schedule_for
from tests.support.free_times import slots_of
from tests.support.kinds import Kind, at, span

pytestmark = pytest.mark.django_db

NOW = at(9)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def provider(kind: Kind) -> Any:
    """Keeps a quarter of an hour free before and after."""
    return kind.provider(name="Dr. Who", slot_minutes=60, buffer_before_minutes=15, buffer_after_minutes=15)


def assert_refused(kind: Kind, provider: Any, service: Any, *, by: Actor = SYSTEM) -> tuple[str, dict[str, list[str]]]:
    with pytest.raises(Invalid) as raised:
        kind.book((at(10), at(10, 30)), provider=provider, service_id=service, by=by, now=NOW)
    assert not kind.model.objects.exists()
    return raised.value.rule, raised.value.errors


@pytest.mark.parametrize(
    ("own", "kept"), [((None, None), (15, 15)), ((0, 0), (0, 0)), ((0, None), (0, 15)), ((30, 5), (30, 5))]
)
def test_buffers_are_the_services_where_it_has_its_own(
    kind: Kind, provider: Any, own: tuple[int | None, int | None], kept: tuple[int, int]
) -> None:
    service = kind.service(provider, buffer_before_minutes=own[0], buffer_after_minutes=own[1])
    booking = kind.book((at(10), at(10, 30)), provider=provider, service_id=service.pk)
    assert booking.busy_span == Interval(at(10) - kept[0] * MINUTE, at(10, 30) + kept[1] * MINUTE)


def test_slots_use_the_services_length_and_buffers(kind: Kind, provider: Any, attendee: Any) -> None:
    """Hourly starts, as the provider has them; a booking from 11:10 on leaves room before it and after it."""
    service = kind.service(provider, duration_minutes=50, buffer_before_minutes=0, buffer_after_minutes=0)
    kind.book(Interval(at(11, 10), at(11, 45)), provider=provider)
    terms = terms_of(kind, Actor(attendee.user), provider, attendee)
    query = SlotQuery(kind.model, Interval(at(10), at(14)), terms, NOW, service=service.pk)
    found = slots_of(query, provider)
    assert [slot.span for slot in found] == [Interval(at(h), at(h, 50)) for h in (10, 12, 13)]


def terms_of(kind: Kind, by: Actor, provider: Any, attendee: Any) -> Any:
    return terms_for(by, kind.build(span(10, 11), provider=provider, attendee=attendee))


@pytest.mark.parametrize("what", ["unknown", "withdrawn", "offered by others"])
def test_service_that_is_not_offered_is_refused_there(kind: Kind, provider: Any, what: str) -> None:
    service = kind.service(*([] if what == "offered by others" else [provider]), is_active=what != "withdrawn")
    key = 2**40 if what == "unknown" else service.pk
    sentence = "Dr. Who does not offer this. Choose another service, or somebody else."
    assert assert_refused(kind, provider, key) == ("service", {"service": [sentence]})


@pytest.mark.parametrize("what", ["unknown", "withdrawn", "offered by others"])
def test_service_that_is_not_offered_has_no_slots(kind: Kind, provider: Any, what: str) -> None:
    service = kind.service(*([] if what == "offered by others" else [provider]), is_active=what != "withdrawn")
    key = 2**40 if what == "unknown" else service.pk
    terms = terms_of(kind, SYSTEM, provider, kind.attendee())
    query = SlotQuery(kind.model, span(10, 20), terms, NOW, service=key)
    schedule = schedule_for(query, provider.key)
    assert schedule is not None
    assert find_slots(query, schedule) == []


def test_attendee_books_a_service_as_long_as_it_is(kind: Kind, provider: Any, attendee: Any) -> None:
    service = kind.service(provider, duration_minutes=50)
    wanted = {"provider": provider, "attendee": attendee, "service_id": service.pk}
    with pytest.raises(Invalid) as raised:
        kind.book(span(10, 11), by=Actor(attendee.user), now=NOW, **wanted)
    assert (raised.value.rule, raised.value.errors) == ("length", {"end": ["This lasts 50 minutes."]})
    assert kind.book(raised.value.suggestions[0], by=Actor(attendee.user), now=NOW, **wanted).service_id == service.pk


def test_withdrawn_services_booking_moves_with_its_buffers(kind: Kind, provider: Any, attendee: Any) -> None:
    service = kind.service(provider, duration_minutes=50, buffer_before_minutes=0, buffer_after_minutes=20)
    booking = kind.build((at(10), at(10, 50)), provider=provider, attendee=attendee, service_id=service.pk)
    book(booking, by=Actor(attendee.user), now=NOW)
    type(service).objects.filter(pk=service.pk).update(is_active=False, duration_minutes=30)
    service.providers.clear()
    moved = reschedule(booking, by=Actor(attendee.user), to=kind.times(Interval(at(12), at(12, 50))), now=NOW)
    assert (moved.busy_span, moved.service_id) == (Interval(at(12), at(13, 10)), service.pk)


def test_booking_moves_to_another_provider_only_with_a_service_of_theirs(kind: Kind, provider: Any) -> None:
    other = kind.provider(name="Dr. No")
    service = kind.service(provider)
    booking = kind.book((at(10), at(10, 30)), provider=provider, service_id=service.pk, now=NOW)
    with pytest.raises(Invalid) as raised:
        reschedule(booking, by=SYSTEM, to=kind.times(booking.span, other.key), now=NOW)
    assert (raised.value.rule, list(raised.value.errors)) == ("service", ["service"])
    service.providers.add(other)
    assert reschedule(booking, by=SYSTEM, to=kind.times(booking.span, other.key), now=NOW).provider_id == other.key


def test_services_buffers_keep_others_away(kind: Kind, provider: Any) -> None:
    service = kind.service(provider, buffer_before_minutes=0, buffer_after_minutes=60)
    kind.book((at(10), at(10, 30)), provider=provider, service_id=service.pk)
    with pytest.raises(Conflict):
        kind.book((at(11, 44), at(12)), provider=provider)  # 60 minutes after the first, 15 before this one
    assert kind.book((at(11, 45), at(12)), provider=provider).pk


def test_service_with_bookings_cannot_be_deleted_in_the_database(kind: Kind, provider: Any) -> None:
    service = kind.service(provider)
    kind.book((at(10), at(10, 30)), provider=provider, service_id=service.pk)
    service.providers.clear()
    with pytest.raises(IntegrityError), transaction.atomic():
        type(service).objects.filter(pk=service.pk)._raw_delete("default")


def test_booking_of_an_unknown_service_is_refused_by_the_database_at_once(kind: Kind, provider: Any) -> None:
    booking = kind.book((at(10), at(10, 30)), provider=provider)
    unknown = {"service_id": 2**40}
    with pytest.raises(IntegrityError), transaction.atomic():
        kind.model.objects.filter(pk=booking.pk).update(**unknown)
