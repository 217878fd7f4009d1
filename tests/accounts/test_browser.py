"""Signing in with a real Chromium: on a phone, with and without JavaScript, and with a passkey."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, expect
from pytest_django import Settings

from accounts.models import User
from booking_site.headers import POLICY
from tests.support.browser import DAY, PHONE, OpenBrowser, both_ways
from tests.support.guest import CODE, PASSWORD, app_code
from tests.support.kinds import Kind

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

EMAIL = "desk@example.org"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(autouse=True)
def strict(settings: Settings) -> None:
    """The second factor is asked for, and the browser told what it may load."""
    settings.REQUIRE_STAFF_MFA = True
    settings.SECURE_CSP = POLICY
    headers = "booking_site.headers.HeadersMiddleware"
    if headers not in settings.MIDDLEWARE:
        settings.MIDDLEWARE = [headers, *settings.MIDDLEWARE]


@pytest.fixture
def staff(transactional_db: None) -> User:
    """An admin with a password alone."""
    return User.objects.create_superuser(EMAIL, PASSWORD)


@pytest.fixture
def watched(open_browser: OpenBrowser, settings: Settings) -> Iterator[Any]:
    """Open windows outside of demo mode in whose consoles nothing was blocked and no script failed."""
    errors: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:  # the admin's favicon.ico
            errors.append(message.text)

    def open_window(**options: Any) -> Page:
        page = open_browser(**options)
        settings.DEMO_MODE = False
        page.on("console", note)
        return page

    yield open_window
    assert errors == []


def assert_accessible(page: Page) -> None:
    """Accessible, and no wider than the window."""
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def give_password(page: Page) -> None:
    """Sign in at the password page."""
    page.goto("/sign-in/password")
    assert_accessible(page)
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


@both_ways
def test_stranger_books_on_a_phone(kind: Kind, watched: Any, mail_files: Path, *, has_script: bool) -> None:
    kind.provider(name="Dr. Who")
    page = watched(viewport=PHONE, java_script_enabled=has_script)

    page.goto(f"/booking?kind={kind.model._meta.model_name}&from={DAY}")
    page.get_by_role("radio", name="10:00 to").check()
    page.get_by_role("button", name="Sign in to book this time").click()
    page.get_by_label("E-mail").fill("Stranger@Example.org")
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    code = CODE.search(next(mail_files.iterdir()).read_text())
    assert code
    page.get_by_label("Code").fill(code[0])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("radio", name="10:00 to")).to_be_checked()
    page.get_by_label("Your name").fill("Sam Stranger")
    page.get_by_role("button", name=f"Book {kind.model._meta.verbose_name}").click()

    expect(page.locator("#booking .notice")).to_contain_text("Booked: Mon 7 Jan 2030, 10:00 to 11:00 (UTC)")
    assert kind.model.objects.get().attendee.name == "Sam Stranger"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_signing_in_are_accessible(watched: Any, mail_files: Path, settings: Settings, scheme: str) -> None:
    page = watched(viewport=PHONE, color_scheme=scheme)
    page.goto("/sign-in")
    assert_accessible(page)
    page.get_by_role("button", name="Send me a code").click()
    expect(page.locator(".errorlist")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("E-mail").fill("ann@example.org")
    page.get_by_role("button", name="Send me a code").click()
    assert_accessible(page)
    page.get_by_label("Code").fill("1234-5678")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".errorlist")).to_be_visible()
    assert_accessible(page)
    page.goto("/sign-in/forgotten")
    assert_accessible(page)
    page.get_by_label("E-mail").fill("ann@example.org")
    page.get_by_role("button", name="Send me the link").click()
    assert_accessible(page)
    page.goto("/sign-in/forgotten/1-abc")
    assert_accessible(page)
    settings.DEMO_MODE = True
    page.goto("/sign-in")
    assert_accessible(page)


def test_admin_sets_up_an_app_on_a_phone(watched: Any, staff: User, mail_files: Path) -> None:
    page = watched(viewport=PHONE)
    give_password(page)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    assert_accessible(page)

    page.get_by_role("link", name="Set up an app").click()
    assert_accessible(page)
    page.get_by_text("I cannot scan it").click()
    page.get_by_label("Authenticator code").fill(app_code(page.locator("details code").inner_text()))
    page.get_by_role("button", name="Switch it on").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    assert_accessible(page)

    for path in ("", "/two-step", "/two-step/app/remove", "/two-step/recovery-codes/new", "/two-step/passkeys/add"):
        page.goto(f"/account{path}")
        assert_accessible(page)
    page.goto("/account/password")
    assert_accessible(page)
    page.goto("/admin/")
    expect(page.get_by_role("heading", name="The practice")).to_be_visible()


def test_passkey_is_a_second_step(watched: Any, staff: User, mail_files: Path) -> None:
    page = watched(viewport=PHONE)
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    give_password(page)

    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    assert Authenticator.objects.filter(user=staff, type=Authenticator.Type.WEBAUTHN).exists()
    page.goto("/account/two-step/passkeys")
    assert_accessible(page)
    page.get_by_role("button", name="Sign out").click()

    give_password(page)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/booking")
    page.goto("/admin/")
    expect(page.get_by_role("heading", name="The practice")).to_be_visible()
