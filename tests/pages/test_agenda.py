"""What comes before the list: what waits for approval, and a provider's own day, with their buttons."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from bookings.access.actor import SYSTEM, Actor
from bookings.actions import Override, cancel, check_in
from bookings.models import Booking
from tests.support.factories import UserFactory
from tests.support.kinds import Kind, at, span
from tests.support.pages import Answer, Visit, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday_morning")]


def ask(kind: Kind, hour: int, provider: Any = None) -> Booking:
    """A booking that waits for the provider's approval."""
    attendee = kind.attendee(user=UserFactory.create())
    provider = provider or kind.provider(needs_approval=True)
    return kind.book(span(hour, hour + 1), provider=provider, attendee=attendee, by=Actor(attendee.user))


def agenda(page: Answer) -> dict[str, list[int]]:
    """The bookings of each list, by its name; `others` for the long one."""
    lists = {each.name: [row.booking.pk for row in each.rows] for each in page.context["agendas"]}
    return lists | {"others": [row.booking.pk for row in page.context["rows"]]}


def test_provider_has_today_first_in_the_order_of_the_day(kind: Kind) -> None:
    provider = kind.provider()
    second, first = (kind.book(span(hour, hour + 1), provider=provider) for hour in (11, 9))
    tomorrow, yesterday = (kind.book(span(9, 10, day=day), provider=provider) for day in (8, 6))
    cancelled = cancel(kind.book(span(14, 15), provider=provider), by=SYSTEM)
    kind.book(span(9, 10))

    page = Visit.of_person(kind, provider).get()

    assert agenda(page) == {"today": [first.pk, second.pk], "others": [tomorrow.pk, cancelled.pk, yesterday.pk]}
    assert page.content.decode().index('id="list"') < page.content.decode().index('id="form-title"')


def test_today_is_the_providers_own_day(kind: Kind) -> None:
    provider = kind.provider(time_zone="Pacific/Auckland")  # where it is half past nine in the evening
    today, tomorrow = kind.book(span(9, 10), provider=provider), kind.book(span(11, 12), provider=provider)

    assert agenda(Visit.of_person(kind, provider).get()) == {"today": [today.pk], "others": [tomorrow.pk]}


def test_provider_checks_in_and_completes_from_the_agenda(kind: Kind) -> None:
    booking = kind.book(span(9, 10))
    visit = Visit.of_person(kind, booking.provider)
    path = f"/booking/{kind.plural}/{booking.pk}"

    page = visit.get().content.decode()
    first = visit.post({"revision": 1, "back": "list"}, f"{path}/check-in")
    asked = visit.get(f"{path}/complete?back=list")
    second = visit.post({"revision": 2, "back": "list"}, f"{path}/complete")

    assert f'action="{path}/check-in"' in page
    assert (f'href="{path}/complete?back=list"' in page, f'href="{path}/no-show?back=list"' in page) == (True, True)
    assert 'name="back" value="list"' in asked.content.decode()
    assert [answer.headers["Location"] for answer in (first, second)] == [visit.path] * 2
    assert "Completed: Mon 7 Jan 2030, 09:00 to 10:00 (UTC)." in text_of(visit.get())


def test_back_leads_nowhere_else(kind: Kind) -> None:
    booking = kind.book(span(9, 10))
    path = f"/booking/{kind.plural}/{booking.pk}"

    answer = Visit.of_person(kind, booking.provider).post(
        {"revision": 1, "back": "https://evil.example"}, f"{path}/check-in"
    )

    assert answer.headers["Location"] == path


def test_pending_comes_first_for_desk_and_provider(kind: Kind, desk: Visit) -> None:
    late, soon = ask(kind, 15), ask(kind, 11)
    booked = kind.book(span(12, 13), provider=soon.provider)

    assert agenda(desk.get()) == {"waiting": [soon.pk, late.pk], "others": [booked.pk]}
    own = Visit.of_person(kind, soon.provider).get()
    assert agenda(own) == {"waiting": [soon.pk], "today": [booked.pk], "others": []}
    assert f'action="/booking/{kind.plural}/{soon.pk}/approve"' in own.content.decode()
    assert f'href="/booking/{kind.plural}/{soon.pk}/cancel?back=list"' in own.content.decode()


def test_pending_is_no_agenda_of_its_attendees(kind: Kind) -> None:
    booking = ask(kind, 11)

    page = Visit.by(kind, booking.attendee.user).get()

    assert agenda(page) == {"others": [booking.pk]}
    assert "Awaits approval" in text_of(page)


def test_expired_waits_no_more_and_is_shown_as_cancelled(kind: Kind, desk: Visit, time_machine: Any) -> None:
    booking = ask(kind, 11)
    time_machine.move_to(at(11))

    page = desk.get()

    assert agenda(page) == {"others": [booking.pk]}
    assert ("Cancelled" in text_of(page), "Awaits approval" in text_of(page)) == (True, False)


def test_what_waits_is_cut_and_says_so(desk: Visit) -> None:
    for hour in range(22):
        attendee = desk.kind.attendee(user=UserFactory.create())
        provider = desk.kind.provider(needs_approval=True)
        desk.kind.book(span(hour, hour + 1, day=8), provider=provider, attendee=attendee, by=Actor(attendee.user))

    page = desk.get()

    assert [len(rows) for rows in agenda(page).values()] == [20, 2]
    assert "The next 20 of them" in text_of(page)


def test_older_pages_have_no_agenda_and_lose_nothing(kind: Kind) -> None:
    provider = kind.provider()
    today = kind.book(span(9, 10), provider=provider)
    for day in range(8, 29):
        kind.book(span(10, 11, day=day), provider=provider)
    visit = Visit.of_person(kind, provider)

    first = visit.get()
    older = visit.get(first.context["older_url"])

    assert agenda(first)["today"] == [today.pk]
    assert (list(agenda(older)), today.pk in agenda(older)["others"]) == (["others"], True)


def test_overbooked_is_named_in_every_list(kind: Kind, desk: Visit) -> None:
    other = kind.book(span(9, 10))
    kind.book(span(9, 10), provider=other.provider, override=Override(overlap=True, reason="Emergency"))

    pages = desk.get(), Visit.of_person(kind, other.provider).get()

    assert [text_of(page).count("Overbooked") for page in pages] == [1, 1]


@pytest.mark.parametrize("role", ["desk", "provider"])
def test_agenda_needs_as_many_queries_for_three_as_for_one(
    kind: Kind, role: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    provider = kind.provider(needs_approval=True)
    visit = Visit.by(kind, UserFactory.create(is_staff=True)) if role == "desk" else Visit.of_person(kind, provider)
    expected = {"desk": 15, "provider": 11}[role]  # the desk: free times, too
    kind.provider()

    def add(hour: int) -> None:
        ask(kind, hour, provider)
        check_in(kind.book(span(hour + 1, hour + 2), provider=provider), by=SYSTEM)

    add(9)
    with django_assert_num_queries(expected):
        visit.get()
    add(11)
    add(13)
    with django_assert_num_queries(expected):
        visit.get()
