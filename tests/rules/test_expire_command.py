"""`manage.py expire`: what nobody approved in time is cancelled, once."""

from importlib import import_module
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from bookings.access.actor import Actor
from bookings.actions import expire
from bookings.core.lifecycle import Status
from bookings.models import Booking
from bookings.models.history import changes
from tests.support.concurrency import in_thread
from tests.support.factories import UserFactory
from tests.support.kinds import APPOINTMENTS, SESSIONS, Kind, at, span

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(time_machine: Any) -> None:
    time_machine.move_to(at(8, day=1))


def ask(kind: Kind, hour: int = 10, *, day: int = 7) -> Booking:
    """A booking that waits for approval, at most two days long."""
    attendee = kind.attendee(user=UserFactory.create())
    return kind.book(
        span(hour, hour + 1, day=day),
        provider=kind.provider(needs_approval=True),
        attendee=attendee,
        by=Actor(attendee.user),
    )


def run_command(**options: Any) -> str:
    said = StringIO()
    call_command("expire", stdout=said, **options)
    return said.getvalue()


def test_expired_are_cancelled_and_counted(time_machine: Any) -> None:
    expired = [ask(APPOINTMENTS), ask(APPOINTMENTS), ask(SESSIONS)]
    time_machine.move_to(at(9, day=4))
    waiting = ask(APPOINTMENTS)

    said = run_command()

    assert said == "Cancelled 2 appointments, 1 sessions.\n"
    assert {type(booking).objects.get(pk=booking.pk).status for booking in expired} == {Status.CANCELLED}
    assert type(waiting).objects.get(pk=waiting.pk).status == Status.PENDING
    assert [(change.action, change.by, change.via) for change in changes(expired[0])][1:] == [
        ("cancel", "system", "job")
    ]


def test_nothing_to_do_is_said() -> None:
    ask(APPOINTMENTS)

    assert run_command() == "Nothing to do: no booking has expired.\n"


def test_quiet_says_nothing() -> None:
    assert run_command(verbosity=0) == ""


def test_all_are_done_batch_by_batch(kind: Kind, time_machine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("bookings.actions.expire"), "BATCH", 2)
    for hour in (10, 12, 14):
        ask(kind, hour)
    time_machine.move_to(at(9, day=4))

    assert "3 " in run_command()
    assert not kind.model.objects.filter(status=Status.PENDING).exists()


@pytest.mark.django_db(transaction=True)
def test_twice_at_once_cancels_each_once(kind: Kind, time_machine: Any) -> None:
    booking = ask(kind)
    time_machine.move_to(at(9, day=4))

    with in_thread(lambda: expire(kind.model)):
        said = run_command()

    assert said == "Nothing to do: no booking has expired.\n"
    assert type(booking).objects.get(pk=booking.pk).revision == 2


def test_pending_is_read_by_its_index(kind: Kind) -> None:
    provider = kind.provider()
    for day in range(1, 29):
        kind.book(span(12, 13, day=day), provider=provider)
    ask(kind)
    pending, expired = kind.model.objects.pending(timezone.now()), kind.model.objects.expired(at(9))

    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL enable_seqscan = off; ANALYZE {kind.plural}")
        plans = [rows.explain() for rows in (pending.order_by("start_at", "pk"), expired)]

    assert [f"{kind.envelope}_pending" in plan for plan in plans] == [True, True]
