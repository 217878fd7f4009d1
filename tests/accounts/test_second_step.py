"""The desk and admins prove two factors before anything else."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from booking_site.checks import check_staff_mfa
from tests.support.api import Api
from tests.support.factories import UserFactory
from tests.support.guest import PASSWORD, Guest, app_code, app_secret
from tests.support.pages import text_of

EMAIL = "desk@example.org"
SETUP = "/account/two-step"
STAFF_PATHS = ["/admin/", "/admin/accounts/user/", "/booking", "/account", "/booking/appointments/1"]

pytestmark = pytest.mark.django_db(transaction=True)  # what follows an added factor, follows its commit


@pytest.fixture(autouse=True)
def required(settings: Settings) -> None:
    settings.REQUIRE_STAFF_MFA = True


@pytest.fixture(params=["desk", "admin"])
def staff(request: pytest.FixtureRequest, transactional_db: None) -> User:
    """The desk, and an admin."""
    return User.objects.create_user(EMAIL, PASSWORD, is_staff=True, is_superuser=request.param == "admin")


@pytest.fixture
def enrolled(staff: User) -> User:
    """Staff with an authenticator app and recovery codes."""
    TOTP.activate(staff, generate_totp_secret())
    RecoveryCodes.activate(staff)
    return staff


def set_up_app(guest: Guest) -> Any:
    """Scan the picture and type the code."""
    secret = guest.client.get(f"{SETUP}/app").context["form"].secret
    return guest.client.post(f"{SETUP}/app", {"code": app_code(secret)})


def test_staff_without_second_factor_are_led_to_set_one_up(guest: Guest, staff: User) -> None:
    guest.give_password(EMAIL)

    answers = [guest.client.get(path) for path in STAFF_PATHS]

    assert [answer.headers["Location"] for answer in answers] == [SETUP] * len(STAFF_PATHS)
    assert guest.client.post("/booking", {"kind": "appointment"}).headers["Location"] == SETUP
    assert guest.client.get(SETUP).status_code == 200


def test_api_by_session_is_closed_until_then(guest: Guest, staff: User) -> None:
    guest.give_password(EMAIL)

    assert guest.client.get("/api/v1/appointments").status_code == 401


def test_token_needs_no_second_factor(staff: User) -> None:
    assert Api(staff).get("appointments").status == 200


def test_setting_up_an_app_opens_the_rest(guest: Guest, staff: User) -> None:
    guest.give_password(EMAIL)

    answer = set_up_app(guest)

    assert answer.headers["Location"] == f"{SETUP}/recovery-codes"
    assert guest.client.get("/admin/").status_code == 200
    assert guest.client.get("/api/v1/appointments").status_code == 200
    assert "has been changed" in guest.newest_mail()
    codes = Authenticator.objects.get(user=staff, type=Authenticator.Type.RECOVERY_CODES).wrap().get_unused_codes()
    assert codes[0] in text_of(guest.client.get(f"{SETUP}/recovery-codes"))


def test_password_then_code_signs_in(guest: Guest, enrolled: User) -> None:
    first = guest.give_password(EMAIL)
    between = guest.user_id, guest.client.get("/admin/").headers["Location"]

    second = guest.client.post("/sign-in/second-step", {"code": app_code(app_secret(enrolled))})

    assert (first.headers["Location"], between) == ("/sign-in/second-step", (None, "/admin/login/?next=/admin/"))
    assert (second.headers["Location"], guest.user_id) == ("/booking", str(enrolled.pk))
    assert guest.client.get("/admin/").status_code == 200


def test_recovery_code_signs_in_once(guest: Guest, enrolled: User) -> None:
    recovery = Authenticator.objects.get(user=enrolled, type=Authenticator.Type.RECOVERY_CODES)
    code = recovery.wrap().get_unused_codes()[0]
    for is_in in (True, False):
        other = Guest(guest.mailbox)
        other.give_password(EMAIL)
        other.client.post("/sign-in/second-step", {"code": code})
        assert bool(other.user_id) is is_in


def test_code_of_the_app_works_once(guest: Guest, enrolled: User, settings: Settings) -> None:
    settings.RATES = {**settings.RATES, "second_step_code": "1/day"}
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}  # as another process
    code = app_code(app_secret(enrolled))
    for is_in in (True, False):
        other = Guest(guest.mailbox)
        other.give_password(EMAIL)
        other.client.post("/sign-in/second-step", {"code": code})
        assert bool(other.user_id) is is_in


@pytest.mark.parametrize("steps", [-3, 3])
def test_code_of_another_time_is_refused(guest: Guest, enrolled: User, steps: int) -> None:
    guest.give_password(EMAIL)

    guest.client.post("/sign-in/second-step", {"code": app_code(app_secret(enrolled), steps=steps)})

    assert guest.user_id is None


def test_guessing_the_second_step_is_slowed(guest: Guest, enrolled: User, settings: Settings) -> None:
    guest.give_password(EMAIL)
    settings.RATES = {**settings.RATES, "sign_in": "2/hour"}

    answers = [guest.client.post("/sign-in/second-step", {"code": "000000"}) for _try in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]


def test_second_step_alone_is_nothing(guest: Guest, enrolled: User) -> None:
    answer = guest.client.post("/sign-in/second-step", {"code": app_code(app_secret(enrolled))})

    assert (answer.headers["Location"], guest.user_id) == ("/sign-in/password", None)


def test_session_from_before_ends_when_a_factor_is_added(guest: Guest, staff: User) -> None:
    thief = Guest(guest.mailbox)
    for visitor in (thief, guest):
        visitor.give_password(EMAIL)

    set_up_app(guest)

    assert thief.client.get(f"{SETUP}/passkeys/add").headers["Location"].startswith("/sign-in")
    assert thief.user_id is None


def test_session_without_the_factor_cannot_add_another(guest: Guest, staff: User) -> None:
    guest.give_password(EMAIL)
    TOTP.activate(staff, generate_totp_secret())  # by whatever path

    answers = [guest.client.get(path) for path in (f"{SETUP}/passkeys/add", f"{SETUP}/app")]

    assert answers[0].headers["Location"] == "/sign-in/password"
    assert answers[1].headers["Location"].startswith("/sign-in")


def test_removing_the_last_factor_leads_to_the_setup(guest: Guest, enrolled: User) -> None:
    guest.give_password(EMAIL)
    guest.client.post("/sign-in/second-step", {"code": app_code(app_secret(enrolled))})

    guest.client.post(f"{SETUP}/app/remove")

    assert not Authenticator.objects.filter(user=enrolled).exists()
    assert guest.client.get("/admin/").headers["Location"] == SETUP


def test_setup_asks_again_after_a_while(guest: Guest, staff: User) -> None:
    guest.give_password(EMAIL)

    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        answer = guest.client.get(f"{SETUP}/app")
        assert answer.headers["Location"] == "/account/confirm?next=%2Faccount%2Ftwo-step%2Fapp"
        confirmed = guest.client.post(answer.headers["Location"], {"password": PASSWORD})

    assert confirmed.headers["Location"] == f"{SETUP}/app"


def test_who_becomes_staff_while_signed_in_by_code_signs_in_anew(guest: Guest) -> None:
    user = guest.sign_in("ann@example.org")
    User.objects.filter(pk=user.pk).update(is_staff=True)

    assert guest.client.get("/booking").headers["Location"] == "/sign-in/password"
    assert guest.user_id is None


def test_admin_has_no_login_form_of_its_own(guest: Guest, staff: User) -> None:
    answers = [
        guest.client.get("/admin/login/"),
        guest.client.post("/admin/login/", {"username": EMAIL, "password": PASSWORD}),
    ]

    assert {answer.headers["Location"] for answer in answers} == {"/sign-in/password?next=%2Fadmin%2F"}
    assert guest.user_id is None


def test_attendee_is_refused_by_the_admin(guest: Guest) -> None:
    guest.sign_in("ann@example.org")

    assert guest.client.get("/admin/", follow=True).status_code == 403


def test_demo_mode_needs_a_password_only(guest: Guest, staff: User, settings: Settings) -> None:
    settings.DEBUG = settings.DEMO_MODE = True
    guest.give_password(EMAIL)

    assert guest.client.get("/admin/").status_code == 200
    assert guest.client.get("/admin/", REMOTE_ADDR="203.0.113.5").headers["Location"] == SETUP


def test_requirement_can_be_waived_loudly(guest: Guest, staff: User, settings: Settings) -> None:
    assert check_staff_mfa(None) == []
    settings.REQUIRE_STAFF_MFA = False
    guest.give_password(EMAIL)

    assert guest.client.get("/admin/").status_code == 200
    assert "booking_site.I001" in [message.id for message in run_checks()]


def test_attendees_have_no_second_step(guest: Guest) -> None:
    guest.sign_in("ann@example.org")

    paths = [SETUP, f"{SETUP}/app", f"{SETUP}/passkeys", f"{SETUP}/recovery-codes", "/account/password"]
    assert [guest.client.get(path).status_code for path in paths] == [404] * len(paths)


def test_lost_phone_is_reset_by_a_command(guest: Guest, enrolled: User) -> None:
    call_command("reset_mfa", EMAIL.upper(), verbosity=0)

    assert not Authenticator.objects.filter(user=enrolled).exists()
    with pytest.raises(CommandError):
        call_command("reset_mfa", "nobody@example.org")


def test_every_page_of_the_account_is_shown(guest: Guest, enrolled: User) -> None:
    guest.give_password(EMAIL)
    pages = [guest.client.get("/sign-in/second-step")]
    guest.client.post("/sign-in/second-step", {"code": app_code(app_secret(enrolled))})
    paths = ["", "/app/remove", "/passkeys", "/passkeys/add", "/recovery-codes", "/recovery-codes/new"]
    pages += [guest.client.get(f"{SETUP}{path}") for path in paths]
    pages += [guest.client.get(path) for path in ("/account", "/account/password", "/account/confirm")]
    pages += [guest.client.get("/account/confirm/second-step")]

    assert [page.status_code for page in pages] == [200] * len(pages)
    assert all("no-store" in page.headers["Cache-Control"] for page in pages)


def test_factors_of_others_are_not_there(guest: Guest, enrolled: User) -> None:
    other = Authenticator.objects.create(user=UserFactory.create(), type=Authenticator.Type.WEBAUTHN, data={})
    guest.give_password(EMAIL)
    guest.client.post("/sign-in/second-step", {"code": app_code(app_secret(enrolled))})

    paths = [f"{SETUP}/passkeys/{other.pk}/{action}" for action in ("remove", "rename")]
    assert [guest.client.get(path).status_code for path in paths] == [404, 404]
