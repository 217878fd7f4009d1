"""How the tables come and go."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.postgres.operations import BtreeGistExtension
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from bookings.access.actor import SYSTEM, Actor
from bookings.actions import cancel
from bookings.models.history_text import tell
from tests.support.factories import UserFactory
from tests.support.kinds import Kind, at, span


@pytest.fixture
def forward_again() -> Iterator[None]:
    """Whatever happens, the next test finds all tables."""
    yield
    call_command("migrate", verbosity=0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("forward_again")
def test_migrations_of_each_app_go_back_and_forward(kind: Kind) -> None:
    app, table = kind.model._meta.app_label, kind.model._meta.db_table
    call_command("migrate", app, "zero", verbosity=0)
    assert table not in connection.introspection.table_names()
    call_command("migrate", app, verbosity=0)
    assert kind.book(span(10, 11)).pk


def dated(hours: Any, starts_at: time, *days: tuple[int | None, int | None]) -> list[int]:
    """Hours of one start for each pair of first and last day, in days from today (UTC); their keys."""
    today = datetime.now(UTC).date()
    dates = [[None if day is None else today + timedelta(days=day) for day in pair] for pair in days]
    row = {"weekday": 0, "starts_at": starts_at, "minutes": 60}
    return [hours.create(**row, valid_from=first, valid_until=last).pk for first, last in dates]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("forward_again")
def test_migrations_back_keep_one_of_the_hours_with_the_same_start(kind: Kind) -> None:
    app, hours = kind.model._meta.app_label, kind.provider().working_hours
    past, current, coming = dated(hours, time(9), (None, -10), (-9, 9), (10, None))
    last_day, first_day = dated(hours, time(10), (-2, 0), (1, None))
    latest, oldest, older = dated(hours, time(11), (-10, -5), (None, -30), (-29, -11))
    (alone,) = dated(hours, time(12), (None, -1))
    assert {past, coming, first_day, oldest, older} < set(hours.values_list("pk", flat=True))
    call_command("migrate", app, "0007", verbosity=0)
    call_command("migrate", app, verbosity=0)
    assert list(hours.order_by("starts_at").values_list("pk", "valid_from", "valid_until")) == [
        (kept, None, None) for kept in (current, last_day, latest, alone)
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("forward_again")
def test_service_index_left_behind_is_built_again(kind: Kind) -> None:
    app, name, table = kind.model._meta.app_label, kind.model._meta.model_name, kind.model._meta.db_table
    call_command("migrate", app, "0008", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE INDEX {name}_service ON {table} (id)")
        call_command("migrate", app, verbosity=0)
        assert connection.introspection.get_constraints(cursor, table)[f"{name}_service"]["columns"] == ["service_id"]


def insert_bookings(kind: Kind, provider: Any, attendee: Any, starts: list[datetime]) -> None:
    """Of an hour each, in plain SQL with the columns of the first migrations; the last one is cancelled."""
    names, minutes = kind.model.request_names, {"duration": 60} if kind.plural == "sessions" else {}
    parties = {names["provider"]: provider.key, names["attendee"]: attendee.key, "is_overbooked": False, **minutes}
    for start in starts:
        end, is_last = start + timedelta(hours=1), start == starts[-1]
        texts = {"override_reason": "", "note": "", "cancel_reason": "", "status": "cancelled" if is_last else "booked"}
        times = {names["start"]: start, "end_at": end, "busy_from": start, "busy_until": end}
        known = {"uid": uuid4(), "revision": 1 + is_last, "created_at": start, "updated_at": start}
        row: dict[str, Any] = {**parties, **texts, **times, **known}
        insert = f"INSERT INTO {kind.plural} ({', '.join(row)}) VALUES ({', '.join(['%s'] * len(row))})"
        with connection.cursor() as cursor:
            cursor.execute(insert, [*row.values()])


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("forward_again")
def test_bookings_older_than_their_history_are_imported(kind: Kind) -> None:
    app, parties = kind.model._meta.app_label, (kind.provider(), kind.attendee())
    call_command("migrate", app, "0003", verbosity=0)
    insert_bookings(kind, *parties, [at(10), at(12), at(14)])
    call_command("migrate", app, verbosity=0)
    later = kind.book(span(20, 21))

    call_command("migrate", app, "0011", verbosity=0)
    call_command("migrate", app, verbosity=0)  # once more imports nobody twice

    events = kind.history_model.objects.order_by("pgh_id").values_list("pgh_label", "start_at", "revision", "status")
    former = [("import", at(10), 1, "booked"), ("import", at(12), 1, "booked"), ("import", at(14), 2, "cancelled")]
    assert list(events) == [*former, ("insert", at(20), 1, "booked")]
    (line,) = tell(kind.model.objects.earliest("pk"), for_desk=True)
    assert (line.what, line.details) == ("Imported", ["Mon 7 Jan 2030, 10:00 to 11:00 (UTC)"])
    assert [line.what for line in tell(cancel(kind.model.objects.earliest("pk"), by=SYSTEM), for_desk=True)] == [
        "Cancelled",
        "Imported",
    ]
    assert [line.what for line in tell(later, for_desk=True)] == ["Booked"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("forward_again")
def test_migrations_back_forget_logins_that_are_deleted(kind: Kind) -> None:
    """The foreign key of before is checked again."""
    user = UserFactory.create(is_staff=True)
    booking = kind.book(span(10, 11), by=Actor(user))
    user.delete()
    assert kind.model.objects.get(pk=booking.pk).booked_by_id
    call_command("migrate", kind.model._meta.app_label, "0010", verbosity=0)
    assert kind.model.objects.get(pk=booking.pk).booked_by_id is None


@pytest.mark.django_db
def test_migrations_and_models_agree() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_migrations_of_the_apps_come_after_btree_gist(kind: Kind) -> None:
    """The autodetector does not see that exclusion constraints need it."""
    loader = MigrationLoader(None)
    plan = loader.graph.forwards_plan((kind.model._meta.app_label, "0001_initial"))
    makers = {
        key for key in plan for step in loader.disk_migrations[key].operations if isinstance(step, BtreeGistExtension)
    }
    assert makers == {("bookings", "0001_initial")}
