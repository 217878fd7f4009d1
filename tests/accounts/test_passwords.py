"""Signing in by password, forgetting it, and guessing it."""

import re
from typing import Any

import pytest
from pytest_django import Settings

from accounts.models import User
from tests.support.appointment_factories import DoctorFactory
from tests.support.factories import UserFactory
from tests.support.guest import PASSWORD, Guest
from tests.support.pages import text_of

EMAIL = "doctor@example.org"
NEW = "another good phrase"


@pytest.fixture
def doctor(db: None) -> User:
    user = User.objects.create_user(EMAIL, PASSWORD)
    DoctorFactory.create(user=user)
    return user


def test_password_signs_a_doctor_in(guest: Guest, doctor: User) -> None:
    answer = guest.give_password("Doctor@Example.org")

    assert (answer.headers["Location"], guest.user_id) == ("/booking", str(doctor.pk))
    doctor.refresh_from_db()
    assert not doctor.has_verified_email  # a password says nothing of a mailbox


@pytest.mark.parametrize("password", ["wrong", "", PASSWORD + " ", "x" * 5000])
def test_wrong_password_signs_nobody_in(guest: Guest, doctor: User, password: str) -> None:
    assert guest.give_password(EMAIL, password).status_code == 200
    assert guest.user_id is None


def expect_reset_link(guest: Guest) -> str:
    """The path in the newest mail."""
    found = re.search(r"http://testserver(/sign-in/forgotten/\S+)", guest.newest_mail())
    assert found
    return found[1]


def choose_password(guest: Guest, link: str) -> Any:
    """Open the link and fill in the form that it leads to."""
    page = guest.client.get(link)
    if page.status_code != 302:
        return page
    return guest.client.post(page.headers["Location"], {"password1": NEW, "password2": NEW})


def test_forgotten_password_is_replaced_by_a_mailed_link(guest: Guest, doctor: User) -> None:
    guest.client.post("/sign-in/forgotten", {"email": EMAIL})
    link = expect_reset_link(guest)

    done = choose_password(guest, link)

    assert (done.headers["Location"], guest.user_id) == ("/sign-in/forgotten/done", None)
    assert guest.give_password(EMAIL, NEW).headers["Location"] == "/booking"
    assert "not valid any more" in text_of(choose_password(Guest(guest.mailbox), link))


def test_link_that_was_tampered_with_is_refused(guest: Guest, doctor: User) -> None:
    guest.client.post("/sign-in/forgotten", {"email": EMAIL})

    answer = choose_password(guest, expect_reset_link(guest)[:-3] + "xyz")

    assert "not valid any more" in text_of(answer)


def test_first_password_of_a_new_doctor_comes_by_mail(guest: Guest) -> None:
    user = UserFactory.create(email=EMAIL)
    DoctorFactory.create(user=user)
    guest.client.post("/sign-in/forgotten", {"email": EMAIL})

    choose_password(guest, expect_reset_link(guest))

    guest.give_password(EMAIL, NEW)
    assert guest.user_id == str(user.pk)


def test_new_password_ends_the_other_sessions(guest: Guest, doctor: User) -> None:
    other = Guest(guest.mailbox)
    guest.give_password(EMAIL)
    other.give_password(EMAIL)

    values = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    answer = guest.client.post("/account/password", values)

    assert answer.headers["Location"] == "/account"
    assert guest.client.get("/account").status_code == 200
    assert other.client.get("/account").status_code == 302
    assert "has been changed" in guest.newest_mail()


def test_weak_password_is_refused(guest: Guest, doctor: User) -> None:
    guest.give_password(EMAIL)

    answer = guest.client.post("/account/password", {"oldpassword": PASSWORD, "password1": "123", "password2": "123"})

    assert "too short" in text_of(answer)
    doctor.refresh_from_db()
    assert doctor.check_password(PASSWORD)


# Limits


def test_guessing_a_password_is_slowed_per_account(guest: Guest, doctor: User, settings: Settings) -> None:
    settings.RATES = {**settings.RATES, "sign_in": "3/hour"}
    settings.TRUSTED_PROXIES = 1

    answers = [
        guest.client.post(
            "/sign-in/password",
            {"login": EMAIL, "password": "wrong"},
            headers={"X-Forwarded-For": f"203.0.113.{number}"},  # from another address each time
        )
        for number in range(4)
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 3600
    assert "Please wait a little" in text_of(answers[-1])


def test_guessing_is_slowed_per_address(guest: Guest, doctor: User, settings: Settings) -> None:
    settings.RATES = {**settings.RATES, "sign_in_address": "3/hour"}

    answers = [guest.give_password(f"person{number}@example.org", "wrong") for number in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]


def test_right_password_waits_as_well(guest: Guest, doctor: User, settings: Settings) -> None:
    settings.RATES = {**settings.RATES, "sign_in": "1/hour"}
    guest.give_password(EMAIL, "wrong")

    assert guest.give_password(EMAIL).status_code == 429
    assert guest.user_id is None


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/forgotten"])
def test_mails_to_one_mailbox_are_limited(guest: Guest, settings: Settings, path: str) -> None:
    settings.RATES = {**settings.RATES, "code_mail": "2/hour"}

    answers = [guest.client.post(path, {"email": email}) for email in ("a@x.org", "A@x.org", "a@x.org", "b@x.org")]

    assert [answer.status_code for answer in answers] == [302, 302, 429, 302]
    assert len(guest.mailbox.mails) == 3


def test_mails_asked_for_from_one_address_are_limited(guest: Guest, settings: Settings) -> None:
    settings.RATES = {**settings.RATES, "code_mail_address": "2/hour"}

    answers = [guest.ask_for_code(f"person{number}@example.org") for number in range(3)]

    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert User.objects.count() == 2  # what is refused makes nobody


def test_codes_are_tried_as_often_as_passwords(guest: Guest, settings: Settings) -> None:
    settings.RATES = {**settings.RATES, "sign_in": "2/hour"}
    guest.ask_for_code(EMAIL)

    answers = [guest.enter_code("0000-0000") for _try in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]


def test_old_password_is_guessed_no_faster(guest: Guest, doctor: User, settings: Settings) -> None:
    guest.give_password(EMAIL)
    settings.RATES = {**settings.RATES, "sign_in": "2/hour"}

    values = {"oldpassword": "wrong", "password1": NEW, "password2": NEW}
    answers = [guest.client.post("/account/password", values) for _try in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]


# The mail server


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/forgotten"])
def test_mail_server_away_is_said_kindly(guest: Guest, settings: Settings, path: str) -> None:
    settings.EMAIL_PORT = 1  # nobody listens there

    answer = guest.client.post(path, {"email": EMAIL})

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "cannot send mail at the moment" in text_of(answer)


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/forgotten"])
@pytest.mark.parametrize(("reply", "status"), [(b"550 no such mailbox", 200), (b"451 later", 503)])
def test_refused_mailbox_is_said_at_the_form(guest: Guest, path: str, reply: bytes, status: int) -> None:
    guest.mailbox.recipient_reply = reply

    answer = guest.client.post(path, {"email": EMAIL})

    assert answer.status_code == status
    assert ("This address takes no mail" in text_of(answer)) is (status == 200)
