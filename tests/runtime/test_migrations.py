"""How the tables come and go."""

from collections.abc import Iterator

import pytest
from django.contrib.postgres.operations import BtreeGistExtension
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from tests.support.kinds import KINDS, Kind, span


@pytest.fixture
def forward_again() -> Iterator[None]:
    """Whatever happens, the next test finds all tables."""
    yield
    call_command("migrate", verbosity=0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("forward_again")
def test_migrations_of_the_apps_go_back_and_forward() -> None:
    tables = [kind.model._meta.db_table for kind in KINDS]
    for position, kind in enumerate(KINDS, 1):
        call_command("migrate", kind.model._meta.app_label, "zero", verbosity=0)
        left = connection.introspection.table_names()
        assert [table for table in tables if table in left] == tables[position:]  # neither app takes the other along
    call_command("migrate", verbosity=0)
    assert [kind.book(span(10, 11)).revision for kind in KINDS] == [1, 1]


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
