"""Fixtures of the pages: who is in front of them, and the browser."""

from typing import Any

import pytest

from tests.support.browser import browser, open_browser
from tests.support.factories import UserFactory
from tests.support.kinds import Kind, at
from tests.support.pages import Visit

__all__ = ["browser", "open_browser"]


@pytest.fixture
def desk(kind: Kind) -> Visit:
    return Visit.by(kind, UserFactory.create(is_staff=True))


@pytest.fixture
def attendee(kind: Kind) -> Visit:
    """Somebody with a record and a login."""
    return Visit.of_person(kind, kind.attendee())


@pytest.fixture
def provider(kind: Kind) -> Any:
    return kind.provider()


@pytest.fixture
def visit(kind: Kind, provider: Any) -> Visit:
    """The provider itself."""
    return Visit.of_person(kind, provider)


@pytest.fixture
def sunday_noon(time_machine: Any) -> None:
    """The day before the tests' Monday."""
    time_machine.move_to(at(12, day=6), tick=False)
