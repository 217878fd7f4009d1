"""Fixtures: both kinds of booking, callers of the API, racing processes."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models.signals import post_migrate

from tests.support.api import Api
from tests.support.factories import UserFactory
from tests.support.kinds import KINDS, Kind, at, span
from tests.support.lock_waits import deadlocks
from tests.support.race_processes import COUNT, RaceProcesses, book_slot


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """Transactional tests fill the tables as a migration does, but for Django's permissions, for which nobody asks."""
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")


@pytest.fixture(params=KINDS, ids=str)
def kind(request: pytest.FixtureRequest) -> Kind:
    """Runs the test once for sessions and once for appointments."""
    kind: Kind = request.param
    return kind


@pytest.fixture
def desk(db: None) -> Api:
    """The API as the desk uses it, by token."""
    return Api(UserFactory.create(is_staff=True))


@pytest.fixture
def visitor(db: None) -> Api:
    """The API without credentials."""
    return Api()


@pytest.fixture
def monday_morning(time_machine: Any) -> None:
    """Half past eight on the Monday of the tests, the 7th of January 2030."""
    time_machine.move_to(at(8, 30), tick=False)


@pytest.fixture(scope="module")
def pool(django_db_setup: None, django_db_blocker: Any) -> Iterator[RaceProcesses]:
    """The processes, started once for a module's races, and warm: each has booked once."""
    with django_db_blocker.unblock():
        pool = RaceProcesses(connection.settings_dict["NAME"])
        for kind in KINDS:
            pairs = [(kind.provider().key, kind.attendee().key) for _ in range(COUNT)]
            pool.race([[partial(book_slot, kind.plural, *pair, span(10, 11)) for pair in pairs]])
        call_command("flush", interactive=False, verbosity=0)
    yield pool
    pool.close()


@pytest.fixture
def no_deadlock(pool: RaceProcesses) -> Iterator[None]:
    """Fails the test when the database counted a deadlock meanwhile, even one that a retry hid."""
    before = deadlocks()
    yield
    assert deadlocks() - before == 0
