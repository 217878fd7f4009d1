"""Signing in by a mailed code, with a real mail server on loopback."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests.support.factories import UserFactory
from tests.support.guest import CODE, Guest
from tests.support.pages import text_of

EMAIL = "ann@example.org"


def test_code_signs_a_stranger_in(guest: Guest) -> None:
    asked = guest.ask_for_code(" Ann@Example.org ")
    code = guest.expect_code()
    answer = guest.enter_code(code)

    assert (asked.status_code, asked.headers["Location"]) == (302, "/sign-in/code")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/booking")
    user = User.objects.get()
    assert guest.user_id == str(user.pk)
    assert (user.email, user.has_verified_email, user.expires_at) == (EMAIL, True, None)
    assert (user.has_usable_password(), user.is_staff) == (False, False)


def test_code_is_taken_as_people_type_it(guest: Guest) -> None:
    guest.ask_for_code(EMAIL)

    guest.enter_code(f" {guest.expect_code().replace('-', ' ')} ")

    assert guest.user_id


def test_mail_says_what_to_do_and_is_plain_text(guest: Guest) -> None:
    guest.ask_for_code(EMAIL)

    mail = guest.mailbox.mails[0]
    assert (mail["To"], mail["Subject"], mail["Auto-Submitted"]) == (EMAIL, "Your sign-in code", "auto-generated")
    assert mail.get_content_type() == "text/plain"
    assert "works once, for 10 minutes" in guest.newest_mail()


def test_file_backend_keeps_the_mail(db: None, client: Client, mail_files: Path) -> None:
    client.post("/sign-in", {"email": EMAIL})
    (file,) = mail_files.iterdir()
    found = CODE.search(file.read_text())
    assert found

    client.post("/sign-in/code", {"code": found[0]})

    assert User.objects.get().has_verified_email


def test_code_works_once(guest: Guest) -> None:
    guest.ask_for_code(EMAIL)
    code = guest.expect_code()
    guest.enter_code(code)
    guest.client.post("/sign-out")

    answer = guest.enter_code(code)

    assert (answer.headers["Location"], guest.user_id) == ("/sign-in", None)


def test_code_works_in_its_own_browser_only(guest: Guest) -> None:
    guest.ask_for_code(EMAIL)
    other = Guest(guest.mailbox)

    answer = other.enter_code(guest.expect_code())

    assert (answer.headers["Location"], other.user_id) == ("/sign-in", None)


def test_new_code_replaces_the_old_one(guest: Guest) -> None:
    guest.ask_for_code(EMAIL)
    old = guest.expect_code()
    guest.ask_for_code(EMAIL)

    guest.enter_code(old)

    assert guest.user_id is None


@pytest.mark.parametrize(("minutes", "is_in"), [(9, True), (11, False)])
def test_code_lives_ten_minutes(guest: Guest, minutes: int, is_in: bool) -> None:  # noqa: FBT001
    guest.ask_for_code(EMAIL)
    code = guest.expect_code()

    with time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False):
        guest.enter_code(code)

    assert bool(guest.user_id) is is_in


def test_third_wrong_code_ends_it(guest: Guest) -> None:
    guest.ask_for_code(EMAIL)
    code = guest.expect_code()
    wrong = "1111-1111" if code != "1111-1111" else "2222-2222"

    answers = [guest.enter_code(wrong) for _try in range(3)]
    last = guest.enter_code(code)

    assert [answer.status_code for answer in answers] == [200, 200, 302]
    assert "Incorrect code" in text_of(answers[0])
    assert (last.headers["Location"], guest.user_id) == ("/sign-in", None)
    assert "third wrong code" in text_of(guest.client.get("/sign-in"))


def test_mistyped_address_is_corrected_by_going_back(guest: Guest) -> None:
    guest.ask_for_code("anm@example.org")

    assert guest.client.get("/sign-in").status_code == 200
    guest.ask_for_code(EMAIL)
    guest.enter_code(guest.expect_code())

    assert guest.user_id == str(User.objects.get(email=EMAIL).pk)


@pytest.mark.parametrize(
    "email",
    [
        "",
        "ann",
        "ann@",
        "@example.org",
        "a@b@c.org",
        "ann@exa mple.org",
        "ann\n@example.org",
        "ann@example.org\nBcc: x@y.org",
        "ann@example.org\x00",
        "ann\r\nBcc:x@example.org",
        "x" * 250 + "@example.org",
        "ann@-.org",
        "ann@xn--\u00e4.org",
        "an\u212a@example.org",
    ],
)
def test_no_address_gets_no_mail(guest: Guest, email: str) -> None:
    answer = guest.ask_for_code(email)

    assert (answer.status_code, guest.mailbox.mails, User.objects.count()) == (200, [], 0)


def test_domain_in_unicode_is_one_address(guest: Guest) -> None:
    guest.ask_for_code("ann@Bücher.example")
    guest.ask_for_code("ann@xn--bcher-kva.example")

    assert [user.email for user in User.objects.all()] == ["ann@xn--bcher-kva.example"]


def test_address_changed_meanwhile_signs_nobody_in(guest: Guest) -> None:
    user = UserFactory.create(email=EMAIL)
    guest.ask_for_code(EMAIL)
    User.objects.filter(pk=user.pk).update(email="other@example.org")

    guest.enter_code(guest.expect_code())

    assert guest.user_id is None


def test_changed_address_is_unconfirmed(guest: Guest) -> None:
    user = guest.sign_in(EMAIL)

    user.email = "other@example.org"

    assert not user.has_verified_email


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/password"])
def test_who_is_in_is_sent_on(guest: Guest, path: str) -> None:
    guest.sign_in(EMAIL)

    assert guest.client.get(path).headers["Location"] == "/booking"


GOALS = [
    ("/booking?kind=session", "/booking?kind=session"),
    ("/account", "/account"),
    ("https://evil.example", "/booking"),
    ("//evil.example", "/booking"),
    ("///evil.example", "/booking"),
    ("/\\evil.example", "/booking"),
    ("http://testserver/booking", "/booking"),
    ("javascript:alert(1)", "/booking"),
]


@pytest.mark.parametrize(("asked", "goes_to"), GOALS)
def test_next_is_a_place_of_this_site(guest: Guest, asked: str, goes_to: str) -> None:
    asked_for = guest.ask_for_code(EMAIL, next=asked)
    first = guest.client.get(asked_for.headers["Location"])

    answer = guest.enter_code(guest.expect_code(), next=first.context["redirect_field_value"] or "")

    assert answer.headers["Location"] == goes_to


@pytest.mark.parametrize(("asked", "goes_to"), GOALS)
def test_next_of_the_password_page_is_a_place_of_this_site(guest: Guest, asked: str, goes_to: str) -> None:
    User.objects.create_user(EMAIL, "correct horse battery")

    assert guest.give_password(EMAIL, next=asked).headers["Location"] == goes_to
