"""Whose record a login books for: made at the first booking, linked when there is no doubt, else by the desk."""

import threading
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from bookings.access.actor import Actor
from bookings.actions.book_for_self import attendee_for, book_for_self
from bookings.core.errors import Conflict, Forbidden
from tests.support.api import Api, payload
from tests.support.factories import UserFactory
from tests.support.kinds import Kind, span
from tests.support.pages import Visit, text_of

EMAIL = "ann@example.org"


@pytest.fixture
def user(db: None) -> User:
    """Somebody who has signed in by a code, and is nobody's patient or client yet."""
    return UserFactory.create(email=EMAIL, verified_email=EMAIL)


def own(kind: Kind, user: User) -> list[Any]:
    """The records of this login."""
    return list(kind.attendee_model._default_manager.filter(user=user))


def test_first_booking_makes_the_record(kind: Kind, user: User) -> None:
    booking = book_for_self(kind.build(span(10, 11), attendee=None), by=Actor(user), name=" Ann Other ")

    (record,) = own(kind, user)
    assert booking.attendee == record
    assert (record.name, record.email) == ("Ann Other", EMAIL)


def test_second_booking_uses_it(kind: Kind, user: User) -> None:
    actor = Actor(user)
    for hour in (10, 12):
        book_for_self(kind.build(span(hour, hour + 1), attendee=None), by=actor, name="Ann")

    assert len(own(kind, user)) == 1
    assert kind.model.objects.count() == 2


@pytest.mark.parametrize("email", [EMAIL, "Ann@Example.ORG"])
def test_only_record_with_the_address_is_linked(kind: Kind, user: User, email: str) -> None:
    record = kind.attendee(name="As the desk wrote it", email=email)
    kind.attendee(email="other@example.org")

    assert attendee_for(Actor(user), kind.attendee_model, name="Ann") == record.key

    record.refresh_from_db()
    assert (record.user, record.name) == (user, "As the desk wrote it")


def test_linked_record_of_somebody_else_is_left_alone(kind: Kind, user: User) -> None:
    other = kind.attendee(email=EMAIL, user=UserFactory.create())

    key = attendee_for(Actor(user), kind.attendee_model)

    assert key != other.key


def test_several_records_with_the_address_are_the_desks_to_sort_out(kind: Kind, user: User) -> None:
    for _number in range(2):
        kind.attendee(email=EMAIL)

    with pytest.raises(Forbidden, match="ask the practice"):
        attendee_for(Actor(user), kind.attendee_model)
    assert own(kind, user) == []


def test_unconfirmed_address_links_nothing(kind: Kind, db: None) -> None:
    user = UserFactory.create(email=EMAIL, verified_email="old@example.org")
    kind.attendee(email=EMAIL)

    with pytest.raises(Forbidden, match="ask the practice"):
        attendee_for(Actor(user), kind.attendee_model)


def test_changing_an_address_moves_no_link(kind: Kind, user: User) -> None:
    thief = UserFactory.create(email="thief@example.org", verified_email="thief@example.org")
    record = kind.attendee(user=user, email=EMAIL)
    record.email = thief.email
    record.save()

    key = attendee_for(Actor(thief), kind.attendee_model)

    record.refresh_from_db()
    assert (record.user, key != record.key) == (user, True)


@pytest.mark.parametrize("role", ["provider", "staff", "nobody"])
def test_who_books_for_nobody_gets_no_record(kind: Kind, user: User, role: str) -> None:
    if role == "provider":
        kind.provider(user=user)
    user.is_staff = role == "staff"

    with pytest.raises(Forbidden):
        attendee_for(Actor(None if role == "nobody" else user), kind.attendee_model)
    assert own(kind, user) == []


def test_failed_first_booking_leaves_no_record(kind: Kind, user: User) -> None:
    taken = kind.book(span(10, 11))
    actor = Actor(user)
    booking = kind.build(span(10, 11), provider=taken.provider, attendee=None)

    with pytest.raises(Conflict):
        book_for_self(booking, by=actor, name="Ann")

    assert (own(kind, user), booking.attendee_id, actor.key_in(kind.attendee_model)) == ([], None, None)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("has_record", [False, True])
def test_two_first_bookings_at_once_make_one_record(kind: Kind, has_record: bool) -> None:  # noqa: FBT001
    user = UserFactory.create(email=EMAIL, verified_email=EMAIL)
    if has_record:
        kind.attendee(email=EMAIL)
    bookings = [kind.build(span(hour, hour + 1), attendee=None) for hour in range(8, 16)]
    for booking in bookings:
        booking.provider.save()
    start = threading.Barrier(len(bookings))
    failed: list[Exception] = []

    def first(number: int) -> None:
        start.wait()
        try:
            book_for_self(bookings[number], by=Actor(user), name="Ann")
        except Exception as error:  # noqa: BLE001  told below
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=first, args=(number,)) for number in range(len(bookings))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert (len(own(kind, user)), kind.model.objects.count()) == (1, len(bookings))


# By page and API


def test_page_asks_a_newcomer_for_a_name(kind: Kind, user: User) -> None:
    provider = kind.provider()
    visit = Visit.by(kind, user)

    nameless = visit.post(visit.typed(provider=provider))
    answer = visit.post(visit.typed(provider=provider, name="Ann Other"))

    assert "Your name: This field is required." in text_of(nameless)
    assert answer.status_code == 303
    page = text_of(visit.get())
    assert "For Ann Other" in page
    assert "Your name" not in page


def test_page_keeps_the_name_when_the_time_is_taken(kind: Kind, user: User) -> None:
    taken = kind.book(span(10, 11))
    visit = Visit.by(kind, user)

    answer = visit.post(visit.typed(provider=taken.provider, name="Ann Other"))

    assert answer.status_code == 409
    assert 'value="Ann Other"' in answer.content.decode()
    assert own(kind, user) == []


def test_repeated_first_post_books_once(kind: Kind, user: User) -> None:
    provider = kind.provider()
    visit = Visit.by(kind, user)
    values = visit.typed(provider=provider, name="Ann")

    answers = [visit.post(values), visit.post(values)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert kind.model.objects.count() == 1


def test_api_makes_the_record_of_a_newcomer(kind: Kind, user: User) -> None:
    body = payload(kind, kind.provider(), kind.attendee(), **{kind.model.request_names["attendee"]: None})

    answer = Api(user).post(kind.plural, body)

    (record,) = own(kind, user)
    assert answer.status == 201
    assert answer.body[kind.envelope][kind.model.request_names["attendee"]] == record.key


def test_api_refuses_a_newcomer_somebody_elses_id(kind: Kind, user: User) -> None:
    answer = Api(user).post(kind.plural, payload(kind, kind.provider(), kind.attendee()))

    assert (answer.status, own(kind, user)) == (403, [])
