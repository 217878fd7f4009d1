"""The hours pages in a real Chromium: keyboard, no JavaScript, a phone, paper. For both kinds."""

from collections.abc import Iterator
from datetime import date, time
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from bookings.actions.edit_hours import weekly_rows
from tests.support.browser import OpenBrowser, assert_every_state_is_usable, both_ways
from tests.support.hours import path_of, weekly
from tests.support.kinds import Kind, span

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAPER = {"width": 718, "height": 1047}
"""An A4 sheet within its margins, in CSS pixels."""


def saved(provider: Any) -> list[str]:
    """The weekly hours as they are."""
    return [str(row) for row in weekly_rows(provider)]


def busy_provider(kind: Kind) -> Any:
    """One with hours of every sort, and with a booking."""
    provider = kind.provider(name="Dr. Emilia Ng", time_zone="Asia/Jakarta", holiday_calendar="DE-BY")
    weekly(provider, *((day, *hours) for day in range(5) for hours in ((9, 12), (14, 18))), (5, 20, 26))
    weekly(provider, (6, 9, 11), valid_from=date(2100, 2, 1), valid_until=date(2100, 2, 28))
    provider.time_off.create(starts_on=date(2100, 1, 8), ends_on=date(2100, 1, 12), reason="A congress at the sea")
    provider.time_off.create(
        starts_on=date(2100, 1, 18), starts_at=time(14), ends_on=date(2100, 1, 19), ends_at=time(12)
    )
    provider.extra_hours.create(starts_on=date(2100, 1, 10), starts_at=time(9), minutes=240)
    kind.book(span(2, 3), provider=provider, attendee=kind.attendee(name="Ms. Zebra"))
    return provider


def test_week_is_edited_by_keyboard_alone_without_javascript(kind: Kind, open_browser: OpenBrowser) -> None:
    provider = kind.provider(name="Aa")
    page = open_browser(java_script_enabled=False)
    page.goto(f"/booking/{provider._meta.db_table}/hours")

    page.get_by_role("link", name="Aa").press("Enter")
    page.get_by_role("link", name="Edit the week").press("Enter")
    page.get_by_label("Start Monday, row 1").focus()
    page.keyboard.type("0900AM")
    page.get_by_label("End Monday, row 1").focus()
    page.keyboard.type("1200PM")
    page.get_by_role("button", name="One more row Monday").press("Enter")
    expect(page.get_by_label("Start Monday, row 2")).to_be_focused()
    page.keyboard.type("0200PM")
    page.get_by_label("End Monday, row 2").focus()
    page.keyboard.type("0600PM")
    page.keyboard.press("Enter")

    expect(page.locator(".notice.is-good")).to_have_text("The weekly hours are saved.")
    expect(page.get_by_role("row", name="Monday")).to_contain_text("09:00 to 12:00")
    assert saved(provider) == ["Monday 09:00-12:00", "Monday 14:00-18:00"]


@both_ways
def test_bookings_left_outside_are_shown_and_the_week_saved_anyway(
    kind: Kind, open_browser: OpenBrowser, *, has_script: bool
) -> None:
    provider = kind.provider()
    kind.book(span(14, 15), provider=provider, attendee=kind.attendee(name="Ms. Zebra"))
    page = open_browser(java_script_enabled=has_script)
    page.goto(path_of(provider, "edit"))
    page.get_by_label("Start Monday, row 1").fill("09:00")
    page.get_by_label("End Monday, row 1").fill("12:00")

    page.get_by_label("End Monday, row 1").press("Enter")
    expect(page.get_by_role("alert").filter(has_text="One booking would lie outside")).to_be_focused()
    expect(page.get_by_role("link", name="Mon 7 Jan 2030, 14:00 to 15:00 (UTC)")).to_be_visible()
    page.get_by_label("End Monday, row 1").press("Enter")  # must not be taken for the answer
    expect(page.get_by_role("button", name="Save anyway")).to_be_visible()
    assert saved(provider) == []
    page.get_by_role("button", name="Save anyway").click()

    expect(page.locator(".notice.is-good")).to_have_text("The weekly hours are saved.")
    assert saved(provider) == ["Monday 09:00-12:00"]


def test_time_off_is_added_and_removed_with_a_question(kind: Kind, open_browser: OpenBrowser) -> None:
    provider = kind.provider()
    page = open_browser(java_script_enabled=False)
    page.goto(path_of(provider))

    page.get_by_role("link", name="Add time off").click()
    page.get_by_label("First day").fill("2100-01-08")
    page.get_by_label("Reason").fill("At sea")
    page.get_by_role("button", name="Add time off").last.click()
    expect(page.locator(".notice.is-good")).to_have_text("Time off is added: Fri 8 Jan 2100.")
    page.get_by_role("link", name="Remove Fri 8 Jan 2100").click()
    page.get_by_role("button", name="Yes, remove").click()

    expect(page.get_by_text("None is planned.")).to_be_visible()
    assert not provider.time_off.exists()


def test_paper_has_the_table_alone_on_one_sheet(kind: Kind, open_browser: OpenBrowser) -> None:
    provider = busy_provider(kind)
    page = open_browser(viewport=PAPER, color_scheme="dark")
    page.goto(path_of(provider))

    page.emulate_media(media="print")

    expect(page.locator("table.week")).to_be_visible()
    assert page.locator("body").inner_text().split("\n")[0].startswith("Weekly hours of Dr. Emilia Ng")
    assert [page.locator(each).filter(visible=True).count() for each in ("a", "button", "h1", "h2")] == [0] * 4
    style = "getComputedStyle(document.querySelector('.week th'))"
    assert page.evaluate(f"[{style}.color, getComputedStyle(document.body).backgroundColor]") == [
        "rgb(0, 0, 0)",
        "rgb(255, 255, 255)",
    ]
    assert page.evaluate("document.documentElement.scrollHeight") <= PAPER["height"]


def test_page_is_read_aloud_in_order(kind: Kind, open_browser: OpenBrowser) -> None:
    provider = kind.provider(name="Aa")
    weekly(provider, (0, 9, 12))
    page = open_browser()
    page.goto(path_of(provider))

    expect(page.get_by_role("table", name="Weekly hours of Aa, in the time of UTC")).to_be_visible()
    assert [row.get_by_role("rowheader").inner_text() for row in page.get_by_role("row").all()] == [
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
    ]  # fmt: skip
    assert [heading.inner_text() for heading in page.get_by_role("heading").all()] == [
        "Hours of Aa", "Every week", "Time off", "Extra hours",
    ]  # fmt: skip


def visit_every_state(page: Page, kind: Kind) -> Iterator[str]:
    """Bring the hours pages into one state after the other, naming each."""
    provider, open_always = busy_provider(kind), kind.provider()
    page.goto(f"/booking/{provider._meta.db_table}/hours")
    yield "list"
    for path in ("", "edit", "time-off", "extra", f"time-off/{provider.time_off.first().pk}/remove"):
        page.goto(path_of(provider, path))
        yield path or "page"
    page.goto(path_of(open_always))
    yield "open at all times"
    page.goto(path_of(open_always, "extra"))
    yield "first extra hours"
    page.get_by_role("button", name="Add extra hours").last.click()
    yield "errors"
    page.goto(path_of(provider, "edit"))
    page.get_by_label("End Monday, row 1").fill("11:00")
    page.get_by_label("Start Tuesday, row 3").fill("11:00")
    page.get_by_role("button", name="Save the week").last.click()
    yield "errors of the week"
    page.get_by_label("Start Tuesday, row 3").fill("")
    page.get_by_label("Start Monday, row 1").fill("10:00")
    page.get_by_role("button", name="Save the week").last.click()
    expect(page.get_by_role("button", name="Save anyway")).to_be_visible()
    yield "outside"
    provider.working_hours.filter(weekday=4).delete()
    page.get_by_role("button", name="Save anyway").click()
    expect(page.get_by_text("The hours as they are now")).to_be_visible()
    yield "stale"


def test_every_state_is_usable(open_browser: OpenBrowser, kind: Kind) -> None:
    page = open_browser()

    assert_every_state_is_usable(page, visit_every_state(page, kind))
