"""What becomes of the form that books."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from bookings.models.hours import WorkingHours
from tests.support.factories import UserFactory
from tests.support.kinds import Kind, span
from tests.support.pages import DAY, Visit, suggestions_in, text_of, value_of

pytestmark = pytest.mark.django_db


def test_desk_books_and_is_sent_on(desk: Visit) -> None:
    provider, attendee = desk.kind.provider(time_zone="Asia/Jakarta"), desk.kind.attendee()

    sent = desk.post(
        desk.typed(provider=provider, attendee=attendee, start="17:00", end="18:00", time_zone="Asia/Jakarta")
    )

    booking = desk.kind.model.objects.get()
    assert (sent.status_code, sent.headers["Location"]) == (303, desk.path)
    assert (booking.span, booking.provider, booking.attendee) == (span(10, 11), provider, attendee)
    assert f"Booked: Mon 7 Jan 2030, 17:00 to 18:00 (Asia/Jakarta) with {provider}." in text_of(desk.get())


def test_attendee_books_for_itself_whatever_the_form_says(kind: Kind) -> None:
    attendee, stranger = kind.attendee(), kind.attendee()
    visit = Visit.of_person(kind, attendee)

    visit.post(visit.typed(provider=kind.provider(), attendee=stranger, override_overlap="on", override_reason="Me"))

    booking = kind.model.objects.get()
    assert (booking.attendee, booking.is_overbooked) == (attendee, False)


def test_double_click_books_once_and_answers_alike(desk: Visit) -> None:
    form = desk.typed(provider=desk.kind.provider(), attendee=desk.kind.attendee())

    answers = [desk.post(form).status_code for _ in range(2)]

    assert (answers, desk.kind.model.objects.count()) == ([303, 303], 1)


def test_same_form_for_another_time_is_no_double_click(desk: Visit) -> None:
    form = desk.typed(provider=desk.kind.provider(), attendee=desk.kind.attendee())
    desk.post(form)

    answer = desk.post({**form, "day": "2030-01-08"})

    assert (answer.status_code, desk.kind.model.objects.count()) == (409, 1)
    assert value_of(answer, "uid") != form["uid"]


def test_somebody_elses_uid_shows_nothing_of_theirs(kind: Kind) -> None:
    booking = kind.book(span(10, 11))
    visit = Visit.of_person(kind, kind.attendee())

    answer = visit.post(visit.typed(provider=booking.provider, uid=booking.uid))

    assert answer.status_code == 409
    assert booking.attendee.name not in text_of(answer)


def test_conflict_is_told_at_its_fields_with_the_input_kept(desk: Visit) -> None:
    taken = desk.kind.book(span(10, 11))

    answer = desk.post(desk.typed(provider=taken.provider, attendee=desk.kind.attendee(), note="Bring the letter"))

    assert answer.status_code == 409
    assert answer.context["form"].errors == {"provider": ["Not free: taken Mon 7 Jan 2030, 10:00 to 11:00 (UTC)."]}
    assert "Book Mon 7 Jan 2030, 11:00 to 12:00 (UTC)" in text_of(answer)
    assert "Bring the letter" in text_of(answer)
    assert (value_of(answer, "day"), value_of(answer, "start")) == (DAY, "10:00")


def test_suggestion_books_the_time_on_its_button(desk: Visit) -> None:
    taken = desk.kind.book(span(10, 11))
    form = desk.typed(provider=taken.provider, attendee=desk.kind.attendee())
    suggestion = suggestions_in(desk.post(form))[1]

    answer = desk.post({**form, "suggestion": suggestion})

    assert answer.status_code == 303
    assert desk.kind.model.objects.latest("pk").span == span(12, 13)


def test_suggestion_that_was_taken_meanwhile_is_a_conflict_at_that_time(desk: Visit) -> None:
    taken = desk.kind.book(span(10, 11))
    form = desk.typed(provider=taken.provider, attendee=desk.kind.attendee())
    suggestion = suggestions_in(desk.post(form))[0]
    desk.kind.book(span(11, 12), provider=taken.provider)

    answer = desk.post({**form, "suggestion": suggestion})

    assert (answer.status_code, value_of(answer, "start")) == (409, "11:00")


def test_outside_hours_is_told_at_the_start(desk: Visit) -> None:
    provider = desk.kind.provider()
    provider.working_hours.create(weekday=WorkingHours.Weekday.MONDAY, starts_at="12:00", minutes=60)

    answer = desk.post(desk.typed(provider=provider, attendee=desk.kind.attendee()))

    assert answer.status_code == 422
    assert answer.context["form"].errors == {"start": ["Outside the working hours (UTC)."]}
    assert "Mon 12:00\N{EN DASH}13:00 (UTC)" in text_of(answer)


def test_desk_sets_the_hours_aside_with_a_reason(desk: Visit) -> None:
    provider = desk.kind.provider()
    provider.working_hours.create(weekday=WorkingHours.Weekday.MONDAY, starts_at="12:00", minutes=60)
    form = desk.typed(provider=provider, attendee=desk.kind.attendee(), override_hours="on")

    refused, booked = desk.post(form), desk.post({**form, "override_reason": "Asked by phone"})

    assert refused.context["form"].errors == {"override_reason": ["Give a reason for the exception."]}
    assert "<details open>" in refused.content.decode()
    assert booked.status_code == 303


@pytest.mark.parametrize(
    "changes",
    [
        {"provider": ""},
        {"provider": "0"},
        {"provider": "9" * 30},
        {"provider": "\x00"},
        {"attendee": ""},
        {"attendee": "nobody"},
        {"attendee": "\x00"},
        {"day": "0001-01-01"},
        {"start": "25:61"},
        {"note": "x" * 2001},
        {"uid": "x"},
        {"time_zone": "Mars/Base"},
        {"override_reason": "x" * 501},
    ],
)
def test_nonsense_is_an_error_at_its_field(desk: Visit, changes: dict[str, str]) -> None:
    form = desk.typed(provider=desk.kind.provider(), attendee=desk.kind.attendee())

    answer = desk.post({**form, **changes})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, list(changes))


def test_skipped_time_is_an_error_and_repeated_one_a_question(desk: Visit) -> None:
    form = desk.typed(
        provider=desk.kind.provider(),
        attendee=desk.kind.attendee(),
        time_zone="Europe/Berlin",
        start="02:30",
        end="04:00",
    )

    skipped = desk.post({**form, "day": "2030-03-31"})
    asked = desk.post({**form, "day": "2030-10-27"})
    booked = desk.post({**form, "day": "2030-10-27", "start_fold": "1"})

    assert "02:30 does not exist on this day" in text_of(skipped)
    assert "02:30 (UTC+02:00) 02:30 (UTC+01:00)" in text_of(asked)
    assert (booked.status_code, desk.kind.model.objects.get().start_at.hour) == (303, 1)


def test_visitor_may_not_book(kind: Kind) -> None:
    visit = Visit.by(kind)

    answer = visit.post(visit.typed(provider=kind.provider(), attendee=kind.attendee()))

    assert (answer.status_code, kind.model.objects.count()) == (403, 0)


def test_attendee_may_not_book_the_past(kind: Kind) -> None:
    visit = Visit.of_person(kind, kind.attendee())

    answer = visit.post(visit.typed(provider=kind.provider(), day="2020-01-07"))

    assert answer.context["form"].errors == {"start": ["This time is in the past."]}


def test_form_without_csrf_token_is_refused(desk: Visit) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(UserFactory.create(is_staff=True))

    answer = strict.post("/booking", desk.typed())

    assert answer.status_code == 403
    assert "Please load the page again" in text_of(answer)


@contextmanager
def failing(beginning: str) -> Iterator[None]:
    """The database does not answer statements that begin so."""

    def run(execute: Any, sql: str, *arguments: Any) -> Any:
        if sql.startswith(beginning):
            raise OperationalError("the connection is lost")
        return execute(sql, *arguments)

    with connection.execute_wrapper(run):
        yield


def test_busy_database_leaves_the_form_as_it_was(desk: Visit) -> None:
    form = desk.typed(provider=desk.kind.provider(), attendee=desk.kind.attendee(), note="Bring the letter")

    with failing("INSERT"):
        answer = desk.post(form)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert (value_of(answer, "uid"), value_of(answer, "day")) == (form["uid"], DAY)
    assert "Bring the letter" in text_of(answer)


def test_database_away_offers_the_same_form_again(desk: Visit) -> None:
    form = desk.typed(provider=desk.kind.provider(), attendee=desk.kind.attendee(), note="Bring the letter")

    with failing(""):
        answer = desk.post(form)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert {name: value_of(answer, name) for name in form} == {name: str(value) for name, value in form.items()}


@pytest.mark.parametrize("side", ["provider", "attendee"])
def test_page_opens_at_the_kind_of_ones_own_record(kind: Kind, client: Client, side: str) -> None:
    person = getattr(kind, side)(user=UserFactory.create())
    client.force_login(person.user)

    assert client.get("/booking").context["kind_names"].name == kind.envelope
