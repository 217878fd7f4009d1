"""History by trigger: complete, whoever writes and however, and never changed. For both kinds."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from bookings.access.actor import JOB, SYSTEM, Actor
from bookings.actions import approve, cancel, check_in, reschedule, undo
from bookings.actions.bulk import insert_many
from bookings.models import Booking
from bookings.models.history import changes
from tests.support.factories import UserFactory
from tests.support.kinds import Kind, at, span

pytestmark = pytest.mark.django_db(transaction=True)
"""Real transactions: the attribution lasts to the end of one."""

NOW = at(9, day=1)


def contexts(booking: Booking) -> list[Any]:
    """Whose each change was."""
    return list(booking.history.order_by("pgh_id").values_list("changed_by_id", "changed_via"))


@pytest.fixture
def lived(kind: Kind) -> Booking:
    """A booking with a life: asked for, approved, moved, checked in, undone, cancelled; each by another."""
    provider = kind.provider(user=UserFactory.create(), needs_approval=True)
    attendee = kind.attendee(user=UserFactory.create())
    themself, host = Actor(attendee.user, via="page"), Actor(provider.user, via="admin")
    desk = Actor(UserFactory.create(is_staff=True), via="token")
    booking = kind.book(span(10, 11), provider=provider, attendee=attendee, by=themself, now=NOW)
    approve(booking, by=host, now=NOW)
    reschedule(booking, by=desk, to=kind.times(span(14, 15)), now=NOW)
    check_in(booking, by=host, now=NOW)
    undo(booking, by=desk, now=NOW)
    reschedule(booking, by=themself, to=kind.times(span(16, 17)), now=NOW)
    return cancel(booking, by=JOB, now=NOW)


def test_history_tells_the_whole_life(lived: Booking) -> None:
    assert [(change.action, change.by, change.via, change.event.revision) for change in changes(lived)] == [
        ("book", "attendee", "page", 1),
        ("approve", "provider", "admin", 2),
        ("reschedule", "desk", "token", 3),
        ("check_in", "provider", "admin", 4),
        ("undo", "desk", "token", 5),
        ("reschedule", "attendee", "page", 6),
        ("cancel", "system", "job", 7),
    ]


def test_history_holds_each_time_and_state(lived: Booking) -> None:
    told = [(change.event.start_at, change.event.status) for change in changes(lived)]
    assert told == [
        (at(10), "pending"),
        (at(10), "booked"),
        (at(14), "booked"),
        (at(14), "arrived"),
        (at(14), "booked"),
        (at(16), "pending"),
        (at(16), "cancelled"),
    ]


def test_history_holds_no_words(kind: Kind) -> None:
    """Notes and reasons stay on the booking, where they can be erased."""
    names = {field.name for field in kind.history_model._meta.get_fields()}
    assert not names & {"note", "cancel_reason", "override_reason", "name", "email"}


def test_history_records_bulk_writes(kind: Kind) -> None:
    insert_many([kind.build(span(hour, hour + 1)) for hour in range(3)])
    assert kind.history_model.objects.count() == 3
    kind.model.objects.update(status="arrived", revision=F("revision") + 1)
    told = kind.history_model.objects.order_by("pgh_id").values_list("revision", "status")
    assert list(told) == [(1, "booked")] * 3 + [(2, "arrived")] * 3


def test_history_records_raw_sql_as_nobodys(kind: Kind) -> None:
    desk = UserFactory.create(is_staff=True)
    booking = kind.book(span(10, 11), by=Actor(desk, via="token"))
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {kind.plural} SET status = 'fulfilled', revision = 2 WHERE id = %s", [booking.pk])
    assert contexts(booking) == [(desk.pk, "token"), (None, "shell")]
    assert [(change.by, change.via) for change in changes(booking)] == [("desk", "token"), ("system", "shell")]


@pytest.mark.parametrize("statement", ["UPDATE {} SET status = 'booked'", "DELETE FROM {}"])
def test_history_refuses_raw_sql(kind: Kind, statement: str) -> None:
    kind.book(span(10, 11))
    before = list(kind.history_model.objects.values())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(kind.history_model._meta.db_table))
    assert list(kind.history_model.objects.values()) == before


def test_history_refuses_the_orm(kind: Kind) -> None:
    kind.book(span(10, 11))
    event = kind.history_model.objects.get()
    for write in (event.delete, event.save, lambda: kind.history_model.objects.update(revision=2)):
        with pytest.raises((DatabaseError, RuntimeError)), transaction.atomic():
            write()
    assert kind.history_model.objects.get().revision == 1


def test_history_of_what_was_refused_is_empty(kind: Kind) -> None:
    booked = kind.book(span(10, 11))
    for _ in range(2):
        with pytest.raises(Exception, match="taken"):
            kind.book(span(10, 11), provider=booked.provider)
    assert kind.history_model.objects.count() == 1


def test_history_attributes_nothing_after_its_transaction(kind: Kind) -> None:
    """The attribution lives in settings of the transaction: on a kept connection it must not reach the next one."""
    desk = UserFactory.create(is_staff=True)
    kind.book(span(10, 11), by=Actor(desk, via="token"))
    later = kind.book(span(12, 13), by=SYSTEM)
    assert contexts(later) == [(None, "shell")]
