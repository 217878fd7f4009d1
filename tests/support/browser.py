"""A real browser: its windows, who has signed in there, and the desk on the booking page. For both kinds."""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect, sync_playwright
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from bookings.models.people import Person
from tests.support.chromium import find_chromium
from tests.support.factories import UserFactory
from tests.support.kinds import APPOINTMENTS, SESSIONS, Kind

DAY = "2030-01-07"
both_ways = pytest.mark.parametrize(
    ("kind", "has_script"), [(SESSIONS, True), (APPOINTMENTS, False)], ids=["sessions-script", "appointments-no-script"]
)
"""With and without JavaScript; the two kinds' pages are of the same templates, so each journey is made once a way."""
OpenBrowser = Callable[..., Page]
SLOW_MILLISECONDS = 30_000  # only a failure takes so long
PHONE: ViewportSize = {"width": 360, "height": 740}
expect.set_options(timeout=SLOW_MILLISECONDS)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread, in which Django would refuse every query.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(
            executable_path=find_chromium(), args=[*root, "--disable-gpu", "--disable-background-networking"]
        )
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def open_browser(browser: Browser, live_server: LiveServer, settings: Settings) -> Iterator[OpenBrowser]:
    """Open a window on the site in demo mode, where the visitor is the desk; options are Playwright's."""
    settings.DEBUG = settings.DEMO_MODE = True
    contexts = []

    def open_window(**options: Any) -> Page:
        context = browser.new_context(base_url=live_server.url, **options)
        context.set_default_timeout(SLOW_MILLISECONDS)
        contexts.append(context)
        return context.new_page()

    yield open_window
    for context in contexts:
        context.close()


def sign_in(page: Page, server: LiveServer, user: User) -> Page:
    """The same window, signed in."""
    client = Client()
    client.force_login(user)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server.url}])
    return page


def login_of(person: Person) -> User:
    """A login for this patient, doctor, ..."""
    person.user = UserFactory.create()
    person.save()
    return person.user


@dataclass
class Desk:
    """The desk in front of its browser."""

    kind: Kind
    page: Page

    def open(self) -> None:
        """The page of this kind."""
        self.page.goto(f"/booking?kind={self.kind.model._meta.model_name}")

    def fill(self, *, start: str = "10:00", end: str = "11:00") -> None:
        """Type a time for the only provider and the only attendee; sessions last an hour as they stand."""
        self.attendee.select_option(index=1)
        self.page.get_by_label("Another time").check()
        self.page.get_by_label("Day", exact=True).fill(DAY)
        self.page.get_by_label("Start", exact=True).fill(start)
        if self.kind is not SESSIONS:
            self.page.get_by_label("End", exact=True).fill(end)

    def book(self) -> None:
        """Press the button."""
        self.book_button.click()

    @property
    def attendee(self) -> Locator:
        """The select of patients or clients."""
        return self.page.locator("select[name=attendee]")

    @property
    def book_button(self) -> Locator:
        """The button under the form."""
        return self.page.get_by_role("button", name=f"Book {self.kind.model._meta.verbose_name}")

    @property
    def notice(self) -> Locator:
        """What the page says happened."""
        return self.page.locator("#booking .notice")

    @property
    def rows(self) -> Locator:
        """The list's entries."""
        return self.page.locator("li.row")

    def expect_booked(self, times: str) -> None:
        """The page says that it is booked."""
        expect(self.notice).to_contain_text(f"Booked: Mon 7 Jan 2030, {times} (UTC)")


def assert_every_state_is_usable(page: Page, states: Iterable[str]) -> None:
    """In each state that the page goes through axe finds nothing, in light and in dark, and a phone shows all of it."""
    found = {state: _faults(page) for state in states}
    wrong = {state: faults for state, faults in found.items() if faults}
    assert not wrong, wrong


def _faults(page: Page) -> list[str]:
    """What is wrong with the page as it is now."""
    wide = page.viewport_size
    assert wide is not None
    light = Axe().run(page)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")  # else the colours change in 120 ms
    dark = Axe().run(page, options={"runOnly": ["color-contrast"]})
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(PHONE)
    width = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size(wide)
    reports = [results.generate_report() for results in (light, dark) if results.violations_count]
    return [*reports, f"{width} pixels wide on a phone"] if width > PHONE["width"] else reports
