"""The earliest free times among all providers, and each one's next in the directory, for both kinds alike."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import Token
from tests.support.api import Answer, Api
from tests.support.factories import UserFactory
from tests.support.free_times import book_slot, open_daily, parsed, slots_path, starts
from tests.support.kinds import Kind, at, span

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday_morning")]


def who(kind: Kind, answer: Answer) -> list[Any]:
    """The providers of the answered slots."""
    return [slot[kind.model.request_names["provider"]] for slot in answer.body["slots"]]


def next_free(kind: Kind, api: Api) -> dict[str, str | None]:
    """When everybody's next slot starts, by name."""
    directory, start = kind.provider_model._meta.db_table, kind.model.request_names["start"]
    rows = api.get(directory).body[directory]
    return {row["name"]: row["next_free"] and parsed(row["next_free"][start]).strftime("%d %H:%M") for row in rows}


def test_earliest_of_all_come_first(kind: Kind, visitor: Api) -> None:
    late, early = open_daily(kind, 10, 12, slot_minutes=60), open_daily(kind, 9, 11, slot_minutes=60)
    kind.provider(is_active=False)

    answer = visitor.get(f"{slots_path(kind)}?limit=4")

    assert starts(kind, answer) == ["07 09:00", "07 10:00", "07 10:00", "07 11:00"]
    assert (who(kind, answer)[0], set(who(kind, answer)[1:3]), who(kind, answer)[3]) == (
        early.key,
        {early.key, late.key},
        late.key,
    )
    assert (answer.body["time_zone"], set(answer.body)) == ("UTC", {"slots", "time_zone"})


def test_earliest_are_fifty_unless_told(kind: Kind, visitor: Api) -> None:
    open_daily(kind, 0, 24)

    assert len(visitor.get(slots_path(kind)).body["slots"]) == 50
    assert len(visitor.get(f"{slots_path(kind)}?limit=200").body["slots"]) == 200
    assert visitor.get(f"{slots_path(kind)}?limit=201").status == 422


def test_earliest_are_looked_for_62_days_ahead(kind: Kind, visitor: Api) -> None:
    provider = kind.provider(slot_minutes=60)
    for day in (61, 62):
        provider.extra_hours.create(starts_on=(at(0) + timedelta(days=day)).date(), starts_at="09:00", minutes=60)

    assert starts(kind, visitor.get(slots_path(kind))) == ["09 09:00"]  # the 9th of March; the 10th is too late
    assert starts(kind, visitor.get(f"{slots_path(kind)}?from=2030-01-08")) == ["09 09:00", "10 09:00"]


def test_earliest_of_dates_on_the_practices_wall(kind: Kind, visitor: Api, settings: Any) -> None:
    settings.TIME_ZONE = "Asia/Jakarta"
    open_daily(kind, 16, 18, slot_minutes=60)

    answer = visitor.get(f"{slots_path(kind)}?from=2030-01-08&to=2030-01-09")

    assert (starts(kind, answer), answer.body["time_zone"]) == (["07 17:00", "08 16:00"], "Asia/Jakarta")


@pytest.mark.parametrize("query", ["from=2030-01-08&to=2030-01-07", "from=2030-01-01&to=2030-03-05", "to=2030-01-07"])
def test_earliest_within_no_or_too_long_a_window_are_refused(kind: Kind, visitor: Api, query: str) -> None:
    answer = visitor.get(f"{slots_path(kind)}?{query}")

    assert (answer.status, set(answer.body["errors"])) == (422, {"to"})


def test_earliest_of_a_length_are_of_those_who_have_it(kind: Kind, visitor: Api, desk: Api) -> None:
    open_daily(kind, 9, 10, slot_minutes=30)
    hour, free = open_daily(kind, 10, 11, slot_minutes=60), open_daily(kind, 11, 12, slot_minutes=None)
    path = f"{slots_path(kind)}?to=2030-01-08&duration=60"

    assert who(kind, visitor.get(path)) == [hour.key, free.key]
    assert len(desk.get(path).body["slots"]) == 3


def test_earliest_of_a_service_are_of_those_who_offer_it(kind: Kind, visitor: Api) -> None:
    open_daily(kind)
    provider = open_daily(kind, 10, 11)
    service, other = kind.service(provider, duration_minutes=60), kind.service(is_active=False)

    answer = visitor.get(f"{slots_path(kind)}?to=2030-01-08&service_id={service.pk}")
    wrong = [visitor.get(f"{slots_path(kind)}?service_id={pk}") for pk in (other.pk, 10**9)]

    assert (starts(kind, answer), who(kind, answer)) == (["07 10:00"], [provider.key])
    assert {slot["service_id"] for slot in answer.body["slots"]} == {service.pk}
    sentence = "There is none with this id."
    assert [(found.status, found.body["errors"]) for found in wrong] == [(422, {"service_id": [sentence]})] * 2


def test_earliest_to_a_person_book_as_they_are(kind: Kind) -> None:
    for first in (9, 10):
        open_daily(kind, first, first + 2, buffer_before_minutes=15)
    own = kind.attendee(user=UserFactory.create())
    kind.book(span(10, 11), attendee=own)
    api = Api(own.user)

    for _ in range(5):
        slots = api.get(slots_path(kind)).body["slots"]
        assert book_slot(api, kind, slots[0]).status == 201


def test_earliest_are_tagged(kind: Kind, visitor: Api) -> None:
    open_daily(kind)
    tag = visitor.get(slots_path(kind)).headers["ETag"]

    assert visitor.get(slots_path(kind), If_None_Match=tag).status == 304


def test_earliest_take_the_same_queries_for_one_and_three_providers(
    kind: Kind, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    api = Api(kind.attendee(user=UserFactory.create()).user)
    kind.book(span(9, 10), provider=open_daily(kind, day_limit=3))
    path = f"{slots_path(kind)}?limit=3"
    with django_assert_num_queries(6):  # the token, whose it is, schedules, the open ones, what is free, full days
        api.get(path)
    for _ in range(2):
        kind.book(span(9, 10), provider=open_daily(kind, day_limit=3))
    with django_assert_num_queries(6):
        api.get(path)


def test_directory_tells_everybodys_next_free_time(kind: Kind, visitor: Api) -> None:
    open_daily(kind, 9, 10, name="Ada")
    kind.book(span(10, 11), provider=open_daily(kind, 10, 11, name="Bea"))
    kind.provider(name="Cem", is_active=False)
    kind.provider(name="Dan").time_off.create(starts_on="2030-01-01", ends_on="2030-12-31")

    assert next_free(kind, visitor) == {"Ada": "07 09:00", "Bea": "08 10:00", "Dan": None}


def test_next_free_is_in_the_requests_time_fields(kind: Kind, visitor: Api) -> None:
    open_daily(kind, 9, 10)
    directory = kind.provider_model._meta.db_table

    times: dict[str, Any] = {"start_at": "2030-01-07T09:00:00Z", "end_at": "2030-01-07T09:30:00Z"}
    if kind.plural == "sessions":
        times = {"start": "2030-01-07T09:00:00Z", "duration": 30}
    assert visitor.get(directory).body[directory][0]["next_free"] == times


def test_next_free_is_the_callers(kind: Kind, desk: Api) -> None:
    open_daily(kind, name="Ada", minimum_notice_minutes=60)
    own = kind.attendee(user=UserFactory.create())
    kind.book(span(9, 11), attendee=own)

    assert next_free(kind, Api())["Ada"] == "07 09:30"
    assert next_free(kind, Api(own.user))["Ada"] == "07 11:00"
    assert next_free(kind, desk)["Ada"] == "07 09:00"


def test_token_of_the_other_kind_is_told_what_a_visitor_is(kind: Kind) -> None:
    open_daily(kind, name="Ada")
    own = kind.attendee(user=UserFactory.create())
    kind.book(span(9, 10), attendee=own)
    api = Api(own.user)
    Token.objects.update(kind="appointment" if kind.plural == "sessions" else "session")

    assert next_free(kind, api)["Ada"] == "07 09:00"


def test_directory_takes_the_same_queries_for_one_and_three_providers(
    kind: Kind, visitor: Api, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    directory = kind.provider_model._meta.db_table
    kind.book(span(9, 10), provider=open_daily(kind, day_limit=3))
    with django_assert_num_queries(4):  # the page, schedules, what is free, full days
        visitor.get(directory)
    for _ in range(2):
        kind.book(span(9, 10), provider=open_daily(kind, day_limit=3))
    with django_assert_num_queries(4):
        visitor.get(directory)
