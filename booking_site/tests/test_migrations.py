"""How the tables come and go."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.contrib.postgres.operations import BtreeGistExtension
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from booking_site.tests.kinds import Kind, span


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
