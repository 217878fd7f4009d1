"""A real browser on the booking page, for the tests of both kinds."""

from collections.abc import Iterable
from dataclasses import dataclass

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.support.kinds import SESSIONS, Kind

DAY = "2030-01-07"


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


def violations(page: Page, states: Iterable[str]) -> dict[str, str]:
    """What axe finds wrong with the page in each of the states that it goes through: the state -> a report."""
    found = {}
    for state in states:
        results = Axe().run(page)
        if results.violations_count:
            found[state] = results.generate_report()
    return found
