"""Fixtures: both kinds of booking, callers of the API."""

import pytest

from booking_site.tests.api import Api
from booking_site.tests.kinds import KINDS, Kind
from bookings.tests.factories import UserFactory


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
