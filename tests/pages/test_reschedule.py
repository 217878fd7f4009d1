"""Rescheduling on the page: the booking form's fields, filled in with what the booking is now."""

from typing import Any

import pytest

from bookings.access.actor import SYSTEM, Actor
from bookings.actions import Override, cancel, reschedule
from bookings.core.lifecycle import Status
from bookings.models import Booking
from tests.support.concurrency import in_thread
from tests.support.factories import UserFactory
from tests.support.kinds import SESSIONS, Kind, at, span, stored
from tests.support.pages import Answer, Visit, selected_in, suggestions_in, text_of, value_of

pytestmark = pytest.mark.django_db


def path_of(kind: Kind, booking: Booking) -> str:
    return f"/booking/{kind.plural}/{booking.pk}/reschedule"


def typed(visit: Visit, booking: Booking, **changes: Any) -> dict[str, Any]:
    """The form for 14:00 to 15:00 UTC, an hour, with the booking's own provider."""
    length = {} if visit.kind is SESSIONS else {"end": "15:00"}
    given = {"start": "14:00", **length, "provider": booking.provider, "revision": booking.revision, **changes}
    return visit.typed(**given)


def move(visit: Visit, booking: Booking, **changes: Any) -> Answer:
    return visit.post(typed(visit, booking, **changes), path_of(visit.kind, booking))


def test_form_shows_what_it_is_in_the_providers_zone(desk: Visit) -> None:
    booking = desk.kind.book(span(22, 23), provider=desk.kind.provider(time_zone="Asia/Jakarta"))

    page = desk.get(path_of(desk.kind, booking))

    assert (value_of(page, "day"), value_of(page, "start")) == ("2030-01-08", "05:00")
    assert selected_in(page, "time_zone") == "Asia/Jakarta"
    assert selected_in(page, "provider") == str(booking.provider_id)
    assert "Mon 7 Jan 2030, 22:00 to 23:00 (UTC)" in text_of(page)


@pytest.mark.parametrize("role", ["provider", "attendee"])
def test_others_have_no_field_for_provider_and_exceptions(kind: Kind, role: str) -> None:
    booking = kind.book(span(10, 11))

    page = Visit.of_person(kind, getattr(booking, role)).get(path_of(kind, booking)).content.decode()

    assert ('name="provider"' in page, 'name="override_reason"' in page) == (False, False)
    assert ('name="start"' in page) == (role == "provider")
    assert 'type="radio" name="slot"' in page


@pytest.mark.parametrize("role", ["desk", "provider", "attendee"])
def test_moved_booking_stays_the_same_and_both_times_are_named(kind: Kind, role: str) -> None:
    booking = kind.book(span(10, 11), note="Bring the letter")
    is_desk = role == "desk"
    visit = (
        Visit.by(kind, UserFactory.create(is_staff=True)) if is_desk else Visit.of_person(kind, getattr(booking, role))
    )

    answer = move(visit, booking, provider=booking.provider if is_desk else None)

    now = stored(booking)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/booking/{kind.plural}/{booking.pk}")
    assert (now.span, now.uid, now.note, now.revision) == (span(14, 15), booking.uid, "Bring the letter", 2)
    said = "Moved from Mon 7 Jan 2030, 10:00 to 11:00 (UTC) to Mon 7 Jan 2030, 14:00 to 15:00 (UTC)."
    assert said in text_of(visit.get(answer.headers["Location"]))


def test_desk_moves_it_to_another_provider(desk: Visit) -> None:
    booking, other = desk.kind.book(span(10, 11)), desk.kind.provider(name="Dr. Other")

    answer = move(desk, booking, provider=other)

    assert stored(booking).provider_id == other.key
    assert "It is with Dr. Other now." in text_of(desk.get(answer.headers["Location"]))


def test_attendee_cannot_smuggle_a_provider_in(kind: Kind) -> None:
    booking, other = kind.book(span(10, 11)), kind.provider()

    move(Visit.of_person(kind, booking.attendee), booking, provider=other)

    assert stored(booking).provider_id == booking.provider_id


def test_taken_time_is_told_with_suggestions_and_the_input_is_kept(desk: Visit) -> None:
    booking = desk.kind.book(span(10, 11))
    desk.kind.book(span(14, 15), provider=booking.provider)

    answer = move(desk, booking)

    assert (answer.status_code, stored(booking).span) == (409, span(10, 11))
    assert (value_of(answer, "start"), value_of(answer, "revision")) == ("14:00", "1")
    assert "Not free: taken Mon 7 Jan 2030, 14:00 to 15:00 (UTC)." in text_of(answer)
    assert "Move to Mon 7 Jan 2030, 15:00 to 16:00 (UTC)" in text_of(answer)
    assert len(suggestions_in(answer)) == 3


def test_suggestion_moves_it(desk: Visit) -> None:
    booking = desk.kind.book(span(10, 11))
    desk.kind.book(span(14, 15), provider=booking.provider)

    answer = move(desk, booking, suggestion=suggestions_in(move(desk, booking))[0])

    assert (answer.status_code, stored(booking).span) == (303, span(15, 16))


@pytest.mark.parametrize(
    ("zone", "day", "start", "said"),
    [
        ("Europe/Berlin", "2030-03-31", "02:30", "the clocks skip it (Europe/Berlin)"),
        ("Europe/Berlin", "2030-10-27", "02:30", "comes twice on this day"),
    ],
)
def test_times_at_a_change_of_clocks(desk: Visit, zone: str, day: str, start: str, said: str) -> None:
    booking = desk.kind.book(span(10, 11))
    end = {} if desk.kind is SESSIONS else {"end": "05:00"}

    answer = move(desk, booking, day=day, start=start, time_zone=zone, **end)

    assert (answer.status_code, said in text_of(answer)) == (422, True)
    assert stored(booking).revision == 1


def test_other_time_of_a_repeated_hour_is_taken_when_chosen(desk: Visit) -> None:
    booking = desk.kind.book(span(10, 11))
    end = {} if desk.kind is SESSIONS else {"end": "05:00"}

    move(desk, booking, day="2030-10-27", start="02:30", time_zone="Europe/Berlin", start_fold="1", **end)

    assert stored(booking).start_at.isoformat() == "2030-10-27T01:30:00+00:00"


def test_refresh_shows_another_providers_zone_and_moves_nothing(desk: Visit) -> None:
    booking, other = desk.kind.book(span(10, 11)), desk.kind.provider(time_zone="Asia/Jakarta")

    page = move(desk, booking, provider=other, refresh="provider")

    assert (page.status_code, stored(booking).revision) == (200, 1)
    assert (selected_in(page, "time_zone"), value_of(page, "start")) == ("Asia/Jakarta", "14:00")
    assert "Open at all times (Asia/Jakarta)" in text_of(page)


@pytest.mark.parametrize(
    "nonsense", [{"day": "x"}, {"start": ""}, {"revision": ""}, {"provider": "\x00"}, {"time_zone": "Mars"}]
)
def test_nonsense_is_an_error_at_the_form(desk: Visit, nonsense: dict[str, str]) -> None:
    booking = desk.kind.book(span(10, 11))

    assert (move(desk, booking, **nonsense).status_code, stored(booking).revision) == (422, 1)


def test_what_changed_meanwhile_is_shown_and_the_next_try_moves_it(desk: Visit) -> None:
    booking = desk.kind.book(span(10, 11))
    reschedule(booking, by=SYSTEM, to=desk.kind.times(span(16, 17)))

    first = move(desk, booking)
    second = move(desk, booking, revision=value_of(first, "revision"))

    assert (first.status_code, second.status_code) == (409, 303)
    assert "Mon 7 Jan 2030, 16:00 to 17:00 (UTC)" in text_of(first)
    assert (value_of(first, "start"), stored(booking).span) == ("14:00", span(14, 15))


def test_double_click_moves_once(desk: Visit) -> None:
    booking = desk.kind.book(span(10, 11))

    answers = [move(desk, booking).status_code for _ in range(2)]

    assert (answers, stored(booking).revision) == ([303, 303], 2)


def test_second_tab_with_another_time_is_told(desk: Visit) -> None:
    booking = desk.kind.book(span(10, 11))
    end = {} if desk.kind is SESSIONS else {"end": "17:00"}
    move(desk, booking)

    assert move(desk, booking, start="16:00", **end).status_code == 409


def test_what_is_over_is_shown_and_not_moved(desk: Visit) -> None:
    booking = desk.kind.book(span(10, 11))
    cancel(booking, by=SYSTEM)

    page, answer = desk.get(path_of(desk.kind, booking)), move(desk, booking)

    assert (page.status_code, answer.status_code) == (200, 409)
    assert 'name="start"' not in page.content.decode() + answer.content.decode()


def test_attendees_move_at_a_provider_who_approves_awaits_it_again(kind: Kind) -> None:
    booking = kind.book(span(10, 11), provider=kind.provider(needs_approval=True))
    visit = Visit.of_person(kind, booking.attendee)

    answer = move(visit, booking, provider=None)

    assert stored(booking).status == Status.PENDING
    assert "It awaits approval again." in text_of(visit.get(answer.headers["Location"]))


def test_attendee_is_held_to_the_rules(kind: Kind) -> None:
    booking = kind.book(span(10, 11))
    visit = Visit.of_person(kind, booking.attendee)

    answer = move(visit, booking, provider=None, day="2020-01-06")

    assert (answer.status_code, "This time is in the past." in text_of(answer)) == (422, True)


def test_desk_moves_it_over_another_on_purpose_and_back(desk: Visit) -> None:
    booking = desk.kind.book(span(10, 11))
    desk.kind.book(span(14, 15), provider=booking.provider)
    end = {} if desk.kind is SESSIONS else {"end": "17:00"}

    without_reason = move(desk, booking, override_overlap="on")
    move(desk, booking, override_overlap="on", override_reason="Emergency")
    over = stored(booking)
    move(desk, over, start="16:00", **end)

    assert without_reason.status_code == 422
    assert (over.is_overbooked, over.span, over.override_reason) == (True, span(14, 15), "Emergency")
    assert (stored(booking).is_overbooked, stored(booking).span) == (False, span(16, 17))


def test_stranger_finds_nothing(kind: Kind) -> None:
    booking = kind.book(span(10, 11))

    visits = Visit.by(kind), Visit.of_person(kind, kind.attendee())

    assert [visit.get(path_of(kind, booking)).status_code for visit in visits] == [404, 404]
    assert [move(visit, booking).status_code for visit in visits] == [404, 404]


@pytest.mark.django_db(transaction=True)
def test_loser_of_a_race_sees_the_form_again(desk: Visit) -> None:
    booking = desk.kind.book(span(10, 11))
    rival = desk.kind.attendee()
    post, path = typed(desk, booking), path_of(desk.kind, booking)

    with in_thread(lambda: desk.kind.book(span(14, 15), provider=booking.provider, attendee=rival)) as blocker:
        answer = blocker.meanwhile(lambda: desk.post(post, path))

    assert (answer.status_code, value_of(answer, "start")) == (409, "14:00")
    assert stored(booking).span == span(10, 11)


def test_overbooked_is_no_default(desk: Visit) -> None:
    booking = desk.kind.book(span(10, 11), override=Override(overlap=True, reason="Emergency"))

    page = desk.get(path_of(desk.kind, booking)).content.decode()

    assert "checked" not in page


def test_move_by_the_page_is_recorded_as_the_pages(kind: Kind) -> None:
    attendee = kind.attendee(user=UserFactory.create())
    booking = kind.book(span(10, 11), attendee=attendee, by=Actor(attendee.user, via="api"), now=at(9, day=1))
    visit = Visit.by(kind, attendee.user)

    move(visit, booking, provider=None)

    page = text_of(visit.get(f"/booking/{kind.plural}/{booking.pk}"))
    noun = kind.attendee_model._meta.verbose_name
    assert f"to Mon 7 Jan 2030, 14:00 to 15:00 (UTC) By the {noun}, on the site" in page
    assert f"By the {noun}, over the API" in page
