"""The booking page: who sees what, and the list."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from bookings.actions import Override
from tests.support.factories import UserFactory
from tests.support.kinds import KINDS, Kind, at, span
from tests.support.pages import Visit, text_of

pytestmark = pytest.mark.django_db


def test_root_leads_to_booking(client: Client) -> None:
    assert client.get("/").headers["Location"] == "/booking"


@pytest.mark.parametrize("path", ["/booking", "/booking/", "/booking?kind=session", "/sign-in", "/sign-in/"])
def test_page_is_served_with_and_without_slash(client: Client, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("query", ["kind=massage", "kind=../x"])
def test_unknown_kind_is_not_found(client: Client, query: str) -> None:
    assert client.get(f"/booking?{query}").status_code == 404


def test_visitor_is_asked_to_sign_in_and_sees_no_booking(kind: Kind) -> None:
    booking = kind.book(span(10, 11))

    page = Visit.by(kind).get()

    assert "Sign in to book this time" in text_of(page)
    assert booking.attendee.name not in text_of(page)
    assert 'id="list"' not in page.content.decode()


def test_visitor_of_demo_mode_is_the_desk_and_warned(kind: Kind, settings: Settings) -> None:
    settings.DEBUG = settings.DEMO_MODE = True
    kind.provider()

    page = Visit.by(kind).get()

    assert "Demo mode." in text_of(page)
    assert "Demo mode." in text_of(Visit.by(kind, UserFactory.create()).get())
    assert 'name="attendee"' in page.content.decode()


def test_provider_sees_own_agenda_and_no_form(kind: Kind) -> None:
    own, other = kind.book(span(10, 11)), kind.book(span(10, 11))

    page = Visit.of_person(kind, own.provider).get()

    assert own.attendee.name in text_of(page)
    assert other.attendee.name not in text_of(page)
    assert "You are signed in as a" in text_of(page)
    assert 'id="booking-form"' not in page.content.decode()


def test_provider_of_another_kind_is_told_to_be_linked(kind: Kind) -> None:
    other = next(other for other in KINDS if other is not kind)
    assert "Your login belongs to no" in text_of(Visit.of_person(kind, other.provider()).get())


def test_attendee_sees_own_bookings_and_no_field_for_others(kind: Kind) -> None:
    own, other = kind.book(span(10, 11)), kind.book(span(12, 13))

    page = Visit.of_person(kind, own.attendee).get()

    assert own.provider.name in text_of(page)
    assert page.content.decode().count('class="row ') == 1
    assert other.attendee.name not in text_of(page)
    assert f"For {own.attendee.name}" in text_of(page)
    assert 'name="attendee"' not in page.content.decode()


def test_desk_sees_everybody_with_status_as_text(desk: Visit) -> None:
    booking = desk.kind.book(span(10, 11))

    page = text_of(desk.get())

    assert f"10:00\N{EN DASH}11:00 {booking.attendee} with {booking.provider} Booked" in page


def test_overbooked_is_told_as_text(desk: Visit) -> None:
    first = desk.kind.book(span(10, 11))
    reason = Override(overlap=True, reason="An emergency")
    desk.kind.book(span(10, 11), provider=first.provider, override=reason)

    assert text_of(desk.get()).count("Overbooked") == 1


def test_empty_list_says_what_to_do(desk: Visit) -> None:
    desk.kind.provider()

    assert "Fill in the form and press" in text_of(desk.get())


def test_times_are_the_readers_with_the_providers_beside(kind: Kind) -> None:
    provider = kind.provider(time_zone="Asia/Jakarta")
    booking = kind.book(span(18, 19), provider=provider, attendee=kind.attendee(time_zone="Europe/Berlin"))

    page = text_of(Visit.of_person(kind, booking.attendee).get())

    assert "times in Europe/Berlin" in page
    assert "19:00\N{EN DASH}20:00" in page
    assert "Tue 8 Jan, 01:00\N{EN DASH}02:00 in Asia/Jakarta" in page


def test_list_needs_as_many_queries_for_three_as_for_one(
    desk: Visit, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    desk.kind.provider()  # a second one: an only one would be chosen, and its hours read
    desk.kind.book(span(10, 11))
    with django_assert_num_queries(14):  # session, user, zone and key, people, services, free times twice, the lists
        desk.get()
    for hour in (12, 14):
        desk.kind.book(span(hour, hour + 1))
    with django_assert_num_queries(14):
        desk.get()


def test_pages_of_the_list_hold_each_booking_once(desk: Visit, settings: Settings) -> None:
    provider = desk.kind.provider()
    for day in range(1, 29):
        desk.kind.book(span(10, 11, day=day), provider=provider)

    first = desk.get()
    second = desk.get(first.context["older_url"])
    back = desk.get(second.context["newer_url"])

    days = [[row.booking.start_at.day for row in page.context["rows"]] for page in (first, second, back)]
    assert days == [list(range(28, 8, -1)), list(range(8, 0, -1)), list(range(28, 8, -1))]
    assert (first.context["newer_url"], second.context["older_url"]) == ("", "")


def test_page_after_the_last_leads_back(desk: Visit) -> None:
    assert "Back to the first page" in text_of(desk.get(f"{desk.path}&older=0.1"))


@pytest.mark.parametrize(
    "cursor", ["", "x", "1.2.3", "9" * 40, "1.99999999999999999999", "-0.1", "1.01", "\u0663.\u0661"]
)
def test_wrong_cursor_is_the_first_page(desk: Visit, cursor: str) -> None:
    desk.kind.book(span(10, 11))

    assert len(desk.get(f"{desk.path}&older={cursor}").context["rows"]) == 1


def test_readers_zone_that_does_not_exist_is_the_sites(kind: Kind) -> None:
    attendee = kind.attendee()
    visit = Visit.of_person(kind, attendee)
    type(attendee).objects.update(time_zone="Mars/Base")

    assert "times in UTC" in text_of(visit.get())


def test_list_begins_with_the_latest(desk: Visit) -> None:
    for hour in (8, 12, 10):
        desk.kind.book(span(hour, hour + 1))

    assert [row.booking.start_at for row in desk.get().context["rows"]] == [at(12), at(10), at(8)]


def test_booking_over_midnight_names_the_day_of_its_end(desk: Visit) -> None:
    desk.kind.book((at(23), at(1, day=8)))

    assert "23:00 \N{EN DASH} Tue 8 Jan, 01:00" in text_of(desk.get())
