"""The demo's logins, whose password everybody knows: nobody outside of demo mode."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.demo import DEMO_LOGINS
from accounts.models import Token, User
from booking_site.seeding.people import seed_people
from tests.support.api import Api
from tests.support.guest import CODE, Guest

pytestmark = pytest.mark.django_db

DEMO, DEBUG_ALONE, DEMO_ALONE, NEITHER = (True, True), (True, False), (False, True), (False, False)
OFF = (DEBUG_ALONE, DEMO_ALONE, NEITHER)


@pytest.fixture(params=OFF, ids=["debug alone", "demo alone", "neither"])
def off(request: pytest.FixtureRequest, settings: Settings) -> Any:
    """Turns demo mode off, in each way."""

    def turn_off() -> None:
        settings.DEBUG, settings.DEMO_MODE = request.param

    return turn_off


@pytest.fixture(autouse=True)
def demo(settings: Settings) -> None:
    """A seeded site in demo mode."""
    settings.DEBUG = settings.DEMO_MODE = True
    seed_people(with_demo_logins=True)


@pytest.mark.parametrize(("role", "email", "password"), DEMO_LOGINS)
def test_password_works_in_demo_mode_only(guest: Guest, off: Any, role: str, email: str, password: str) -> None:
    guest.give_password(email, password)
    assert guest.user_id == str(User.objects.get(email=email).pk)

    off()
    guest.client = Client()
    guest.give_password(email, password)

    assert guest.user_id is None


def test_session_from_the_demo_is_nobodys(client: Client, off: Any) -> None:
    client.force_login(User.objects.get(email="desk@example.com"))
    assert client.get("/api/v1/me", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 200

    off()

    assert client.get("/api/v1/me").status_code == 401


def test_token_from_the_demo_is_nobodys(off: Any) -> None:
    _token, key = Token.objects.create(User.objects.get(email="desk@example.com"), name="demo")
    api = Api(headers={"Authorization": f"Token {key}"})
    assert api.get("clients").status == 200

    off()

    assert api.get("clients").status == 401


def test_no_code_and_no_link_outside_of_demo_mode(guest: Guest, off: Any) -> None:
    off()
    guest.ask_for_code("patient@example.com")
    guest.client.post("/sign-in/forgotten", {"email": "desk@example.com"})

    texts = [str(mail.get_payload()) for mail in guest.mailbox.mails]
    assert [text for text in texts if CODE.search(text) or "/sign-in/forgotten/" in text] == []
