"""The life of a booking in a real Chromium: the doctor's day, moving, overbooking, approving."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from bookings.access.actor import SYSTEM, Actor
from bookings.actions import Override, cancel
from bookings.core.interval import Interval
from bookings.models import Booking
from tests.support.browser import DAY, PHONE, OpenBrowser, assert_every_state_is_usable, both_ways, login_of, sign_in
from tests.support.factories import UserFactory
from tests.support.kinds import SESSIONS, Kind, span

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def today(kind: Kind, **parties: Any) -> Booking:
    """A booking that runs right now, on the provider's today whatever the hour."""
    now = timezone.now().replace(second=0, microsecond=0)
    return kind.book(Interval(now, now + timedelta(hours=1)), **parties)


def path_of(kind: Kind, booking: Booking) -> str:
    return f"/booking/{kind.plural}/{booking.pk}"


@both_ways
def test_doctor_checks_in_and_completes_from_the_agenda_on_a_phone(
    kind: Kind, open_browser: OpenBrowser, live_server: LiveServer, *, has_script: bool
) -> None:
    booking = today(kind)
    window = open_browser(viewport=PHONE, java_script_enabled=has_script)
    page = sign_in(window, live_server, login_of(booking.provider))
    page.goto(f"/booking?kind={kind.envelope}")
    row = page.locator("#today li.row")

    expect(row.get_by_role("button", name="Check in")).to_be_in_viewport()
    row.get_by_role("button", name="Check in").click()
    expect(page.locator(".notice.is-good")).to_contain_text("Checked in:")
    expect(row.locator(".status")).to_have_text("Arrived")
    row.get_by_role("link", name="Complete").click()
    expect(page.get_by_text("Only the desk can undo this.")).to_be_visible()
    page.get_by_role("button", name="Yes, it is over").click()

    expect(row.locator(".status")).to_have_text("Completed")
    expect(row.locator(".row-actions")).to_have_count(0)


@both_ways
def test_attendee_meets_a_conflict_and_reschedules(
    kind: Kind, open_browser: OpenBrowser, live_server: LiveServer, *, has_script: bool
) -> None:
    booking = kind.book(span(10, 11))
    page = sign_in(open_browser(java_script_enabled=has_script), live_server, login_of(booking.attendee))

    page.goto(path_of(kind, booking))
    page.get_by_role("link", name="Reschedule").click()
    expect(page.locator(f"#day-{DAY}")).to_have_attribute("aria-current", "date")
    page.get_by_role("radio", name="14:00 to").check()
    kind.book(span(14, 15), provider=booking.provider)
    page.get_by_role("button", name="Move it").last.click()
    expect(page.get_by_role("alert").filter(has_text="already taken")).to_be_visible()
    expect(page.get_by_role("radio", name="14:00 to")).to_have_count(0)
    page.get_by_role("button", name="Move to Mon 7 Jan 2030, 15:00 to 16:00 (UTC)").click()

    expect(page.locator(".notice.is-good")).to_contain_text(
        "Moved from Mon 7 Jan 2030, 10:00 to 11:00 (UTC) to Mon 7 Jan 2030, 15:00 to 16:00 (UTC)."
    )
    expect(page.locator(".story")).to_contain_text("Rescheduled")


def test_choosing_another_provider_on_the_reschedule_page_brings_its_zone(
    kind: Kind, open_browser: OpenBrowser
) -> None:
    booking = kind.book(span(10, 11))
    kind.provider(name="Zz", time_zone="Asia/Jakarta")
    page = open_browser()
    page.goto(f"{path_of(kind, booking)}/reschedule")
    page.get_by_label("Another time").check()

    page.locator("select[name=provider]").select_option(label="Zz")

    expect(page.get_by_text("Open at all times (Asia/Jakarta)")).to_be_visible()
    expect(page.locator("select[name=time_zone]")).to_have_value("Asia/Jakarta")
    expect(page.get_by_label("Start", exact=True)).to_have_value("10:00")


@both_ways
def test_desk_overbooks_and_takes_it_back(kind: Kind, open_browser: OpenBrowser, *, has_script: bool) -> None:
    booking = kind.book(span(10, 11))
    other = kind.book(span(14, 15), provider=booking.provider)
    page = open_browser(java_script_enabled=has_script)
    page.goto(f"{path_of(kind, booking)}/reschedule")

    page.get_by_label("Another time").check()
    page.get_by_label("Start", exact=True).fill("14:00")
    if kind is not SESSIONS:
        page.get_by_label("End", exact=True).fill("15:00")
    page.locator("summary").click()
    page.get_by_label("Over another booking").check()
    page.get_by_label("Reason").fill("An emergency")
    page.get_by_role("button", name="Move it").last.click()
    expect(page.locator(".status.is-over")).to_have_text("Overbooked")

    page.get_by_role("link", name="Take back the overbooking").click()
    page.get_by_role("button", name="Yes, take it back").click()
    expect(page.get_by_role("alert").filter(has_text="Not free: taken")).to_be_visible()
    cancel(other, by=SYSTEM)
    page.get_by_role("button", name="Yes, take it back").click()

    expect(page.locator(".notice.is-good")).to_contain_text("No longer overbooked")
    expect(page.locator(".status.is-over")).to_have_count(0)


@both_ways
def test_asked_for_by_the_attendee_approved_by_the_provider(
    kind: Kind, open_browser: OpenBrowser, live_server: LiveServer, *, has_script: bool
) -> None:
    booking = waiting(kind)
    theirs = sign_in(open_browser(java_script_enabled=has_script), live_server, booking.attendee.user)  # type: ignore[arg-type]
    theirs.goto(path_of(kind, booking))
    expect(theirs.locator(".facts")).to_contain_text("until ")

    page = sign_in(open_browser(java_script_enabled=has_script), live_server, login_of(booking.provider))
    page.goto(f"/booking?kind={kind.envelope}")
    page.locator("#waiting li.row").get_by_role("button", name="Approve").click()
    expect(page.locator(".notice.is-good")).to_contain_text("Approved: Mon 7 Jan 2030, 10:00 to 11:00 (UTC).")
    expect(page.locator("#waiting")).to_have_count(0)

    theirs.reload()
    expect(theirs.locator(".status").first).to_have_text("Booked")


def waiting(kind: Kind) -> Booking:
    """What an attendee asked for, of a provider who approves first."""
    attendee = kind.attendee(user=UserFactory.create())
    return kind.book(
        span(10, 11), provider=kind.provider(needs_approval=True), attendee=attendee, by=Actor(attendee.user)
    )


# Every page and state


def visit_every_state(page: Page, server: LiveServer, kind: Kind) -> Iterator[str]:
    """Bring the page into one state after the other, naming each."""
    provider = kind.provider(needs_approval=True)
    booking, asked = today(kind, provider=provider), waiting(kind)
    kind.book(span(14, 15), provider=provider)
    over = kind.book(
        span(14, 15),
        provider=provider,
        attendee=asked.attendee,
        override=Override(overlap=True, reason="Emergency " * 9),
    )
    page.goto(f"/booking?kind={kind.envelope}")
    yield "desk's list"
    for action in ("", "/cancel", "/reschedule", "/take-back"):
        page.goto(path_of(kind, over) + action)
        yield f"desk's page {action}"
    page.get_by_role("button", name="Yes, take it back").click()
    expect(page.get_by_role("alert").filter(has_text="Not free: taken")).to_be_visible()
    yield "refused"
    page.goto(f"{path_of(kind, over)}/reschedule")
    page.get_by_label("Another time").check()
    page.get_by_role("button", name="Move it").last.click()
    expect(page.get_by_role("alert").filter(has_text="already taken")).to_be_visible()
    yield "conflict"
    sign_in(page, server, login_of(provider))
    for path in (f"/booking?kind={kind.envelope}", f"{path_of(kind, booking)}/complete"):
        page.goto(path)
        yield f"provider's {path}"
    sign_in(page, server, asked.attendee.user)  # type: ignore[arg-type]
    page.goto(path_of(kind, asked))
    yield "awaits approval"
    kind.provider_model._default_manager.update(cancellation_window_minutes=366 * 24 * 60 * 10)
    page.reload()
    expect(page.get_by_text("It is too late to change this here.")).to_be_visible()
    yield "too late"


def test_every_state_is_usable(
    open_browser: OpenBrowser, live_server: LiveServer, settings: Settings, kind: Kind
) -> None:
    settings.PRACTICE_PHONE = "+49 30 123"
    page = open_browser()

    assert_every_state_is_usable(page, visit_every_state(page, live_server, kind))
