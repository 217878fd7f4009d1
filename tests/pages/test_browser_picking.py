"""Picking a free time in a real Chromium: by keyboard, by touch, with and without JavaScript."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from bookings.core.interval import Interval
from tests.support.browser import DAY, PHONE, OpenBrowser, assert_every_state_is_usable, both_ways, login_of, sign_in
from tests.support.kinds import APPOINTMENTS, Kind, at, span
from tests.support.picking import open_on

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NEXT_DAY = "2030-01-08"
SMALLEST_TARGET = 44


def path_from(kind: Kind, day: str = DAY, **more: object) -> str:
    """The page from this day on."""
    return f"/booking?kind={kind.envelope}&from={day}" + "".join(f"&{name}={value}" for name, value in more.items())


def attendee_page(kind: Kind, window: Page, server: LiveServer) -> Page:
    """The window, signed in as somebody who has a record already."""
    return sign_in(window, server, login_of(kind.attendee()))


@both_ways
def test_attendee_chooses_somebody_a_day_and_a_time_on_a_phone(
    kind: Kind, open_browser: OpenBrowser, live_server: LiveServer, *, has_script: bool
) -> None:
    open_on(kind, 0, name="Ada")
    open_on(kind, 0, 1, name="Ben")
    window = open_browser(viewport=PHONE, java_script_enabled=has_script)
    page = attendee_page(kind, window, live_server)
    page.goto(path_from(kind))

    page.get_by_role("link", name=re.compile("^Ben")).click()
    expect(page.locator("#who-summary")).to_contain_text("Ben")
    page.goto(path_from(kind, provider=kind.provider_model._default_manager.get(name="Ben").key))
    page.get_by_role("link", name=re.compile("^Tue 8 Jan")).click()
    expect(page.get_by_role("group", name=re.compile("^Tuesday, 8 January"))).to_be_visible()
    page.get_by_role("radio", name="10:30 to").check()
    page.get_by_role("button", name="Book").last.click()

    expect(page.locator(".notice.is-good")).to_contain_text("Booked: Tue 8 Jan 2030, 10:30 to 11:00 (UTC) with Ben.")


def test_keyboard_alone_picks_and_books(kind: Kind, open_browser: OpenBrowser, live_server: LiveServer) -> None:
    open_on(kind, 0, 1)
    page = attendee_page(kind, open_browser(), live_server)
    page.goto(path_from(kind))

    page.locator(f"#day-{DAY}").focus()
    page.keyboard.press("Tab")
    expect(page.locator(f"#day-{NEXT_DAY}")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(f"#day-{NEXT_DAY}")).to_have_attribute("aria-current", "date")
    expect(page.locator(f"#day-{NEXT_DAY}")).to_be_focused()
    expect(page.get_by_role("status").first).to_have_text("Tuesday, 8 January: 6 free times.")
    while not page.locator("input[name=slot][type=radio]").first.evaluate("radio => radio === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="09:30 to")).to_be_checked()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Note")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator(".notice.is-good")).to_contain_text("Booked: Tue 8 Jan 2030, 09:30 to 10:00 (UTC)")


def test_what_is_written_stays_while_days_and_people_change(
    kind: Kind, open_browser: OpenBrowser, live_server: LiveServer
) -> None:
    open_on(kind, 0, 1, name="Ada")
    open_on(kind, 0, 1, name="Ben")
    page = attendee_page(kind, open_browser(), live_server)
    page.goto(path_from(kind))
    page.get_by_label("Note").fill("Bring the letter")

    page.locator(f"#day-{NEXT_DAY}").click()
    expect(page.locator(f"#day-{NEXT_DAY}")).to_have_attribute("aria-current", "date")
    page.get_by_role("link", name=re.compile("^Ben")).click()
    expect(page.locator("#who-summary")).to_contain_text("Ben")

    expect(page.locator("#id_slot")).to_be_focused()
    expect(page.get_by_label("Note")).to_have_value("Bring the letter")
    page.go_back()
    expect(page.locator("#who-summary")).to_contain_text("First available")


@both_ways
def test_time_that_is_taken_meanwhile_leaves_the_rest_to_pick(
    kind: Kind, open_browser: OpenBrowser, live_server: LiveServer, *, has_script: bool
) -> None:
    provider = open_on(kind, 0)
    page = attendee_page(kind, open_browser(java_script_enabled=has_script), live_server)
    page.goto(path_from(kind))
    page.get_by_label("Note").fill("Bring the letter")
    page.get_by_role("radio", name="10:00 to").check()
    kind.book(Interval(at(10), at(10, 30)), provider=provider)

    page.get_by_role("button", name="Book").last.click()

    expect(page.get_by_role("alert").filter(has_text="already taken")).to_be_visible()
    expect(page.get_by_role("radio", name="10:00 to")).to_have_count(0)
    expect(page.get_by_label("Note")).to_have_value("Bring the letter")
    page.get_by_role("radio", name="10:30 to").check()
    page.get_by_role("button", name="Book").last.click()
    expect(page.locator(".notice.is-good")).to_contain_text("Booked: Mon 7 Jan 2030, 10:30 to 11:00 (UTC)")


@both_ways
def test_desk_picks_for_somebody_who_is_busy_elsewhere(
    kind: Kind, open_browser: OpenBrowser, *, has_script: bool
) -> None:
    provider = open_on(kind, 0)
    busy = kind.attendee(name="Aa")
    kind.book(Interval(at(9), at(9, 30)), attendee=busy)
    page = open_browser(java_script_enabled=has_script)
    page.goto(path_from(kind, provider=provider.key))
    expect(page.get_by_role("radio", name="09:00 to")).to_have_count(1)

    page.locator("select[name=attendee]").select_option(str(busy.key))
    if not has_script:
        page.get_by_role("button", name="Show times").click()
    expect(page.get_by_role("radio", name="09:00 to")).to_have_count(0)
    page.get_by_role("radio", name="09:30 to").check()
    page.get_by_role("button", name="Book").last.click()

    expect(page.locator("#booking .notice")).to_contain_text("Booked: Mon 7 Jan 2030, 09:30 to 10:00 (UTC)")
    assert kind.model.objects.latest("pk").attendee == busy


def test_people_without_times_leave_nothing_to_book_and_others_bring_it_back(
    kind: Kind, open_browser: OpenBrowser, live_server: LiveServer
) -> None:
    never = open_on(kind, 0, name="Never", horizon_days=1, minimum_notice_minutes=2 * 24 * 60)
    open_on(kind, 0, name="Often")
    page = attendee_page(kind, open_browser(), live_server)
    page.goto(path_from(kind, provider=never.key))
    expect(page.get_by_text("Nothing is free from")).to_be_visible()
    expect(page.get_by_label("Note")).to_be_hidden()

    page.locator("#who-summary").click()
    page.get_by_role("link", name=re.compile("^Often")).click()

    expect(page.get_by_role("radio").first).to_be_visible()
    expect(page.get_by_label("Note")).to_be_visible()


# Every state


def visit_every_state(page: Page, server: LiveServer, kind: Kind) -> Iterator[str]:
    """Bring the page into one state after the other, naming each."""
    page.goto(path_from(kind))
    yield "nobody takes bookings"
    provider = open_on(kind, 0, 1, name="A rather long name for somebody who takes bookings", time_zone="Asia/Jakarta")
    open_on(kind, 0, 1, 2, 3, 4, name="Ben")
    never = open_on(kind, 0, name="Never", horizon_days=1, minimum_notice_minutes=2 * 24 * 60)
    kind.service(provider, name="A check-up with everything that belongs to it", duration_minutes=30)
    page.goto(path_from(kind))
    page.get_by_label("Another time").check()
    yield "desk"
    page.get_by_role("button", name="Book").last.click()
    expect(page.get_by_role("alert").filter(has_text="correct")).to_be_visible()
    yield "desk's error"
    person = kind.attendee()
    sign_in(page, server, login_of(person))
    page.goto(path_from(kind))
    yield "attendee"
    page.get_by_role("button", name="Book").last.click()
    expect(page.get_by_role("alert").filter(has_text="correct")).to_be_visible()
    yield "nothing picked"
    page.locator("label.slot").first.click()
    kind.book(span(2, 5), provider=provider)
    page.get_by_role("button", name="Book").last.click()
    expect(page.get_by_role("alert").filter(has_text="already taken")).to_be_visible()
    yield "taken"
    page.goto(path_from(kind, provider=never.key))
    yield "nothing free"
    page.goto(f"{path_from(kind, provider=provider.key)}&day=2030-01-09")
    expect(page.get_by_text("any more")).to_be_visible()
    yield "day gone"


def test_every_state_is_usable(
    open_browser: OpenBrowser, live_server: LiveServer, settings: Settings, kind: Kind
) -> None:
    settings.PRACTICE_PHONE = "+49 30 123"
    page = open_browser()

    assert_every_state_is_usable(page, visit_every_state(page, live_server, kind))


def test_everything_fits_a_phone_and_a_thumb(open_browser: OpenBrowser, live_server: LiveServer) -> None:
    page = open_browser(viewport=PHONE)
    wide, small = {}, {}
    for state in visit_every_state(page, live_server, APPOINTMENTS):
        wide[state] = page.evaluate("document.documentElement.scrollWidth")
        targets = page.locator("#picker :is(a, button, label), #who :is(a, summary, select)").all()
        boxes = [(target.inner_text(), target.bounding_box()) for target in targets if target.is_visible()]
        small[state] = [text for text, box in boxes if box and min(box["width"], box["height"]) < SMALLEST_TARGET]

    assert {state: width for state, width in wide.items() if width > PHONE["width"]} == {}
    assert {state: texts for state, texts in small.items() if texts} == {}
