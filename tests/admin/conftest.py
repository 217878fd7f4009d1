"""Fixtures of the admin."""

import pytest
from django.test import Client

from tests.support.factories import UserFactory


@pytest.fixture
def desk(db: None) -> Client:
    """A browser in which the desk has signed in."""
    client = Client()
    client.force_login(UserFactory.create(is_staff=True))
    return client
