"""Booking and cancelling in the admin, for both kinds."""

from typing import Any

import pytest
from django.test import Client

from bookings.access.actor import SYSTEM
from bookings.actions import cancel
from bookings.models import Booking
from tests.support.booking_admin import errors, typed, url
from tests.support.concurrency import in_thread
from tests.support.kinds import APPOINTMENTS, SESSIONS, Kind, at, span

pytestmark = pytest.mark.django_db


def close_on(kind: Kind, provider: Any) -> None:
    """Give the provider hours on another weekday than the tests' Monday."""
    provider.working_hours.create(weekday=4, starts_at="09:00", minutes=480)


def test_add_books_through_the_writer(kind: Kind, desk: Client) -> None:
    provider, attendee = kind.provider(buffer_after_minutes=10), kind.attendee()

    response = desk.post(url(kind, "add"), typed(kind, provider, attendee, span(10, 11), note="Bring the X-ray."))

    assert response.status_code == 302
    booking = kind.model.objects.get()
    assert (booking.start_at, booking.end_at, booking.busy_until) == (at(10), at(11), at(11, 10))
    assert (booking.booked_by_id, booking.note) == (int(desk.session["_auth_user_id"]), "Bring the X-ray.")


def test_add_overlapping_is_one_error_at_the_field(kind: Kind, desk: Client) -> None:
    booked = kind.book(span(10, 11))

    response = desk.post(url(kind, "add"), typed(kind, booked.provider, kind.attendee(), span(10, 12), note="keep me"))

    assert list(errors(response)) == ["provider"]
    assert "Next free" in errors(response)["provider"][0]
    assert "keep me" in response.content.decode()
    assert kind.model.objects.count() == 1


def test_add_overlapping_for_the_attendee_is_one_error_at_its_field(kind: Kind, desk: Client) -> None:
    booked = kind.book(span(10, 11))

    response = desk.post(url(kind, "add"), typed(kind, kind.provider(), booked.attendee, span(10, 12)))

    assert {field: len(sentences) for field, sentences in errors(response).items()} == {"attendee": 1}


def test_add_ending_before_the_start_is_one_error(desk: Client) -> None:
    provider, attendee = APPOINTMENTS.provider(), APPOINTMENTS.attendee()
    post = typed(APPOINTMENTS, provider, attendee, span(10, 11)) | {"end_at_1": "09:00"}

    response = desk.post(url(APPOINTMENTS, "add"), post)

    assert errors(response) == {"end_at": ["The end must be after the start."]}


@pytest.mark.parametrize("wrong", [{"start_at_1": ""}, {"start_at_0": "9999-12-31"}, {"start_at_1": "25:00"}])
def test_add_with_a_wrong_start_is_an_error_there(kind: Kind, desk: Client, wrong: dict[str, str]) -> None:
    response = desk.post(url(kind, "add"), typed(kind, kind.provider(), kind.attendee(), span(10, 11)) | wrong)

    assert "start_at" in errors(response)
    assert not kind.model.objects.exists()


@pytest.mark.parametrize("minutes", ["", "0", "-5", "1441", "1.5", "99999999999"])
def test_add_with_a_wrong_duration_is_one_error_there(desk: Client, minutes: str) -> None:
    post = typed(SESSIONS, SESSIONS.provider(), SESSIONS.attendee(), span(10, 11)) | {"duration": minutes}

    response = desk.post(url(SESSIONS, "add"), post)

    assert {field: len(sentences) for field, sentences in errors(response).items()} == {"duration": 1}


def test_add_outside_the_hours_is_one_error_at_the_start(kind: Kind, desk: Client) -> None:
    provider = kind.provider()
    close_on(kind, provider)

    response = desk.post(url(kind, "add"), typed(kind, provider, kind.attendee(), span(10, 11)))

    assert errors(response) == {"start_at": ["Outside the working hours (UTC)."]}
    assert not kind.model.objects.exists()


@pytest.mark.parametrize("key", ["987654321", "no such", "\x00", ""])
def test_add_with_an_unknown_provider_is_an_error_there(kind: Kind, desk: Client, key: str) -> None:
    post = typed(kind, kind.provider(), kind.attendee(), span(10, 11)) | {"provider": key}

    response = desk.post(url(kind, "add"), post)

    assert list(errors(response)) == ["provider"]


def test_add_with_an_inactive_provider_is_an_error_there(kind: Kind, desk: Client) -> None:
    post = typed(kind, kind.provider(is_active=False), kind.attendee(), span(10, 11))

    response = desk.post(url(kind, "add"), post)

    assert errors(response) == {"provider": ["There is none with this id."]}


def test_add_as_an_exception_with_a_reason(kind: Kind, desk: Client) -> None:
    booked = kind.book(span(10, 11))
    close_on(kind, booked.provider)
    exception = {"is_overbooked": "on", "is_outside_hours": "on", "override_reason": "emergency"}

    response = desk.post(url(kind, "add"), typed(kind, booked.provider, kind.attendee(), span(10, 11), **exception))

    assert response.status_code == 302
    assert kind.model.objects.filter(is_overbooked=True, override_reason="emergency").count() == 1


@pytest.mark.parametrize("exception", ["is_overbooked", "is_outside_hours"])
def test_add_as_an_exception_needs_a_reason(kind: Kind, desk: Client, exception: str) -> None:
    post = typed(kind, kind.provider(), kind.attendee(), span(10, 11), **{exception: "on"})

    response = desk.post(url(kind, "add"), post)

    assert errors(response) == {"override_reason": ["Give a reason for the exception."]}


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_add_losing_a_race_is_an_error_at_the_field(kind: Kind, desk: Client) -> None:
    provider, attendee, other = kind.provider(), kind.attendee(), kind.attendee()
    post = typed(kind, provider, attendee, span(10, 11))

    with in_thread(lambda: kind.book(span(10, 11), provider=provider, attendee=other)) as blocker:
        answer = blocker.meanwhile(lambda: desk.post(url(kind, "add"), post))

    assert list(errors(answer)) == ["provider"]
    assert [booking.attendee_id for booking in kind.model.objects.all()] == [other.key]


def test_booking_that_is_over_is_read_only(kind: Kind, desk: Client) -> None:
    booked = kind.book(span(10, 11))
    cancel(booked, by=SYSTEM)

    page = desk.get(url(kind, "change", booked.pk))
    post = desk.post(url(kind, "change", booked.pk), {"note": "changed"})

    assert page.status_code == 200
    assert "_save" not in page.content.decode()
    assert post.status_code == 403


def test_nothing_is_deleted(kind: Kind, admin_client: Client) -> None:
    booked = kind.book(span(10, 11))
    ticked = {"action": "delete_selected", "_selected_action": [booked.pk]}

    assert admin_client.post(url(kind, "delete", booked.pk), {"post": "yes"}).status_code == 403
    assert "delete_selected" not in admin_client.get(url(kind, "changelist") + "?start=all").content.decode()
    admin_client.post(url(kind, "changelist") + "?start=all", ticked)
    assert kind.model.objects.count() == 1


def cancel_page(kind: Kind, desk: Client, *bookings: Booking, **more: str) -> Any:
    """Choose `Cancel selected bookings` in the list; `confirmed` is what the page in between sends."""
    chosen = {"action": "cancel_selected", "_selected_action": [booking.pk for booking in bookings]}
    return desk.post(url(kind, "changelist") + "?start=all", chosen | more, follow=True)


def test_cancel_asks_first(kind: Kind, desk: Client) -> None:
    booked = kind.book(span(10, 11))

    response = cancel_page(kind, desk, booked)

    assert "Cancel 1 booking?" in response.content.decode()
    booked.refresh_from_db()
    assert booked.status == "booked"


def test_cancel_confirmed_says_of_each_what_became_of_it(kind: Kind, desk: Client) -> None:
    booked, gone = kind.book(span(10, 11)), kind.book(span(12, 13))
    cancel(gone, by=SYSTEM)

    response = cancel_page(kind, desk, booked, gone, confirmed="yes", reason="ill")

    booked.refresh_from_db()
    assert (booked.status, booked.cancel_reason) == ("cancelled", "ill")
    assert booked.cancelled_by_id == int(desk.session["_auth_user_id"])
    assert sorted(message.level_tag for message in response.context["messages"]) == ["error", "success"]


def test_cancel_of_too_many_changes_nothing(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bookings.admin.actions.MOST_AT_ONCE", 1)
    first, second = APPOINTMENTS.book(span(10, 11)), APPOINTMENTS.book(span(12, 13))

    response = cancel_page(APPOINTMENTS, desk, first, second, confirmed="yes")

    assert "at most 1 bookings" in response.content.decode()
    assert APPOINTMENTS.model.objects.filter(status="cancelled").count() == 0
