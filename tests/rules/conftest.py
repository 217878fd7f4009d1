"""Who acts in the tests of the rules."""

from typing import Any

import pytest

from bookings.access.actor import Actor
from tests.support.factories import UserFactory
from tests.support.kinds import Kind


@pytest.fixture
def attendee(kind: Kind) -> Any:
    """An attendee with a login."""
    return kind.attendee(user=UserFactory.create())


@pytest.fixture
def themself(attendee: Any) -> Actor:
    """The attendee, acting."""
    return Actor(attendee.user)
