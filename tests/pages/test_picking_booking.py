"""Booking a picked time on the booking page: what it does, and what is said when it cannot be had."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from bookings.core.interval import Interval
from bookings.web.slot_value import write_choice
from tests.support.factories import UserFactory
from tests.support.kinds import Kind, at
from tests.support.pages import Visit, text_of, times_in
from tests.support.picking import MONDAY, book_picked, open_on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sunday_noon")]


def test_picked_time_is_booked_with_its_provider_and_service(attendee: Visit) -> None:
    kind = attendee.kind
    provider, _other = open_on(kind, 0), open_on(kind, 0)
    service = kind.service(provider)
    slot = write_choice(provider.key, Interval(at(9), at(9, 30)))

    answer = book_picked(attendee, slot, provider="", service=service.pk, note="Bring the letter")

    booking: Any = kind.model.objects.get()
    assert answer.status_code == 303
    assert (booking.span, booking.provider, booking.service) == (Interval(at(9), at(9, 30)), provider, service)
    assert booking.note == "Bring the letter"
    shown = text_of(attendee.get())
    assert "Booked: Mon 7 Jan 2030, 09:00 to 09:30 (UTC)" in shown
    assert f"09:00\N{EN DASH}09:30 {provider.name} {service.name}" in shown
    assert f"Service {service.name}" in text_of(attendee.get(f"/booking/{kind.plural}/{booking.pk}"))


def test_every_time_on_offer_can_be_booked(attendee: Visit) -> None:
    open_on(attendee.kind, 0, minutes=120)

    answers = [
        attendee.post({"kind": attendee.name, "uid": f"3f0c1c6e-52cb-4bd7-9e6b-6d3e63a0b00{n}", "slot": value})
        for n, (_label, value) in enumerate(times_in(attendee.get()))
    ]

    assert [answer.status_code for answer in answers] == [303] * 4


def test_time_that_was_taken_meanwhile_is_told_with_the_rest_kept(attendee: Visit) -> None:
    kind = attendee.kind
    provider = open_on(kind, 0)
    slot = write_choice(provider.key, Interval(at(9), at(9, 30)))
    kind.book(Interval(at(9), at(9, 30)), provider=provider)

    answer = book_picked(attendee, slot, note="Bring the letter", shown_day=MONDAY)
    again = book_picked(attendee, slot, suggestion=answer.context["suggestions"][0][0])

    assert answer.status_code == 409
    assert answer.context["form"].errors == {"slot": ["Not free: taken Mon 7 Jan 2030, 09:00 to 09:30 (UTC)."]}
    assert "Bring the letter" in text_of(answer)
    assert times_in(answer)[0][0] == "09:30"
    assert "Book Mon 7 Jan 2030, 09:30 to 10:00 (UTC)" in text_of(answer)
    assert (again.status_code, kind.model.objects.latest("pk").start_at) == (303, at(9, 30))


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (at(9, 10), "No slot begins at this time."),
        (at(20), "Outside the working hours (UTC)."),
        (at(9, day=1), "This time is in the past."),
    ],
)
def test_time_that_is_not_on_offer_is_refused_with_the_next_free_ones(attendee: Visit, start: Any, said: str) -> None:
    provider = open_on(attendee.kind, 0)

    answer = book_picked(attendee, write_choice(provider.key, Interval(start, start + timedelta(minutes=30))))

    assert (answer.status_code, attendee.kind.model.objects.count()) == (422, 0)
    assert said in answer.context["form"].errors["slot"][0]
    assert len(answer.context["suggestions"]) == 3


@pytest.mark.parametrize(
    "slot",
    [
        "x",
        "9999999/2030-01-07T09:00:00Z/2030-01-07T09:30:00Z",
        "\x00/2030-01-07T09:00:00Z/2030-01-07T09:30:00Z",
        "/2030-01-07T09:00:00Z/2030-01-07T09:30:00Z",
        "1/2030-01-07T09:00:00Z",
        "x" * 300,
    ],
)
def test_wrong_value_is_a_clear_error(attendee: Visit, slot: str) -> None:
    open_on(attendee.kind, 0)
    open_on(attendee.kind, 0)

    answer = book_picked(attendee, slot)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["slot"]
    assert ("This is no time on offer." in text_of(answer)) == ("\x00" not in slot)


def test_nothing_picked_is_said_at_the_times(attendee: Visit) -> None:
    open_on(attendee.kind, 0)

    answer = book_picked(attendee, "", note="Bring the letter")

    assert (answer.status_code, answer.context["form"].errors) == (422, {"slot": ["Choose a free time."]})
    assert 'href="#id_slot"' in answer.content.decode()
    assert "Bring the letter" in text_of(answer)


def test_service_that_the_provider_does_not_offer_is_told(attendee: Visit) -> None:
    kind = attendee.kind
    provider, other = open_on(kind, 0, name="Ada"), open_on(kind, 0)
    service = kind.service(other)

    answer = book_picked(attendee, write_choice(provider.key, Interval(at(9), at(9, 30))), service=service.pk)

    assert answer.status_code == 422
    assert "Ada does not offer this." in answer.context["form"].errors["slot"][0]


def test_time_of_another_provider_than_the_chosen_one_is_not_booked(attendee: Visit) -> None:
    kind = attendee.kind
    ada, ben = open_on(kind, 0, name="Ada"), open_on(kind, 0, name="Ben")

    answer = book_picked(attendee, write_choice(ada.key, Interval(at(9), at(9, 30))), provider=ben.key)

    assert (answer.status_code, kind.model.objects.count()) == (422, 0)
    assert answer.context["form"].errors == {"slot": ["Choose a time of Ben."]}
    assert {value.partition("/")[0] for _label, value in times_in(answer)} == {str(ben.key)}


def test_time_of_another_length_than_the_services_is_not_booked(attendee: Visit) -> None:
    provider = open_on(attendee.kind, 0)
    service = attendee.kind.service(provider, duration_minutes=60)

    answer = book_picked(attendee, write_choice(provider.key, Interval(at(9), at(9, 30))), service=service.pk)

    assert (answer.status_code, attendee.kind.model.objects.count()) == (422, 0)
    assert answer.context["form"].errors == {"slot": ["Choose a time again: the length has changed."]}
    assert times_in(answer)[0][1] == write_choice(provider.key, Interval(at(9), at(10)))


def test_double_click_on_the_last_booking_allowed_books_once(attendee: Visit, settings: Settings) -> None:
    settings.OPEN_BOOKINGS_LIMIT = 1
    provider = open_on(attendee.kind, 0)
    slot = write_choice(provider.key, Interval(at(9), at(9, 30)))

    answers = [book_picked(attendee, slot).status_code for _ in range(2)]

    assert (answers, attendee.kind.model.objects.count()) == ([303, 303], 1)


def test_first_booking_asks_for_the_name_and_keeps_the_time(kind: Kind) -> None:
    provider = open_on(kind, 0)
    visit = Visit.by(kind, UserFactory.create())
    slot = write_choice(provider.key, Interval(at(9), at(9, 30)))

    refused, booked = book_picked(visit, slot), book_picked(visit, slot, name="Sam Stranger")

    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["name"])
    assert [time.start for part in refused.context["picker"].parts for time in part.times if time.is_picked] == [
        "09:00"
    ]
    assert (booked.status_code, kind.model.objects.get().attendee.name) == (303, "Sam Stranger")
