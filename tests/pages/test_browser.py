"""Stories at `/booking` in a real Chromium, with and without JavaScript."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect
from pytest_django import Settings

from bookings.access.actor import SYSTEM
from bookings.actions import Override, cancel
from tests.support.browser import DAY, Desk, OpenBrowser, assert_every_state_is_usable, both_ways
from tests.support.kinds import APPOINTMENTS, Kind, span

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(kind: Kind, open_browser: OpenBrowser) -> Desk:
    """The desk with one provider and one attendee to choose from."""
    kind.provider()
    kind.attendee()
    return Desk(kind, open_browser())


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no-script"])
def test_desk_books_meets_a_conflict_books_a_suggestion_and_cancels(
    kind: Kind, open_browser: OpenBrowser, *, has_script: bool
) -> None:
    kind.book(span(10, 11), attendee=kind.attendee(name="Zz"))
    kind.attendee(name="Aa")
    desk = Desk(kind, open_browser(java_script_enabled=has_script))

    desk.open()
    desk.fill()
    desk.book()
    expect(desk.notice).to_contain_text("This time is already taken")
    expect(desk.page.get_by_label("Start", exact=True)).to_have_value("10:00")

    desk.page.get_by_role("button", name="Book Mon 7 Jan 2030, 11:00 to 12:00 (UTC)").click()
    desk.expect_booked("11:00 to 12:00")
    expect(desk.rows).to_have_count(2)

    desk.rows.first.get_by_role("link").click()
    desk.page.get_by_role("link", name="Cancel").click()
    desk.page.get_by_label("Reason").fill("Ill")
    desk.page.get_by_role("button", name="Yes, cancel it").click()
    expect(desk.page.locator(".notice.is-good")).to_contain_text("Cancelled: Mon 7 Jan 2030, 11:00 to 12:00 (UTC).")
    expect(desk.page.locator(".status")).to_have_text("Cancelled")


def test_conflict_and_list_update_in_place(desk: Desk) -> None:
    desk.open()
    desk.page.evaluate("document.body.dataset.stayed = 'yes'")
    desk.fill()
    desk.book()
    desk.expect_booked("10:00 to 11:00")
    desk.fill()
    desk.book()
    expect(desk.notice).to_contain_text("This time is already taken")

    expect(desk.rows).to_have_count(1)
    expect(desk.notice).to_be_focused()
    expect(desk.page.locator("body")).to_have_attribute("data-stayed", "yes")


@both_ways
def test_double_click_books_once(kind: Kind, open_browser: OpenBrowser, *, has_script: bool) -> None:
    kind.provider()
    kind.attendee()
    desk = Desk(kind, open_browser(java_script_enabled=has_script))
    desk.open()
    desk.fill()

    desk.book_button.dblclick()

    desk.expect_booked("10:00 to 11:00")
    assert kind.model.objects.count() == 1


def test_buttons_rest_while_the_request_is_under_way(desk: Desk) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    desk.open()
    desk.fill()
    desk.page.route("**/booking", hold)

    desk.book()

    expect(desk.book_button).to_be_disabled()
    desk.page.wait_for_timeout(50)
    held[0].continue_()
    desk.expect_booked("10:00 to 11:00")


def test_keyboard_alone_books(open_browser: OpenBrowser) -> None:
    APPOINTMENTS.provider()
    APPOINTMENTS.attendee(name="Aa")
    page = open_browser()
    page.goto("/booking")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(6):  # two tabs, hours, search, find, attendee
        page.keyboard.press("Tab")
    expect(page.locator("select[name=attendee]")).to_be_focused()
    page.keyboard.type("Aa")
    page.locator("input[name=slot]").nth(1).focus()
    page.keyboard.press("ArrowUp")  # from the first radio to the last
    expect(page.get_by_label("Another time")).to_be_checked()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Day", exact=True)).to_be_focused()
    page.keyboard.type("01072030")
    page.get_by_label("Start", exact=True).focus()
    page.keyboard.type("1000AM")
    page.get_by_label("End", exact=True).focus()
    page.keyboard.type("1100AM")
    page.keyboard.press("Enter")

    expect(page.locator("#booking .notice")).to_contain_text("Booked: Mon 7 Jan 2030, 10:00 to 11:00 (UTC)")


def test_enter_after_a_conflict_books_no_suggestion(desk: Desk) -> None:
    desk.kind.book(span(10, 11), provider=desk.kind.provider_model._default_manager.get())
    desk.open()
    desk.fill()
    desk.book()
    expect(desk.notice).to_contain_text("This time is already taken")

    with desk.page.expect_response("**/booking") as answered:
        desk.page.get_by_label("Start", exact=True).press("Enter")

    assert answered.value.status == 409
    assert desk.kind.model.objects.count() == 1


def test_enter_in_the_search_searches(desk: Desk) -> None:
    desk.kind.attendee(name="Zoe Zebra")
    desk.open()
    desk.fill()

    desk.page.locator("[name=attendee_search]").fill("zebra")
    desk.page.locator("[name=attendee_search]").press("Enter")

    expect(desk.attendee.locator("option", has_text="Zoe Zebra")).to_have_count(1)
    expect(desk.attendee.locator("option")).to_have_count(3)  # the invitation, the one chosen before, the one found
    expect(desk.page.get_by_label("Day", exact=True)).to_have_value(DAY)
    assert desk.kind.model.objects.count() == 0


def test_choosing_a_provider_brings_its_zone_and_hours(desk: Desk) -> None:
    other = desk.kind.provider(name="Zz", time_zone="Asia/Jakarta")
    other.working_hours.create(weekday=0, starts_at="09:00", minutes=480)
    desk.open()
    desk.page.get_by_label("Another time").check()
    desk.page.get_by_label("Day", exact=True).fill(DAY)

    desk.page.locator("select[name=provider]").focus()
    desk.page.locator("select[name=provider]").select_option(str(other.key))

    expect(desk.page.get_by_text("Mon 09:00\N{EN DASH}17:00 (Asia/Jakarta)")).to_be_visible()
    expect(desk.page.locator("select[name=time_zone]")).to_have_value("Asia/Jakarta")
    expect(desk.page.get_by_label("Day", exact=True)).to_have_value(DAY)
    expect(desk.page.locator("select[name=provider]")).to_be_focused()


def test_older_bookings_come_in_place_and_back_returns(desk: Desk) -> None:
    provider = desk.kind.provider_model._default_manager.get()
    for day in range(1, 23):
        desk.kind.book(span(10, 11, day=day), provider=provider)
    desk.open()
    desk.page.get_by_label("Another time").check()
    desk.page.get_by_label("Day", exact=True).fill(DAY)

    desk.page.get_by_role("link", name="Older").click()

    expect(desk.rows).to_have_count(2)
    expect(desk.page.get_by_label("Day", exact=True)).to_have_value(DAY)
    desk.page.go_back()
    expect(desk.rows).to_have_count(20)


def test_no_answer_is_said_and_loses_nothing(desk: Desk) -> None:
    desk.open()
    desk.fill()
    desk.page.route("**/booking", lambda route: route.abort())

    desk.book()

    expect(desk.page.get_by_role("alert")).to_contain_text("There was no proper answer")
    expect(desk.page.get_by_label("Day", exact=True)).to_have_value(DAY)
    expect(desk.book_button).to_be_enabled()


def test_answer_of_another_page_is_said_and_loses_nothing(desk: Desk) -> None:
    desk.open()
    desk.fill()
    desk.page.wait_for_load_state("networkidle")  # the free times of the chosen attendee
    desk.page.context.clear_cookies()  # the form's token is then worth nothing

    desk.book()

    expect(desk.page.get_by_role("alert")).to_contain_text("There was no proper answer")
    expect(desk.page.get_by_label("Day", exact=True)).to_have_value(DAY)


# Every page and state


def visit_every_state(page: Page, kind: Kind) -> Iterator[str]:
    """Bring the page into one state after the other, naming each."""
    desk = Desk(kind, page)
    desk.open()
    yield "empty"
    override = Override(overlap=True, reason="An emergency")
    booking = kind.book(span(10, 11))
    kind.book(span(10, 11), provider=booking.provider, override=override, note="A note " * 40)
    cancel(kind.book(span(12, 13), provider=booking.provider), by=SYSTEM)
    desk.open()
    page.get_by_label("Another time").check()
    page.locator("summary").click()
    yield "list"
    page.locator("select[name=provider]").select_option(str(booking.provider.key))
    expect(page.get_by_text("Open at all times (UTC)")).to_be_visible()
    desk.fill()
    desk.book()
    expect(desk.notice).to_contain_text("already taken")
    yield "conflict"
    page.locator("select[name=time_zone]").evaluate("select => select.add(new Option('Europe/Berlin'))")
    page.locator("select[name=time_zone]").select_option("Europe/Berlin")
    desk.fill(start="02:30", end="04:00")
    page.get_by_label("Day", exact=True).fill("2030-10-27")
    desk.book()
    expect(page.get_by_text("comes twice").first).to_be_visible()
    yield "repeated time"
    for path in (f"/booking/{kind.plural}/{booking.pk}", f"/booking/{kind.plural}/{booking.pk}/cancel", "/sign-in"):
        page.goto(path)
        yield path
    page.get_by_role("button", name="Send me a code").click()
    expect(page.locator(".errorlist").first).to_be_visible()
    yield "not signed in"
    page.goto("/nothing")
    yield "not found"


def test_every_state_is_usable(open_browser: OpenBrowser, settings: Settings, kind: Kind) -> None:
    page = open_browser()

    def states() -> Iterator[str]:
        for state in visit_every_state(page, kind):
            settings.DEBUG = state != "not signed in"  # Django's own page for what is not found is not ours
            yield state

    assert_every_state_is_usable(page, states())
