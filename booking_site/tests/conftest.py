"""Fixtures of the suites that cover both kinds of booking."""

import pytest

from booking_site.tests.kinds import KINDS, Kind


@pytest.fixture(params=KINDS, ids=str)
def kind(request: pytest.FixtureRequest) -> Kind:
    """Runs the test once for sessions and once for appointments."""
    kind: Kind = request.param
    return kind
