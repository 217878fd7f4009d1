"""The sign-in pages of the demo, signing out, and the pages for what goes wrong."""

import pytest
from django.template.loader import render_to_string
from django.test import Client
from pytest_django import Settings

from accounts.demo import DEMO_LOGINS
from accounts.models import User
from tests.support.pages import text_of

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse"


@pytest.fixture
def user() -> User:
    return User.objects.create_user("desk@example.org", PASSWORD, is_staff=True)


def test_header_follows_who_is_signed_in(client: Client, user: User) -> None:
    before = text_of(client.get("/booking"))
    client.post("/sign-in/password", {"login": "Desk@Example.org", "password": PASSWORD})

    assert "Sign in" in before
    assert f"Admin {user.email} Sign out" in text_of(client.get("/booking"))


def test_sign_out_is_a_post(client: Client, user: User) -> None:
    client.force_login(user)

    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out").headers["Location"] == "/booking"
    assert "Sign out" not in text_of(client.get("/booking"))


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/password"])
def test_demo_logins_and_mail_are_shown_in_demo_mode_only(client: Client, settings: Settings, path: str) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = "/where/mail/lies"
    plain = text_of(client.get(path))
    settings.DEBUG = settings.DEMO_MODE = True
    demo = text_of(client.get(path))

    shown = [*(address for _role, address, _password in DEMO_LOGINS), "/where/mail/lies"]
    assert [words in plain for words in shown] == [False] * len(shown)
    assert [words in demo for words in shown] == [True] * len(shown)


def test_unknown_page_says_where_to_go(client: Client) -> None:
    answer = client.get("/nothing")

    assert (answer.status_code, "To the bookings" in text_of(answer)) == (404, True)


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500, 503])
def test_error_page_needs_no_request(status: int) -> None:
    assert f'<p class="code">{status}</p>' in render_to_string(f"{status}.html")
