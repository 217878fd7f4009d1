"""Sessions: fresh at sign-in, of limited life, and ended everywhere."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts import rate_limits
from accounts.logins import KEPT_UNCONFIRMED, user_with_address
from accounts.models import LoginSession, User
from bookings.actions.delete_logins import forget_unconfirmed as purge
from bookings.models import IdempotencyRecord
from tests.support.appointment_factories import DoctorFactory, PatientFactory
from tests.support.factories import UserFactory
from tests.support.guest import PASSWORD, Guest
from tests.support.pages import text_of

EMAIL = "ann@example.org"


def test_session_key_is_fresh_after_signing_in(guest: Guest) -> None:
    guest.ask_for_code(EMAIL)
    before = guest.client.session.session_key

    guest.enter_code(guest.expect_code())

    assert guest.client.session.session_key != before
    assert not LoginSession.objects.filter(session_key=before).exists()


def test_session_knows_its_user_and_nothing_more_about_it(guest: Guest) -> None:
    user = guest.sign_in(EMAIL)

    assert [row.user for row in LoginSession.objects.all()] == [user]
    assert {field.name for field in LoginSession._meta.fields} == {"session_key", "session_data", "expire_date", "user"}


@pytest.mark.parametrize(
    ("life", "is_in"), [(timedelta(days=13, hours=23), True), (timedelta(days=14, hours=1), False)]
)
def test_attendees_stay_two_weeks_however_busy(guest: Guest, life: timedelta, is_in: bool) -> None:  # noqa: FBT001
    guest.sign_in(EMAIL)
    start = timezone.now()
    with time_machine.travel(start + timedelta(days=7), tick=False):
        session = guest.client.session
        session["touched"] = 1
        session.save()

    with time_machine.travel(start + life, tick=False):
        assert (guest.client.get("/account").status_code == 200) is is_in


@pytest.mark.parametrize(("hours", "is_in"), [(11, True), (13, False)])
def test_who_sees_others_data_stays_half_a_day(guest: Guest, hours: int, is_in: bool) -> None:  # noqa: FBT001
    DoctorFactory.create(user=User.objects.create_user(EMAIL, PASSWORD))
    guest.give_password(EMAIL)

    with time_machine.travel(timezone.now() + timedelta(hours=hours), tick=False):
        assert (guest.client.get("/account").status_code == 200) is is_in


def test_account_page_says_who_one_is_here(guest: Guest) -> None:
    user = guest.sign_in(EMAIL)
    PatientFactory.create(user=user, name="Ann Other")

    page = text_of(guest.client.get("/account"))

    assert all(words in page for words in (EMAIL, "Patient Ann Other", "in 1 browser", "Sign out everywhere"))
    assert "Second step" not in page


def test_header_names_who_is_signed_in(guest: Guest) -> None:
    guest.sign_in(EMAIL)

    assert f'<a class="who" href="/account">{EMAIL}</a>' in guest.client.get("/booking").content.decode()


def test_signing_out_everywhere_ends_every_session(guest: Guest) -> None:
    other, stranger = Guest(guest.mailbox), Guest(guest.mailbox)
    guest.sign_in(EMAIL)
    other.sign_in(EMAIL)
    stranger.sign_in("bob@example.org")

    answer = guest.client.post("/account/sign-out-everywhere")

    assert answer.headers["Location"] == "/sign-in"
    assert "signed out everywhere" in text_of(guest.client.get("/sign-in"))
    assert [visitor.client.get("/account").status_code for visitor in (guest, other, stranger)] == [302, 302, 200]


@pytest.mark.parametrize("path", ["/sign-out", "/account/sign-out-everywhere"])
def test_get_signs_nobody_out(guest: Guest, path: str) -> None:
    guest.sign_in(EMAIL)

    assert guest.client.get(path).status_code == 405
    assert guest.client.get("/account").status_code == 200


def test_posts_of_other_sites_are_refused(db: None) -> None:
    client = Client(enforce_csrf_checks=True)

    paths = ["/sign-in", "/sign-in/password", "/sign-in/forgotten", "/sign-out"]
    assert [client.post(path).status_code for path in paths] == [403] * len(paths)


def test_inactive_user_is_out_at_once(guest: Guest) -> None:
    user = guest.sign_in(EMAIL)
    User.objects.filter(pk=user.pk).update(is_active=False)

    assert guest.client.get("/account").status_code == 302


# Purging


def test_purge_forgets_addresses_that_nobody_confirmed_in_a_day(db: None) -> None:
    now = timezone.now()
    old = now - KEPT_UNCONFIRMED - timedelta(minutes=1)
    user_with_address("old@example.org", now=old)
    user_with_address("new@example.org", now=now)
    user_with_address("again@example.org", now=old)
    user_with_address("again@example.org", now=now)

    assert purge(now) == 1
    assert set(User.objects.values_list("email", flat=True)) == {"new@example.org", "again@example.org"}


def test_purge_keeps_whom_somebody_knows(db: None) -> None:
    old = timezone.now() - 2 * KEPT_UNCONFIRMED
    users = [user_with_address(f"person{number}@example.org", now=old) for number in range(4)]
    PatientFactory.create(user=users[0])
    DoctorFactory.create(user=users[1])
    User.objects.filter(pk=users[2].pk).update(is_staff=True)
    made_by_admin = UserFactory.create()

    assert purge() == 1
    assert set(User.objects.all()) == {*users[:3], made_by_admin}


def test_asking_for_a_code_does_not_let_a_known_user_expire(guest: Guest) -> None:
    user = UserFactory.create(email=EMAIL)

    guest.ask_for_code(EMAIL)

    user.refresh_from_db()
    assert user.expires_at is None


def test_purge_command_says_what_it_forgot(db: None, settings: Settings) -> None:
    settings.RATES = {**settings.RATES, "read": "1/second"}
    old = timezone.now() - timedelta(days=2)
    user_with_address(EMAIL, now=old)
    rate_limits.count("read", "anybody", now=old)
    IdempotencyRecord.objects.create(
        caller="c", key="k", request_hash="h", status=201, headers={}, body="", created_at=old
    )
    out = StringIO()

    call_command("purge", stdout=out)

    assert out.getvalue().splitlines() == [
        "Forgot 1 unconfirmed addresses.",
        "Forgot 1 answers to retries.",
        "Forgot 1 counts of calls.",
        "Forgot the sessions that have ended.",
    ]
