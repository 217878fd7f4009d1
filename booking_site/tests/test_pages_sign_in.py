"""Signing in and out, and the pages for what goes wrong."""

import pytest
from django.template.loader import render_to_string
from django.test import Client
from pytest_django import Settings

from booking_site.demo import DEMO_LOGINS
from booking_site.tests.pages import text_of
from bookings.models import User

pytestmark = pytest.mark.django_db

LOGIN = {"username": "Desk@Example.org", "password": "correct horse"}


@pytest.fixture
def user() -> User:
    return User.objects.create_user("desk@example.org", LOGIN["password"], is_staff=True)


def test_sign_in_by_address_in_any_case(client: Client, user: User) -> None:
    answer = client.post("/sign-in", LOGIN)

    assert answer.headers["Location"] == "/booking"
    assert f"Admin {user.email}" in text_of(client.get("/booking"))


def test_wrong_password_is_said(client: Client, user: User) -> None:
    answer = client.post("/sign-in", {**LOGIN, "password": "wrong"})

    assert "Please enter a correct" in text_of(answer)


@pytest.mark.parametrize(
    ("asked", "goes_to"),
    [("/booking?kind=session", "/booking?kind=session"), ("https://evil.example", "/booking"), ("//evil", "/booking")],
)
def test_next_is_a_place_of_this_site(client: Client, user: User, asked: str, goes_to: str) -> None:
    assert client.post("/sign-in", {**LOGIN, "next": asked}).headers["Location"] == goes_to


def test_sign_out_is_a_post(client: Client, user: User) -> None:
    client.force_login(user)

    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out").headers["Location"] == "/booking"
    assert "Sign in to book" in text_of(client.get("/booking"))


def test_demo_logins_are_shown_in_demo_mode_only(client: Client, settings: Settings) -> None:
    plain = client.get("/sign-in")
    settings.DEBUG = settings.DEMO_MODE = True
    demo = client.get("/sign-in")

    addresses = [address for _role, address, _password in DEMO_LOGINS]
    assert [address in text_of(plain) for address in addresses] == [False] * len(addresses)
    assert [address in text_of(demo) for address in addresses] == [True] * len(addresses)


def test_unknown_page_says_where_to_go(client: Client) -> None:
    answer = client.get("/nothing")

    assert (answer.status_code, "To the bookings" in text_of(answer)) == (404, True)


@pytest.mark.parametrize("status", [400, 403, 404, 500, 503])
def test_error_page_needs_no_request(status: int) -> None:
    assert f'<p class="code">{status}</p>' in render_to_string(f"{status}.html")
