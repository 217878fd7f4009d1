"""The page of one booking, and cancelling it."""

import pytest

from bookings.access.actor import SYSTEM
from bookings.actions import Override, cancel
from bookings.core.lifecycle import Status
from bookings.models import Booking
from tests.support.factories import UserFactory
from tests.support.kinds import Kind, span
from tests.support.pages import Visit, text_of, value_of

pytestmark = pytest.mark.django_db


def path_of(kind: Kind, booking: Booking) -> str:
    return f"/booking/{kind.plural}/{booking.pk}"


@pytest.mark.parametrize("slash", ["", "/"])
def test_detail_tells_everything_to_the_desk(desk: Visit, slash: str) -> None:
    override = Override(hours=True, reason="Asked by phone")
    booking = desk.kind.book(span(10, 11), note="Bring the letter", override=override)

    page = text_of(desk.get(path_of(desk.kind, booking) + slash))

    for fact in ("Mon 7 Jan 2030, 10:00 to 11:00 (UTC)", "Booked", "Bring the letter", "Asked by phone"):
        assert fact in page
    assert (str(booking.provider) in page, str(booking.attendee) in page) == (True, True)


def test_detail_keeps_the_desks_reason_from_the_attendee(kind: Kind) -> None:
    override = Override(hours=True, reason="Asked by phone")
    booking = kind.book(span(10, 11), override=override)

    page = text_of(Visit.of_person(kind, booking.attendee).get(path_of(kind, booking)))

    assert "Asked by phone" not in page


@pytest.mark.parametrize("suffix", ["", "/cancel"])
def test_what_one_may_not_see_is_not_there(kind: Kind, suffix: str) -> None:
    booking = kind.book(span(10, 11))
    visits = Visit.by(kind), Visit.by(kind, UserFactory.create()), Visit.of_person(kind, kind.attendee())

    statuses = [visit.get(path_of(kind, booking) + suffix).status_code for visit in visits]

    assert statuses == [404, 404, 404]


def test_stranger_cancels_nothing(kind: Kind) -> None:
    booking = kind.book(span(10, 11))

    answer = Visit.of_person(kind, kind.attendee()).post({"revision": 1}, f"{path_of(kind, booking)}/cancel")

    booking.refresh_from_db()
    assert (answer.status_code, booking.status) == (404, Status.BOOKED)


def test_get_of_the_cancel_page_only_asks(desk: Visit) -> None:
    booking = desk.kind.book(span(10, 11))

    page = desk.get(f"{path_of(desk.kind, booking)}/cancel")

    booking.refresh_from_db()
    assert "Cancel this" in text_of(page)
    assert (booking.status, value_of(page, "revision")) == (Status.BOOKED, "1")


@pytest.mark.parametrize("party", ["provider", "attendee"])
def test_both_sides_cancel_with_a_reason(kind: Kind, party: str) -> None:
    booking = kind.book(span(10, 11))
    visit = Visit.of_person(kind, getattr(booking, party))

    answer = visit.post({"revision": 1, "reason": "Ill"}, f"{path_of(kind, booking)}/cancel")

    booking.refresh_from_db()
    assert (answer.status_code, answer.headers["Location"]) == (303, path_of(kind, booking))
    assert (booking.status, booking.cancel_reason) == (Status.CANCELLED, "Ill")
    assert "Cancelled: Mon 7 Jan 2030, 10:00 to 11:00 (UTC)." in text_of(visit.get(path_of(kind, booking)))


def test_double_click_on_cancel_answers_alike(desk: Visit) -> None:
    booking = desk.kind.book(span(10, 11))

    answers = [desk.post({"revision": 1}, f"{path_of(desk.kind, booking)}/cancel").status_code for _ in range(2)]

    assert answers == [303, 303]


def test_what_changed_meanwhile_is_shown_and_asked_again(desk: Visit) -> None:
    booking = desk.kind.book(span(10, 11))
    type(booking).objects.update(revision=3, note="Now with a note")

    answer = desk.post({"revision": 1, "reason": "Ill"}, f"{path_of(desk.kind, booking)}/cancel")

    assert answer.status_code == 409
    assert "has changed in the meantime" in text_of(answer)
    assert "Now with a note" in text_of(answer)
    assert (value_of(answer, "revision"), value_of(answer, "reason")) == ("3", "Ill")


def test_what_somebody_else_cancelled_is_shown_as_cancelled(desk: Visit) -> None:
    booking = desk.kind.book(span(10, 11))
    cancel(booking, by=SYSTEM)

    answer = desk.post({"revision": 1}, f"{path_of(desk.kind, booking)}/cancel")

    assert answer.status_code == 409
    assert "Cancelled" in text_of(answer)
    assert "Yes, cancel it" not in text_of(answer)


def test_too_late_to_cancel_is_said(kind: Kind) -> None:
    booking = kind.book(span(10, 11), provider=kind.provider(cancellation_window_minutes=366 * 24 * 60))
    type(booking.provider)._default_manager.update(cancellation_window_minutes=366 * 24 * 60 * 10)

    answer = Visit.of_person(kind, booking.attendee).post({"revision": 1}, f"{path_of(kind, booking)}/cancel")

    assert answer.status_code == 403
    assert "It is too late to change this here." in text_of(answer)


@pytest.mark.parametrize("form", [{}, {"revision": "x"}, {"revision": 1, "reason": "x" * 501}])
def test_cancel_form_with_nonsense_changes_nothing(desk: Visit, form: dict[str, object]) -> None:
    booking = desk.kind.book(span(10, 11))

    answer = desk.post(form, f"{path_of(desk.kind, booking)}/cancel")

    booking.refresh_from_db()
    assert (answer.status_code, booking.status) == (422, Status.BOOKED)


def test_cancelled_booking_offers_no_cancelling(desk: Visit) -> None:
    booking = desk.kind.book(span(10, 11))
    cancel(booking, by=SYSTEM)

    for path in (path_of(desk.kind, booking), f"{path_of(desk.kind, booking)}/cancel"):
        assert "/cancel" not in desk.get(path).content.decode()
