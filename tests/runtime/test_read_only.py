"""A database that takes no writes, and every other error of the database's own state: 503 with Retry-After, never 500.

The errors are PostgreSQL's own, raised by the server.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import Error, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Token
from bookings.core.errors import Unavailable
from bookings.core.unavailable import is_unavailable
from tests.reference.visitor_answers import VISITOR
from tests.support.api import Api, payload
from tests.support.booking_admin import typed, url
from tests.support.factories import UserFactory
from tests.support.guest import PASSWORD
from tests.support.kinds import Kind, span
from tests.support.pages import Visit
from tests.support.site_urls import path_of

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def read_only() -> Iterator[None]:
    """The primary has been demoted, as this connection sees it."""
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
        try:
            yield
        finally:
            cursor.execute("SET default_transaction_read_only = off")


@pytest.fixture
def browser() -> Client:
    """Of an admin; errors are answered as for everybody."""
    client = Client(raise_request_exception=False)
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
    return client


def test_read_only_refuses_a_booking_until_it_is_over(kind: Kind, desk: Api) -> None:
    wanted = payload(kind, kind.provider(), kind.attendee())

    with read_only():
        answer = desk.post(kind.plural, wanted)

    assert (answer.status, answer.body["code"], answer.headers["Retry-After"]) == (503, "unavailable", "1")
    assert desk.post(kind.plural, wanted).status == 201


def test_read_only_page_keeps_what_was_typed(kind: Kind) -> None:
    visit = Visit.by(kind, UserFactory.create(is_staff=True))
    form = visit.typed(provider=kind.provider(), attendee=kind.attendee(), note="Bring the letter")

    with read_only():
        answer = visit.post(form)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Bring the letter" in answer.content.decode()


def test_read_only_admin_keeps_what_was_typed(kind: Kind, browser: Client) -> None:
    form = typed(kind, kind.provider(), kind.attendee(), span(10, 11), note="Bring the letter")

    with read_only():
        answer = browser.post(url(kind, "add"), form)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Bring the letter" in answer.content.decode()
    assert not kind.model.objects.exists()


def test_read_only_lets_a_token_read(kind: Kind, desk: Api) -> None:
    Token.objects.update(last_used_at=None)

    with read_only():
        answer = desk.get(kind.plural)

    assert answer.status == 200
    assert Token.objects.get().last_used_at is None


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("account_request_login_code", {"email": "ann@example.org"}),
        ("account_login", {"login": "ann@example.org", "password": PASSWORD}),
    ],
)
def test_read_only_signs_nobody_in(name: str, form: dict[str, str]) -> None:
    ann = UserFactory.create(email="ann@example.org", is_staff=True)
    ann.set_password(PASSWORD)
    ann.save()
    visitor = Client(raise_request_exception=False)

    with read_only():
        answer = visitor.post(reverse(name), form)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert visitor.post(reverse(name), form).status_code == 302


def test_read_only_signs_nobody_out(browser: Client) -> None:
    with read_only():
        answer = browser.post(reverse("account_logout"))

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")


def test_read_only_is_no_fault_of_any_url(browser: Client) -> None:
    paths = [path_of(name) for name in VISITOR]
    admin = [reverse(f"admin:{name}") for name in ("index", "accounts_user_add", "appointments_doctor_add")]

    with read_only():
        answers = {
            (method, path): getattr(browser, method)(path, *body).status_code
            for path in [*paths, *admin]
            for method, body in (("get", ()), ("post", ({},)))
        }

    assert [call for call, status in answers.items() if status == 500] == []
    assert answers["get", "/booking"] == 200
    assert 503 in answers.values()


@pytest.mark.parametrize(
    ("sqlstate", "means_unavailable"),
    [
        *((code, True) for code in ("25006", "25P03", "53100", "53200", "53300", "55P03", "57014", "57P01", "57P02")),
        *((code, True) for code in ("57P03", "58030", "58P01", "40P01", "08006")),
        *((code, False) for code in ("42P01", "23505", "22003", "42501", "XX001", "25P02", "P0001")),
    ],
)
def test_error_of_the_server_means_unavailable(sqlstate: str, *, means_unavailable: bool) -> None:
    with pytest.raises(Error) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'asked for' USING ERRCODE = '{sqlstate}'; END $$")

    assert is_unavailable(caught.value) == means_unavailable
    assert is_unavailable(caught.value.__cause__) == means_unavailable


def test_error_of_ours_means_unavailable() -> None:
    assert is_unavailable(Unavailable())
    assert not is_unavailable(ValueError())
    assert not is_unavailable(None)
