"""What the admin does to bookings besides booking them: actions on several, rescheduling, history. For both kinds."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.access.actor import SYSTEM, Actor
from bookings.actions import Override, cancel, change_state, reschedule
from bookings.core.interval import Interval
from bookings.models import Booking
from bookings.models.history import changes
from tests.support.booking_admin import errors, url
from tests.support.concurrency import in_thread
from tests.support.factories import UserFactory
from tests.support.kinds import SESSIONS, Kind, at, span, stored

pytestmark = pytest.mark.django_db

OVERLAP = Override(overlap=True, reason="Emergency")


def act(kind: Kind, desk: Client, action: str, *bookings: Booking, **more: str) -> Any:
    """Choose an action in the list."""
    chosen = {"action": f"{action}_selected", "_selected_action": [booking.pk for booking in bookings], **more}
    return desk.post(url(kind, "changelist") + "?start=all", chosen, follow=True)


def said(response: Any) -> list[tuple[str, str]]:
    """What the list says happened: level and sentence."""
    return [(message.level_tag, str(message)) for message in response.context["messages"]]


@pytest.mark.parametrize(
    ("before", "action", "after"),
    [
        ([], "check_in", "arrived"),
        ([], "complete", "fulfilled"),
        (["check_in"], "complete", "fulfilled"),
        ([], "no_show", "noshow"),
        (["no_show"], "undo", "booked"),
    ],
)
def test_action_changes_each_at_once(kind: Kind, desk: Client, before: list[str], action: str, after: str) -> None:
    bookings = [kind.book(span(hour, hour + 1)) for hour in (10, 12)]
    for booking in bookings:
        for step in before:
            change_state(step, booking, by=SYSTEM)

    response = act(kind, desk, action, *bookings)

    assert [stored(booking).status for booking in bookings] == [after, after]
    assert [level for level, _sentence in said(response)] == ["success", "success"]
    assert LogEntry.objects.count() == 2


def test_approve_action(kind: Kind, desk: Client) -> None:
    attendee = kind.attendee(user=UserFactory.create())
    provider = kind.provider(needs_approval=True)
    booking = kind.book(span(10, 11), provider=provider, attendee=attendee, by=Actor(attendee.user))

    act(kind, desk, "approve", booking)

    assert (stored(booking).status, stored(booking).expires_at) == ("booked", None)


def test_action_tells_of_each_what_became_of_it(kind: Kind, desk: Client) -> None:
    booked, gone = kind.book(span(10, 11)), cancel(kind.book(span(12, 13)), by=SYSTEM)

    response = act(kind, desk, "check_in", booked, gone)

    assert (stored(booked).status, stored(gone).status) == ("arrived", "cancelled")
    levels = {sentence.partition(",")[0]: level for level, sentence in said(response)}
    assert levels == {str(booked): "success", str(gone): "error"}


def test_taking_back_an_overbooking_asks_and_is_refused_while_it_overlaps(kind: Kind, desk: Client) -> None:
    other = kind.book(span(10, 11))
    over = kind.book(span(10, 11), provider=other.provider, override=OVERLAP)

    asked = act(kind, desk, "take_back", over)
    refused = act(kind, desk, "take_back", over, confirmed="yes")
    cancel(other, by=SYSTEM)
    done = act(kind, desk, "take_back", over, confirmed="yes")

    assert "Take back 1 overbooking?" in asked.content.decode()
    assert "Not free: taken Mon 7 Jan 2030, 10:00 to 11:00 (UTC)." in said(refused)[0][1]
    assert ([level for level, _sentence in said(done)], stored(over).is_overbooked) == (["success"], False)


def test_changes_are_recorded_as_the_admins(kind: Kind, desk: Client) -> None:
    booking = kind.book(span(10, 11))

    act(kind, desk, "check_in", booking)

    last = changes(booking)[-1]
    assert (last.via, last.by, last.actor_id) == ("admin", "desk", int(desk.session["_auth_user_id"]))


# Rescheduling


def typed(kind: Kind, booking: Booking, when: Interval, **more: Any) -> dict[str, Any]:
    """The change form with another time."""
    length = {"duration": when.length // timedelta(minutes=1)}
    end = {"end_at_0": f"{when.end:%Y-%m-%d}", "end_at_1": f"{when.end:%H:%M}"}
    return {
        "provider": booking.provider_id,
        "start_at_0": f"{when.start:%Y-%m-%d}",
        "start_at_1": f"{when.start:%H:%M}",
        **(length if kind is SESSIONS else end),
        "override_reason": "",
        "seen_revision": booking.revision,
        **more,
    }


def change(kind: Kind, desk: Client, booking: Booking, when: Interval, **more: Any) -> Any:
    return desk.post(url(kind, "change", booking.pk), typed(kind, booking, when, **more))


def test_change_reschedules_through_the_writer(kind: Kind, desk: Client) -> None:
    booking = kind.book(span(10, 11), provider=kind.provider(buffer_after_minutes=10), note="Keep me")

    response = change(kind, desk, booking, span(14, 15))

    now = stored(booking)
    assert response.status_code == 302
    assert (now.span, now.busy_until, now.revision, now.note) == (span(14, 15), at(15, 10), 2, "Keep me")
    assert (changes(booking)[-1].action, changes(booking)[-1].via) == ("reschedule", "admin")


def test_change_moves_to_another_provider(kind: Kind, desk: Client) -> None:
    booking, other = kind.book(span(10, 11)), kind.provider()

    change(kind, desk, booking, span(10, 11), provider=other.key)

    assert (stored(booking).provider_id, stored(booking).revision) == (other.key, 2)


def test_change_of_nothing_writes_nothing(kind: Kind, desk: Client) -> None:
    booking = kind.book(span(10, 11))

    response = change(kind, desk, booking, span(10, 11))

    assert (response.status_code, stored(booking).revision) == (302, 1)


def test_change_leaves_the_attendee_and_the_note_alone(kind: Kind, desk: Client) -> None:
    booking, other = kind.book(span(10, 11), note="Keep me"), kind.attendee()

    change(kind, desk, booking, span(14, 15), attendee=other.key, note="x", status="noshow")

    now = stored(booking)
    assert (now.attendee_id, now.note, now.status) == (booking.attendee_id, "Keep me", "booked")


def test_change_onto_another_is_one_error_and_keeps_the_input(kind: Kind, desk: Client) -> None:
    booking = kind.book(span(10, 11))
    kind.book(span(14, 15), provider=booking.provider)

    response = change(kind, desk, booking, span(14, 15))

    assert list(errors(response)) == ["provider"]
    assert 'value="14:00"' in response.content.decode()
    assert stored(booking).span == span(10, 11)


def test_change_outside_the_hours_needs_the_exception(kind: Kind, desk: Client) -> None:
    booking = kind.book(span(10, 11))
    booking.provider.working_hours.create(weekday=0, starts_at="09:00", minutes=180)

    refused = change(kind, desk, booking, span(14, 15))
    done = change(kind, desk, booking, span(14, 15), is_outside_hours="on", override_reason="Asked by phone")

    assert errors(refused) == {"start_at": ["Outside the working hours (UTC)."]}
    assert (done.status_code, stored(booking).span, stored(booking).override_reason) == (
        302,
        span(14, 15),
        "Asked by phone",
    )


def test_change_overbooks_and_takes_back(kind: Kind, desk: Client) -> None:
    booking, other = kind.book(span(10, 11)), kind.book(span(14, 15))
    change(kind, desk, booking, span(14, 15), is_overbooked="on", override_reason="Emergency")
    over = stored(booking)
    moved_on = {"provider": other.provider_id}

    change(kind, desk, over, span(14, 15), is_overbooked="on", override_reason="Emergency", **moved_on)
    refused = change(kind, desk, stored(booking), span(14, 15), override_reason="Emergency", **moved_on)

    assert (over.is_overbooked, stored(booking).is_overbooked) == (True, True)
    assert list(errors(refused)) == ["provider"]


def test_change_of_what_somebody_changed_meanwhile_says_so_and_the_next_try_moves_it(kind: Kind, desk: Client) -> None:
    booking = kind.book(span(10, 11))
    reschedule(booking, by=SYSTEM, to=kind.times(span(16, 17)))

    first = change(kind, desk, booking, span(14, 15))
    shown = first.context["adminform"].form["seen_revision"].value()
    second = change(kind, desk, booking, span(14, 15), seen_revision=shown)

    assert "has changed in the meantime" in str(errors(first))
    assert "It is now Mon 7 Jan 2030, 16:00 to 17:00 (UTC)" in str(errors(first))
    assert (second.status_code, stored(booking).span) == (302, span(14, 15))


@pytest.mark.parametrize("seen", ["", "x", "-1"])
def test_change_without_the_seen_revision_changes_nothing(kind: Kind, desk: Client, seen: str) -> None:
    booking = kind.book(span(10, 11))

    response = change(kind, desk, booking, span(14, 15), seen_revision=seen)

    assert (response.status_code, stored(booking).revision) == (200, 1)


@pytest.mark.django_db(transaction=True)
def test_change_that_loses_a_race_is_an_error_at_the_field(kind: Kind, desk: Client) -> None:
    booking, rival = kind.book(span(10, 11)), kind.attendee()

    with in_thread(lambda: kind.book(span(14, 15), provider=booking.provider, attendee=rival)) as blocker:
        response = blocker.meanwhile(lambda: change(kind, desk, booking, span(14, 15)))

    assert list(errors(response)) == ["provider"]
    assert stored(booking).span == span(10, 11)


@pytest.mark.parametrize("action", ["check_in", "complete", "no_show", "cancel"])
def test_booking_in_another_state_is_only_read(kind: Kind, desk: Client, action: str) -> None:
    booking = change_state(action, kind.book(span(10, 11)), by=SYSTEM)

    page = desk.get(url(kind, "change", booking.pk))

    assert (page.status_code, "_save" in page.content.decode()) == (200, False)
    assert change(kind, desk, booking, span(14, 15)).status_code == 403


# What is shown


def test_page_tells_the_history_with_addresses(kind: Kind, desk: Client) -> None:
    provider = kind.provider(user=UserFactory.create())
    booking = change_state("check_in", kind.book(span(10, 11), provider=provider), by=Actor(provider.user, via="page"))

    page = desk.get(url(kind, "change", booking.pk)).content.decode()

    assert f"by the {kind.provider_model._meta.verbose_name}, on the site ({provider.user.email})" in page
    assert "Booked: Mon 7 Jan 2030, 10:00 to 11:00 (UTC)" in page


def test_page_takes_the_same_queries_for_a_short_and_a_long_history(kind: Kind, desk: Client) -> None:
    short, long = kind.book(span(10, 11)), kind.book(span(12, 13))
    for step in ("check_in", "undo", "complete", "undo"):
        change_state(step, long, by=SYSTEM)

    def queries(booking: Booking) -> int:
        with CaptureQueriesContext(connection) as counted:
            desk.get(url(kind, "change", booking.pk))
        return len(counted)

    queries(short)  # reads what is kept for good, such as content types
    assert queries(short) == queries(long)


def test_list_shows_expired_as_cancelled_and_filters_alike(kind: Kind, time_machine: Any) -> None:
    attendee = kind.attendee(user=UserFactory.create())
    provider = kind.provider(needs_approval=True)
    time_machine.move_to(at(8, day=5))
    expired = kind.book(span(10, 11), provider=provider, attendee=attendee, by=Actor(attendee.user))
    over = kind.book(span(10, 11), override=OVERLAP)
    time_machine.move_to(at(10))
    desk = Client()
    desk.force_login(UserFactory.create(is_staff=True))

    def found(query: str) -> list[int]:
        return [row.pk for row in desk.get(f"{url(kind, 'changelist')}?{query}").context["cl"].result_list]

    assert "Cancelled" in desk.get(url(kind, "changelist")).content.decode()
    assert found("status__exact=cancelled") == [expired.pk]
    assert found("status__exact=pending") == []
    assert found("is_overbooked__exact=1") == [over.pk]
    assert "Booked, overbooked" in desk.get(url(kind, "changelist")).content.decode()


def test_approval_is_switched_on_with_the_providers_rules(kind: Kind, admin_client: Client) -> None:
    meta = kind.provider_model._meta
    page = admin_client.get(f"/admin/{meta.app_label}/{meta.model_name}/add/").content.decode()

    assert 'name="needs_approval"' in page
