"""What the sign-in tells a stranger about an address: nothing."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tests.support.appointment_factories import DoctorFactory
from tests.support.factories import UserFactory
from tests.support.guest import PASSWORD, Guest
from tests.support.smtp import Mailbox

EMAIL = "ann@example.org"
VARYING = re.compile(r'value="[A-Za-z0-9]{64}"')  # the token of the form


def nobody() -> None:
    """No user at all."""


def attendee() -> None:
    UserFactory.create(email=EMAIL, verified_email=EMAIL)


def doctor() -> None:
    DoctorFactory.create(user=User.objects.create_user(EMAIL, PASSWORD))


def desk() -> None:
    User.objects.create_user(EMAIL, PASSWORD, is_staff=True)


def admin() -> None:
    User.objects.create_superuser(EMAIL, PASSWORD)


def inactive() -> None:
    UserFactory.create(email=EMAIL, is_active=False)


EVERYBODY: list[Callable[[], None]] = [nobody, attendee, doctor, desk, admin, inactive]


def seen(answer: Any) -> tuple[int, str | None, str]:
    """All that a browser sees."""
    return answer.status_code, answer.headers.get("Location"), VARYING.sub("", answer.content.decode())


def conversation(mailbox: Mailbox, first: str) -> list[tuple[int, str | None, str]]:
    """Everything that comes back on the way from the address to the end of the tries."""
    guest = Guest(mailbox)
    answers = [guest.client.get(first), guest.client.post(first, {"email": EMAIL})]
    answers.append(guest.client.get(answers[-1].headers["Location"]))
    answers += [guest.enter_code("0000-0000") for _try in range(4)]
    answers.append(guest.client.get(first))
    return [seen(answer) for answer in answers]


@pytest.mark.django_db
@pytest.mark.parametrize("first", ["/sign-in", "/sign-in/forgotten"])
@pytest.mark.parametrize("make", EVERYBODY[1:])
def test_known_and_unknown_addresses_are_answered_alike(mailbox: Mailbox, make: Callable[[], None], first: str) -> None:
    unknown = conversation(mailbox, first)
    User.objects.all().delete()
    make()

    assert conversation(mailbox, first) == unknown
    assert [mail["To"] for mail in mailbox.mails] == [EMAIL, EMAIL]  # each got one mail


@pytest.mark.parametrize("make", EVERYBODY)
def test_wrong_password_is_answered_alike(guest: Guest, make: Callable[[], None]) -> None:
    unknown = seen(guest.give_password(EMAIL, "wrong"))
    make()

    assert seen(guest.give_password(EMAIL, "wrong")) == unknown
    assert guest.user_id is None


@pytest.mark.parametrize("make", EVERYBODY[1:])
def test_asking_for_a_code_takes_the_same_statements(guest: Guest, make: Callable[[], None]) -> None:
    with CaptureQueriesContext(connection) as unknown:
        guest.ask_for_code(EMAIL)
    User.objects.all().delete()
    make()
    other = Guest(guest.mailbox)

    with CaptureQueriesContext(connection) as known:
        other.ask_for_code(EMAIL)

    assert len(known) == len(unknown)


@pytest.mark.parametrize("make", [doctor, desk, admin, inactive])
def test_who_signs_in_by_password_gets_no_code(guest: Guest, make: Callable[[], None]) -> None:
    make()

    guest.ask_for_code(EMAIL)

    assert "gets no codes" in guest.newest_mail()
    assert guest.client.session["account_login"]["user_pk"] is None
    guest.enter_code("")
    assert guest.user_id is None


@pytest.mark.parametrize("make", [nobody, attendee, inactive])
def test_forgotten_password_of_who_has_none(guest: Guest, make: Callable[[], None]) -> None:
    make()

    guest.client.post("/sign-in/forgotten", {"email": EMAIL})

    assert "There is no password for this address" in guest.newest_mail()
