"""The booking page: who sees what, and what becomes of a form."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from booking_site.tests.kinds import SESSIONS, Kind, at, span
from booking_site.tests.pages import DAY, Visit, selected_in, suggestions_in, text_of, value_of
from bookings.booking import Override
from bookings.models.hours import WorkingHours
from bookings.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(kind: Kind) -> Visit:
    return Visit.by(kind, UserFactory.create(is_staff=True))


# Who sees what


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

    assert f'href="/sign-in?next=%2Fbooking%3Fkind%3D{kind.model._meta.model_name}"' in page.content.decode()
    assert booking.attendee.name not in text_of(page)
    assert 'id="list"' not in page.content.decode()


def test_visitor_of_demo_mode_is_the_desk_and_warned(kind: Kind, settings: Settings) -> None:
    settings.DEBUG = settings.DEMO_MODE = True

    page = Visit.by(kind).get()

    assert "Demo mode." in text_of(page)
    assert 'name="attendee"' in page.content.decode()


def test_provider_sees_own_agenda_and_no_form(kind: Kind) -> None:
    own, other = kind.book(span(10, 11)), kind.book(span(10, 11))

    page = Visit.of_person(kind, own.provider).get()

    assert own.attendee.name in text_of(page)
    assert other.attendee.name not in text_of(page)
    assert "You are signed in as a" in text_of(page)
    assert 'id="booking-form"' not in page.content.decode()


def test_login_without_person_is_told_so(kind: Kind) -> None:
    assert "Your login belongs to no" in text_of(Visit.by(kind, UserFactory.create()).get())


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
    with django_assert_num_queries(7):  # session, user, zone as attendee and provider, providers, attendees, bookings
        desk.get()
    for hour in (12, 14):
        desk.kind.book(span(hour, hour + 1))
    with django_assert_num_queries(7):
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


@pytest.mark.parametrize("cursor", ["", "x", "1.2.3", "9" * 40, "1.99999999999999999999", "\u0663.\u0661"])
def test_wrong_cursor_is_the_first_page(desk: Visit, cursor: str) -> None:
    desk.kind.book(span(10, 11))

    assert len(desk.get(f"{desk.path}&older={cursor}").context["rows"]) == 1


# What becomes of a form


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


# Looking before booking


def test_find_narrows_the_attendees_and_keeps_the_input(desk: Visit) -> None:
    zoe, adam = desk.kind.attendee(name="Zoe Zebra"), desk.kind.attendee(name="Adam Ant")
    provider = desk.kind.provider()

    page = desk.post(desk.typed(provider=provider, find="attendee", attendee_search="zebra", note="Kept"))

    offered = page.content.decode().partition('id="id_attendee"')[2].partition("</select>")[0]
    assert (page.status_code, desk.kind.model.objects.count()) == (200, 0)
    assert zoe.name in offered
    assert adam.name not in offered
    assert (selected_in(page, "provider"), value_of(page, "day")) == (str(provider.key), DAY)


def test_search_that_was_not_sent_is_done_before_anything_is_booked(desk: Visit) -> None:
    form = desk.typed(provider=desk.kind.provider(), attendee=desk.kind.attendee(), attendee_search="Zoe")

    page = desk.post(form)

    assert (page.status_code, desk.kind.model.objects.count()) == (200, 0)
    assert desk.post({**form, "searched": value_of(page, "searched")}).status_code == 303


def test_attendee_that_is_not_shown_can_be_booked(desk: Visit) -> None:
    hidden = desk.kind.attendee(name="Zzz")
    for number in range(51):
        desk.kind.attendee(name=f"Aaa {number}")

    assert hidden.name not in text_of(desk.get())
    assert desk.post(desk.typed(provider=desk.kind.provider(), attendee=hidden)).status_code == 303


def test_choosing_a_provider_shows_its_hours_and_zone(desk: Visit) -> None:
    desk.kind.provider(name="A", time_zone="UTC")
    provider = desk.kind.provider(name="B", time_zone="Asia/Jakarta")
    for day in range(5):
        provider.working_hours.create(weekday=day, starts_at="09:00", minutes=480)

    posted = desk.post(desk.typed(provider=provider, refresh="provider"))
    linked = desk.get(f"{desk.path}&provider={provider.key}")

    for page in (posted, linked):
        assert "Mon\N{EN DASH}Fri 09:00\N{EN DASH}17:00 (Asia/Jakarta)" in text_of(page)
        assert selected_in(page, "time_zone") == "Asia/Jakarta"


def test_provider_without_hours_is_open_at_all_times(desk: Visit) -> None:
    desk.kind.provider()  # the only one, and therefore chosen

    assert "Open at all times (UTC)" in text_of(desk.get())


def test_inactive_provider_is_neither_offered_nor_booked(desk: Visit) -> None:
    retired = desk.kind.provider(is_active=False)

    answer = desk.post(desk.typed(provider=retired, attendee=desk.kind.attendee()))

    assert answer.context["form"].errors == {"provider": ["Choose one of the list."]}
    assert retired.name not in text_of(answer)


# HTMX


def test_htmx_gets_the_part_that_the_page_includes(desk: Visit) -> None:
    page, part = desk.get(), desk.get(HX_Request="true")

    assert part.content.decode().strip().startswith('<div id="booking">')
    assert "<html" in page.content.decode()
    assert {"HX-Request", "Cookie"} <= {name.strip() for name in page.headers["Vary"].split(",")}


def test_htmx_gets_conflicts_in_the_same_part(desk: Visit) -> None:
    taken = desk.kind.book(span(10, 11))

    answer = desk.post(desk.typed(provider=taken.provider, attendee=desk.kind.attendee()), HX_Request="true")

    assert answer.status_code == 409
    assert answer.content.decode().strip().startswith('<div id="booking">')
    assert text_of(answer).count("Booked") == 1


def test_pages_are_kept_by_no_cache(desk: Visit) -> None:
    assert "no-store" in desk.get().headers["Cache-Control"]


def test_pages_have_no_inline_script_or_style(desk: Visit) -> None:
    booking = desk.kind.book(span(10, 11))
    own = f"/booking/{desk.kind.plural}/{booking.pk}"

    for path in (desk.path, own, f"{own}/cancel", "/sign-in", "/nothing"):
        page = desk.get(path).content.decode()
        assert "<style" not in page
        assert "style=" not in page
        assert "<script>" not in page
        assert "onclick" not in page


def test_no_link_carries_personal_data(desk: Visit) -> None:
    attendee = desk.kind.attendee(name="Secretive", email="secretive@example.org")
    desk.kind.book(span(10, 11), attendee=attendee)

    links = [part.partition('"')[0] for part in desk.get().content.decode().split('href="')[1:]]

    assert [link for link in links if "ecretive" in link] == []


def test_kind_decides_how_the_end_is_asked(desk: Visit) -> None:
    page = desk.get().content.decode()

    assert ('name="duration"' in page, 'name="end"' in page) == (desk.kind is SESSIONS, desk.kind is not SESSIONS)


def test_readers_zone_that_does_not_exist_is_the_sites(kind: Kind) -> None:
    attendee = kind.attendee()
    visit = Visit.of_person(kind, attendee)
    type(attendee).objects.update(time_zone="Mars/Base")

    assert "times in UTC" in text_of(visit.get())


def test_list_begins_with_the_latest(desk: Visit) -> None:
    for hour in (8, 12, 10):
        desk.kind.book(span(hour, hour + 1))

    assert [row.booking.start_at for row in desk.get().context["rows"]] == [at(12), at(10), at(8)]
