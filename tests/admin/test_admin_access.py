"""Who sees what in the admin, people in it, and what its lists cost."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from knox.models import get_token_model

from accounts.models import Token, User
from appointments.models import Appointment, AppointmentService, Doctor, Patient
from bookings.models.search import matching_people
from scheduling.models import Client as ClientModel
from scheduling.models import Coach, Session, SessionService
from tests.support.booking_admin import model_url, signed_in
from tests.support.factories import UserFactory
from tests.support.kinds import APPOINTMENTS, SESSIONS, Kind, at, span

pytestmark = pytest.mark.django_db

BOOKINGS, ATTENDEES, PROVIDERS = (Appointment, Session), (Patient, ClientModel), (Doctor, Coach)
SERVICES = (AppointmentService, SessionService)
DESK_MAY: dict[type[Model], tuple[int, ...]] = {
    **dict.fromkeys(BOOKINGS, (200, 200, 200)),
    **dict.fromkeys(ATTENDEES, (200, 200, 200)),
    **dict.fromkeys((*PROVIDERS, *SERVICES), (200, 403, 200)),
    User: (403, 403, 403),
    Token: (403, 403, 403),
}
"""Model -> the answers to its list, its add page and the page of one row."""
ADMIN_MAY: dict[type[Model], tuple[int, ...]] = {
    **dict.fromkeys((*BOOKINGS, *ATTENDEES, *PROVIDERS, *SERVICES, User), (200, 200, 200)),
    Token: (200, 200, 302),  # one token has no page of its own
}


def one_of(model: type[Model]) -> Model:
    """A row of this model."""
    if model is Token:
        return get_token_model().objects.create(user=UserFactory.create(), name="robot")[0]  # type: ignore[no-any-return]
    if model is User:
        return UserFactory.create()
    kind = next(kind for kind in (APPOINTMENTS, SESSIONS) if kind.model._meta.app_label == model._meta.app_label)
    booked = kind.book(span(10, 11))
    if model is kind.service_model:
        return kind.service(booked.provider, kind.provider())  # type: ignore[no-any-return]
    return next(row for row in (booked, booked.provider, booked.attendee) if type(row) is model)


def answers(client: Client, model: type[Model]) -> tuple[int, ...]:
    pages = (model_url(model, "changelist"), model_url(model, "add"), model_url(model, "change", one_of(model).pk))
    return tuple(client.get(page).status_code for page in pages)


def test_every_model_of_ours_is_registered_and_no_other() -> None:
    assert set(admin.site._registry) == set(DESK_MAY)


@pytest.mark.parametrize("model", DESK_MAY, ids=lambda model: model.__name__)
def test_pages_of_the_desk(model: type[Model]) -> None:
    assert answers(signed_in(is_staff=True), model) == DESK_MAY[model]


@pytest.mark.parametrize("model", ADMIN_MAY, ids=lambda model: model.__name__)
def test_pages_of_the_admin(model: type[Model]) -> None:
    assert answers(signed_in(is_staff=True, is_superuser=True), model) == ADMIN_MAY[model]


@pytest.mark.parametrize("model", DESK_MAY, ids=lambda model: model.__name__)
def test_nobody_else_comes_in(model: type[Model]) -> None:
    assert set(answers(signed_in(), model)) == {302}


def test_desk_adds_a_patient_without_linking_a_login(kind: Kind) -> None:
    user = UserFactory.create()
    people = kind.attendee_model
    post = {"name": "Ada", "email": "", "phone": "", "time_zone": "UTC", "user": user.pk}
    key = {} if people.key_field == "id" else {people.key_field: "ada"}

    response = signed_in(is_staff=True).post(model_url(people, "add"), post | key)

    assert response.status_code == 302
    assert people.objects.get(name="Ada").user is None  # type: ignore[attr-defined]


def test_desk_changes_nobody(kind: Kind) -> None:
    attendee = kind.attendee(name="Ada")

    response = signed_in(is_staff=True).post(model_url(kind.attendee_model, "change", attendee.pk), {"name": "Eve"})

    assert response.status_code == 403


def test_log_names_nobody(admin_client: Client) -> None:
    post = {"name": "Ada", "email": "ada@example.org", "phone": "", "time_zone": "UTC", "user": ""}

    admin_client.post(model_url(Patient, "add"), post)

    patient = Patient.objects.get()
    assert [str(entry.object_repr) for entry in LogEntry.objects.all()] == [f"patient {patient.pk}"]


def test_admin_adds_a_user_by_address(admin_client: Client) -> None:
    password = "correct horse battery"
    post = {"email": "New@Example.org", "usable_password": "true", "password1": password, "password2": password}

    response = admin_client.post(model_url(User, "add"), post)

    assert response.status_code == 302
    user = User.objects.get(email="new@example.org")
    assert (user.check_password(password), user.is_staff) == (True, False)


def test_list_begins_today(kind: Kind, time_machine: Any) -> None:
    time_machine.move_to(at(12, day=8))
    yesterday, today = kind.book(span(10, 11)), kind.book(span(9, 10, day=8))
    desk = signed_in(is_staff=True)

    def shown(query: str) -> list[int]:
        return [row.pk for row in desk.get(model_url(kind.model, "changelist") + query).context["cl"].result_list]

    assert shown("") == [today.pk]
    assert shown("?start=past") == [today.pk, yesterday.pk]
    assert shown("?start=all") == [today.pk, yesterday.pk]
    assert shown("?start=nonsense") == [today.pk]


def test_list_says_that_it_shows_only_the_first_rows(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bookings.admin.lists.MOST_ROWS", 1)
    booked = [kind.book(span(10, 11)), kind.book(span(11, 12))]

    page = signed_in(is_staff=True).get(model_url(kind.model, "changelist") + "?start=all").content.decode()

    assert "The first 1; search or filter for the rest." in page
    assert str(booked[1].provider) in page


def test_list_with_a_filter_looks_back_a_year_at_most(kind: Kind, time_machine: Any) -> None:
    long_ago, lately = kind.book(span(10, 11)), kind.book((at(10) + timedelta(days=30), at(11) + timedelta(days=30)))
    time_machine.move_to(at(12) + timedelta(days=380))
    page = model_url(kind.model, "changelist")
    desk = signed_in(is_staff=True)

    def shown(query: str) -> list[Any]:
        return list(desk.get(page + query).context["cl"].result_list)

    assert shown("?start=all") == [lately, long_ago]
    assert shown("?start=all&status__exact=booked") == [lately]
    assert shown("?start=past") == [lately]
    assert desk.get(page + "?note__contains=x").status_code == 400


def test_list_finds_bookings_by_their_people(kind: Kind) -> None:
    ours = kind.book(span(10, 11), attendee=kind.attendee(name="Ada Lovelace", email="ada@example.org"))
    kind.book(span(10, 11))
    desk = signed_in(is_staff=True)

    for words in ("love", "ADA lov", "ada@ex", str(ours.attendee_id), str(ours.provider_id)):
        cl = desk.get(model_url(kind.model, "changelist"), {"q": words, "start": "all"}).context["cl"]
        assert ours in cl.result_list, words
    assert not desk.get(model_url(kind.model, "changelist"), {"q": "nobody"}).context["cl"].result_list


@pytest.mark.parametrize("words", ["%", "_", "'", "\\", "\x00", "²", "9" * 30, "a b c d e f g"])
def test_search_takes_any_words(kind: Kind, words: str) -> None:
    kind.attendee(name="Ada")

    assert list(matching_people(kind.attendee_model.objects.all(), words)) in ([], [kind.attendee_model.objects.get()])  # type: ignore[attr-defined]


def test_search_of_attendees_uses_indexes(kind: Kind) -> None:
    people = kind.attendee_model.objects.all()  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    plan = matching_people(people, "li").explain()

    assert "Seq Scan" not in plan
    assert "_search" in plan


@pytest.mark.parametrize("model", ADMIN_MAY, ids=lambda model: model.__name__)
def test_list_takes_the_same_few_bounded_queries_for_1_and_3_rows(model: type[Model], admin_client: Client) -> None:
    page = model_url(model, "changelist") + ("?start=all" if model in BOOKINGS else "")

    one_of(model)
    with CaptureQueriesContext(connection) as with_one:
        admin_client.get(page)
    one_of(model), one_of(model)
    with CaptureQueriesContext(connection) as with_three:
        admin_client.get(page)

    assert len(with_three) == len(with_one) == 4  # session, user, bounded count, rows
    for query in with_three.captured_queries[2:]:
        assert re.search(r"LIMIT \d+|ORDER BY", query["sql"])
