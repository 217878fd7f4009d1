"""What can be done to a booking on its page: the buttons, what they do, and what they ask first."""

import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils.formats import date_format
from pytest_django import Settings

from bookings.access.actor import SYSTEM, Actor
from bookings.actions import NO_OVERRIDE, Override, approve, cancel, change_state
from bookings.core.lifecycle import Status
from bookings.models import Booking
from bookings.models.history import changes
from tests.support.factories import UserFactory
from tests.support.kinds import Kind, at, span, stored
from tests.support.pages import Answer, Visit, text_of, value_of

pytestmark = pytest.mark.django_db

ROLES = ("desk", "provider", "attendee")
OVERLAP = Override(overlap=True, reason="Emergency")


def path_of(kind: Kind, booking: Booking, action: str = "") -> str:
    return f"/booking/{kind.plural}/{booking.pk}" + (f"/{action}" if action else "")


def visit_as(role: str, kind: Kind, booking: Booking) -> Visit:
    if role == "desk":
        return Visit.by(kind, UserFactory.create(is_staff=True))
    return Visit.of_person(kind, getattr(booking, role))


def buttons(page: Answer) -> list[str]:
    """The actions that a page offers, by their paths: forms as `check-in!`, links as `cancel`."""
    found = re.findall(r'<(a|form)[^>]* (?:href|action)="/booking/\w+/\d+/([a-z-]+)"', page.content.decode())
    return [name + "!" * (tag == "form") for tag, name in found]


def press(visit: Visit, booking: Booking, action: str, **more: Any) -> Answer:
    return visit.post({"revision": booking.revision, **more}, path_of(visit.kind, booking, action))


@pytest.mark.parametrize(
    ("role", "state", "expected"),
    [
        ("desk", "booked", ["check-in!", "complete!", "no-show!", "reschedule", "cancel"]),
        ("desk", "arrived", ["complete!", "undo!", "cancel"]),
        ("desk", "noshow", ["undo!"]),
        ("desk", "cancelled", []),
        ("provider", "booked", ["check-in!", "complete", "no-show", "reschedule", "cancel"]),
        ("provider", "arrived", ["complete", "cancel"]),
        ("provider", "fulfilled", []),
        ("attendee", "booked", ["reschedule", "cancel"]),
        ("attendee", "arrived", ["cancel"]),
        ("attendee", "fulfilled", []),
    ],
)
def test_page_offers_what_state_and_role_allow(kind: Kind, role: str, state: str, expected: list[str]) -> None:
    booking = kind.book(span(10, 11))
    for action in {
        "arrived": ["check_in"],
        "fulfilled": ["complete"],
        "noshow": ["no_show"],
        "cancelled": ["cancel"],
    }.get(state, []):
        change_state(action, booking, by=SYSTEM)

    assert buttons(visit_as(role, kind, booking).get(path_of(kind, booking))) == expected


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("desk", ["approve!", "reschedule", "cancel"]),
        ("provider", ["approve!", "reschedule", "cancel"]),
        ("attendee", ["reschedule", "cancel"]),
    ],
)
def test_page_of_a_pending_booking(kind: Kind, role: str, expected: list[str]) -> None:
    booking = pending(kind)

    assert buttons(visit_as(role, kind, booking).get(path_of(kind, booking))) == expected


def pending(kind: Kind) -> Booking:
    """Asked for by the attendee, at a provider who approves first and reads times in Jakarta."""
    attendee = kind.attendee(user=UserFactory.create(), time_zone="Asia/Jakarta")
    provider = kind.provider(needs_approval=True)
    return kind.book(span(10, 11), provider=provider, attendee=attendee, by=Actor(attendee.user, via="page"))


@pytest.mark.parametrize(
    ("action", "status"),
    [("check-in", Status.ARRIVED), ("complete", Status.FULFILLED), ("no-show", Status.NOSHOW), ("cancel", "cancelled")],
)
@pytest.mark.parametrize("role", ["desk", "provider"])
def test_button_does_it_and_says_so(kind: Kind, role: str, action: str, status: str) -> None:
    booking = kind.book(span(10, 11))
    visit = visit_as(role, kind, booking)

    answer = press(visit, booking, action)

    assert (answer.status_code, answer.headers["Location"]) == (303, path_of(kind, booking))
    assert stored(booking).status == status
    assert "Mon 7 Jan 2030, 10:00 to 11:00 (UTC)." in text_of(visit.get(path_of(kind, booking)))


def test_desk_undoes(kind: Kind) -> None:
    booking = change_state("complete", kind.book(span(10, 11)), by=SYSTEM)

    press(visit_as("desk", kind, booking), booking, "undo")

    assert stored(booking).status == Status.BOOKED


def test_provider_approves_and_the_attendee_reads_it(kind: Kind) -> None:
    booking = pending(kind)

    press(visit_as("provider", kind, booking), booking, "approve")

    assert "Booked" in text_of(Visit.by(kind, booking.attendee.user).get(path_of(kind, booking)))
    assert (stored(booking).status, stored(booking).expires_at) == (Status.BOOKED, None)


@pytest.mark.parametrize("action", ["approve", "check-in", "complete", "no-show", "undo", "take-back"])
def test_attendee_does_nothing_of_the_practices(kind: Kind, action: str) -> None:
    booking = pending(kind) if action == "approve" else kind.book(span(10, 11))

    answer = press(visit_as("attendee", kind, booking), booking, action)

    assert (answer.status_code, stored(booking).revision) == (403, 1)
    assert "You may not do this." in text_of(answer)


@pytest.mark.parametrize("action", ["check-in", "complete", "no-show", "reschedule", "cancel"])
def test_get_of_an_action_changes_nothing(kind: Kind, action: str) -> None:
    booking = kind.book(span(10, 11))

    page = visit_as("desk", kind, booking).get(path_of(kind, booking, action))

    assert (page.status_code, stored(booking).revision) == (200, 1)
    assert value_of(page, "revision") == "1"


@pytest.mark.parametrize("action", ["complete", "no-show"])
def test_page_warns_who_cannot_undo(kind: Kind, action: str) -> None:
    booking = kind.book(span(10, 11))

    warned = [
        "Only the desk can undo this." in text_of(visit_as(role, kind, booking).get(path_of(kind, booking, action)))
        for role in ("provider", "desk")
    ]

    assert warned == [True, False]


def test_seen_revision_that_is_old_shows_the_new_state(kind: Kind) -> None:
    booking = kind.book(span(10, 11))
    change_state("check_in", booking, by=SYSTEM)

    answer = visit_as("desk", kind, booking).post({"revision": 1}, path_of(kind, booking, "no-show"))

    assert answer.status_code == 409
    assert "has changed in the meantime" in text_of(answer)
    assert "Arrived" in text_of(answer)
    assert "complete!" in buttons(answer)


def test_double_tap_does_it_once(kind: Kind) -> None:
    booking = kind.book(span(10, 11))
    visit = visit_as("provider", kind, booking)

    answers = [press(visit, booking, "check-in").status_code for _ in range(2)]

    assert (answers, stored(booking).revision) == ([303, 303], 2)


def test_same_tap_of_somebody_else_is_told_apart(kind: Kind) -> None:
    booking = kind.book(span(10, 11))
    press(visit_as("provider", kind, booking), booking, "check-in")

    assert press(visit_as("desk", kind, booking), booking, "check-in").status_code == 409


@pytest.mark.parametrize("nonsense", [{}, {"revision": "x"}, {"revision": 0}, {"revision": 2**31}])
def test_button_with_nonsense_changes_nothing(kind: Kind, nonsense: dict[str, Any]) -> None:
    booking = kind.book(span(10, 11))

    answer = visit_as("desk", kind, booking).post(nonsense, path_of(kind, booking, "check-in"))

    assert (answer.status_code, stored(booking).status) == (422, Status.BOOKED)


# Too late


@pytest.mark.parametrize(("name", "phone"), [("", ""), ("Practice West", "+49 30 123")])
def test_too_late_says_whom_to_call(kind: Kind, settings: Settings, name: str, phone: str) -> None:
    settings.PRACTICE_NAME, settings.PRACTICE_PHONE = name, phone
    booking = too_late(kind)

    page = visit_as("attendee", kind, booking).get(path_of(kind, booking))

    assert f"Please call {booking.provider}{' at ' + name if name else ''}." in text_of(page)
    assert ('href="tel:+4930123"' in page.content.decode()) == bool(phone)
    assert buttons(page) == []


def too_late(kind: Kind) -> Booking:
    """A booking whose provider wants to know ten years before."""
    booking = kind.book(span(10, 11))
    booking.provider.cancellation_window_minutes = 366 * 24 * 60 * 10
    type(booking.provider)._default_manager.update(cancellation_window_minutes=366 * 24 * 60 * 10)
    return stored(booking)


@pytest.mark.parametrize("role", ["desk", "provider"])
def test_too_late_is_for_attendees_alone(kind: Kind, role: str) -> None:
    booking = too_late(kind)

    page = visit_as(role, kind, booking).get(path_of(kind, booking))

    assert "It is too late" not in text_of(page)
    assert "reschedule" in buttons(page)


# Approval


def test_attendee_is_told_until_when_it_waits(kind: Kind, time_machine: Any) -> None:
    time_machine.move_to(at(8, day=1))
    booking = pending(kind)

    page = text_of(Visit.by(kind, booking.attendee.user).get(path_of(kind, booking)))

    assert "until Thu 3 Jan 2030, 15:00 (Asia/Jakarta)" in page


def test_expired_is_shown_as_cancelled_and_offers_nothing(kind: Kind, time_machine: Any) -> None:
    time_machine.move_to(at(8, day=1))
    booking = pending(kind)
    time_machine.move_to(at(9, day=4))

    page = Visit.by(kind, booking.attendee.user).get(path_of(kind, booking))

    assert "Cancelled" in text_of(page)
    assert "nobody approved it in time" in text_of(page)
    assert "Awaits approval" not in re.sub(r"History.*", "", text_of(page))
    assert (buttons(page), stored(booking).status) == ([], Status.PENDING)


def test_approving_what_has_expired_is_refused(kind: Kind, time_machine: Any) -> None:
    time_machine.move_to(at(8, day=1))
    booking = pending(kind)
    time_machine.move_to(at(9, day=4))

    answer = press(visit_as("provider", kind, booking), booking, "approve")

    assert (answer.status_code, stored(booking).status) == (409, Status.PENDING)


# Overbooking


def test_desk_takes_an_overbooking_back_once_nothing_overlaps(kind: Kind) -> None:
    other = kind.book(span(10, 11))
    booking = kind.book(span(10, 11), provider=other.provider, override=OVERLAP)
    visit = visit_as("desk", kind, booking)
    assert "take-back" in buttons(visit.get(path_of(kind, booking)))

    refused = press(visit, booking, "take-back")
    cancel(other, by=SYSTEM)
    done = press(visit, booking, "take-back")

    assert (refused.status_code, done.status_code) == (409, 303)
    assert "Not free: taken Mon 7 Jan 2030, 10:00 to 11:00 (UTC)." in text_of(refused)
    assert (stored(booking).is_overbooked, stored(booking).revision) == (False, 2)


@pytest.mark.parametrize(("role", "override"), [("provider", OVERLAP), ("attendee", OVERLAP), ("desk", NO_OVERRIDE)])
def test_taking_back_is_the_desks_and_of_an_overbooking(kind: Kind, role: str, override: Override) -> None:
    booking = kind.book(span(10, 11), override=override)

    assert "take-back" not in buttons(visit_as(role, kind, booking).get(path_of(kind, booking)))


# History


@pytest.mark.parametrize("role", ROLES)
def test_history_is_told_to_all_parties_addresses_to_the_desk(kind: Kind, role: str) -> None:
    provider = kind.provider(user=UserFactory.create())
    booking = kind.book(span(10, 11), provider=provider)
    approver = Actor(provider.user, via="admin")
    change_state("check_in", booking, by=approver)

    visit = Visit.by(kind, provider.user) if role == "provider" else visit_as(role, kind, booking)
    page = text_of(visit.get(path_of(kind, booking)))

    noun = kind.provider_model._meta.verbose_name
    assert f"Checked in By the {noun}, in the admin" in page
    assert "Booked Mon 7 Jan 2030, 10:00 to 11:00 (UTC) By the system, by a command" in page
    assert (f"({provider.user.email})" in page) == (role == "desk")


def test_history_tells_times_in_the_readers_zone(kind: Kind) -> None:
    booking = pending(kind)
    approve(booking, by=SYSTEM)
    approved_at = changes(booking)[-1].at.astimezone(ZoneInfo("Asia/Jakarta"))

    page = text_of(Visit.by(kind, booking.attendee.user).get(path_of(kind, booking)))

    assert f"times in Asia/Jakarta {date_format(approved_at, 'D j M Y, H:i')} Approved" in page
    assert "Booked Mon 7 Jan 2030, 17:00 to 18:00 (Asia/Jakarta) Awaits approval" in page
