"""The free times of one provider over the API, for both kinds alike."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import Token
from tests.support.api import Api
from tests.support.factories import UserFactory
from tests.support.free_times import book_slot, follow, open_daily, slots_path, starts
from tests.support.kinds import Kind, at, span

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday_morning")]

HALF_HOURS = ["07 09:00", "07 09:30", "07 10:00", "07 10:30", "07 11:00", "07 11:30"]


def attendee(kind: Kind) -> Any:
    """Somebody with a login."""
    return kind.attendee(user=UserFactory.create())


def test_slots_hold_what_a_request_needs(kind: Kind, visitor: Api) -> None:
    provider = open_daily(kind, 9, 10)

    answer = visitor.get(f"{slots_path(kind, provider)}?from=2030-01-07&to=2030-01-08")

    times: list[dict[str, Any]] = [
        {"start": "2030-01-07T09:00:00Z", "duration": 30},
        {"start": "2030-01-07T09:30:00Z", "duration": 30},
    ]
    if kind.plural == "appointments":
        times = [
            {"start_at": "2030-01-07T09:00:00Z", "end_at": "2030-01-07T09:30:00Z"},
            {"start_at": "2030-01-07T09:30:00Z", "end_at": "2030-01-07T10:00:00Z"},
        ]
    name = kind.model.request_names["provider"]
    slots = [{name: provider.key, **slot} for slot in times]
    assert (answer.status, answer.body) == (200, {"slots": slots, "time_zone": "UTC", "next": None})


def test_slots_are_of_the_next_seven_days_unless_told(kind: Kind, visitor: Api) -> None:
    provider = open_daily(kind, 8, 9)

    found = starts(kind, visitor.get(slots_path(kind, provider)))

    days = [f"{day:02} {hour}" for day in range(8, 14) for hour in ("08:00", "08:30")]
    assert found == [*days, "14 08:00"]  # the 7th half past eight is now, the 14th half past eight 7 days later


def test_dates_alone_mean_seven_days_of_the_wall(kind: Kind, visitor: Api) -> None:
    provider = open_daily(kind, 0, 1, slot_minutes=60, time_zone="Europe/Berlin")

    found = starts(kind, visitor.get(f"{slots_path(kind, provider)}?from=2030-03-27"))

    assert found == [f"{day} 23:00" for day in (26, 27, 28, 29, 30)] + ["31 22:00", "01 22:00"]


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ("from=2030-01-07&to=2030-01-08", HALF_HOURS),
        ("from=2030-01-07T10:00:00Z&to=2030-01-07T11:00:00Z", HALF_HOURS[2:4]),
        ("from=2030-01-07T10:00:01Z&to=2030-01-07T11:00:01Z", HALF_HOURS[3:5]),
        ("from=2030-01-07T17:00:00%2B07:00&to=2030-01-07T18:00:00%2B07:00", HALF_HOURS[2:4]),
        ("from=2030-01-07T11:00:00Z&to=2030-01-08", HALF_HOURS[4:]),
        ("to=2030-01-07T09:30:00Z", HALF_HOURS[:1]),
        ("from=1900-01-01&to=1900-01-02", []),
        ("from=2200-12-31&to=2200-12-31T23:59:59Z", [f"31 {start[3:]}" for start in HALF_HOURS]),
    ],
)
def test_bounds_are_half_open_and_about_the_start(kind: Kind, visitor: Api, bounds: str, expected: list[str]) -> None:
    provider = open_daily(kind)

    assert starts(kind, visitor.get(f"{slots_path(kind, provider)}?{bounds}")) == expected


@pytest.mark.parametrize(
    ("zone", "hour", "expected"),
    [
        ("Pacific/Kiritimati", 0, ["30 10:00", "31 10:00"]),  # 14 hours ahead of UTC
        ("Pacific/Pago_Pago", 23, ["01 10:00", "02 10:00"]),  # 11 hours behind
    ],
)
def test_dates_are_those_of_the_providers_wall(
    kind: Kind, visitor: Api, zone: str, hour: int, expected: list[str]
) -> None:
    provider = open_daily(kind, hour, hour + 1, slot_minutes=60, time_zone=zone)

    answer = visitor.get(f"{slots_path(kind, provider)}?from=2030-01-31&to=2030-02-02")

    assert (starts(kind, answer), answer.body["time_zone"]) == (expected, zone)


def test_repeated_hour_is_listed_twice_and_a_skipped_one_not(kind: Kind, visitor: Api) -> None:
    provider = open_daily(kind, 1, 4, slot_minutes=60, time_zone="Europe/Berlin")

    autumn = visitor.get(f"{slots_path(kind, provider)}?from=2030-10-27&to=2030-10-28")
    spring = visitor.get(f"{slots_path(kind, provider)}?from=2030-03-31&to=2030-04-01")

    assert starts(kind, autumn) == ["26 23:00", "27 00:00", "27 01:00", "27 02:00"]  # 1, 2, 2, 3 o'clock
    assert starts(kind, spring) == ["31 00:00", "31 01:00"]  # 1 and 3 o'clock


def test_date_without_midnight_begins_at_its_first_instant(kind: Kind, desk: Api) -> None:
    """In Santiago the clock goes from the 7th, 24 o'clock, to the 8th, one o'clock; in Apia the 30th was skipped."""
    santiago = open_daily(kind, 0, 24, slot_minutes=60, time_zone="America/Santiago")
    apia = open_daily(kind, 22, 24, slot_minutes=60, time_zone="Pacific/Apia")

    begins = desk.get(f"{slots_path(kind, santiago)}?from=2030-09-08&to=2030-09-09")
    from_skipped = desk.get(f"{slots_path(kind, apia)}?from=2011-12-30&to=2012-01-01")
    to_skipped = desk.get(f"{slots_path(kind, apia)}?from=2011-12-29&to=2011-12-30")

    assert starts(kind, begins) == [f"08 {hour:02}:00" for hour in range(4, 24)] + [
        f"09 {hour:02}:00" for hour in range(3)
    ]
    assert starts(kind, from_skipped) == ["31 08:00", "31 09:00"]
    assert starts(kind, to_skipped) == ["30 08:00", "30 09:00"]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_exceptions_of_the_first_and_the_last_day_count(kind: Kind, visitor: Api, zone: str) -> None:
    provider = open_daily(kind, 0, 24, slot_minutes=720, time_zone=zone)
    for day in ("2030-02-01", "2030-04-03"):
        provider.time_off.create(starts_on=day, ends_on=day)
    path = slots_path(kind, provider)

    whole = visitor.get(f"{path}?from=2030-02-01&to=2030-04-04")
    inner = visitor.get(f"{path}?from=2030-02-02&to=2030-04-03")

    assert len(starts(kind, inner)) == 120
    assert starts(kind, whole) == starts(kind, inner)


def test_years_that_cannot_be_booked_are_left_out(kind: Kind, desk: Api) -> None:
    provider = open_daily(kind, 0, 24, slot_minutes=60, time_zone="Asia/Jakarta")
    path = slots_path(kind, provider)

    first = desk.get(f"{path}?from=1900-01-01&to=1900-01-03").body["slots"][0]
    last = desk.get(f"{path}?from=2200-12-31").body["slots"][-1]

    name = kind.model.request_names["start"]
    assert (first[name][:11], last[name]) == ("1900-01-01T", "2200-12-31T23:00:00Z")


def test_same_date_twice_is_that_day(kind: Kind, visitor: Api) -> None:
    provider = open_daily(kind, 9, 11, slot_minutes=60, time_zone="Asia/Jakarta")

    answer = visitor.get(f"{slots_path(kind, provider)}?from=2030-01-09&to=2030-01-09")

    assert starts(kind, answer) == ["09 02:00", "09 03:00"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            "from=2030-01-07T10:00:00Z&to=2030-01-07T10:00:00Z",
            "The end is exclusive: give a later one, for one day the day after it.",
        ),
        ("from=2030-01-08&to=2030-01-07", "The end is exclusive: give a later one, for one day the day after it."),
        ("to=2030-01-07", "The end is exclusive: give a later one, for one day the day after it."),
        ("from=2030-01-01&to=2030-03-05", "At most 62 days are listed at once: give 2030-03-04 or less."),
        (
            "from=2030-01-01T10:00:00Z&to=2030-03-04T10:00:01Z",
            "At most 62 days are listed at once: give 2030-03-04T10:00:00Z or less.",
        ),
        ("from=2030-01-01T10:00:00Z&to=2030-03-05", "At most 62 days are listed at once: give 2030-03-04 or less."),
        ("to=2030-03-11", "At most 62 days are listed at once: give 2030-03-10 or less."),
    ],
)
def test_end_that_is_too_early_or_late_is_named(kind: Kind, visitor: Api, query: str, expected: str) -> None:
    answer = visitor.get(f"{slots_path(kind, kind.provider())}?{query}")

    assert (answer.status, answer.body["errors"]) == (422, {"to": [expected]})


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago"])
def test_62_days_may_have_another_clock_at_their_end(kind: Kind, visitor: Api, zone: str) -> None:
    path = slots_path(kind, kind.provider(time_zone=zone))

    for first in (date(2030, 2, 15), date(2030, 9, 20)):
        last = first + timedelta(days=62)
        assert visitor.get(f"{path}?from={first}&to={last}").status == 200
        assert visitor.get(f"{path}?from={first}&to={last + timedelta(days=1)}").status == 422


def test_nobody_and_who_takes_no_bookings_are_not_found(kind: Kind, visitor: Api) -> None:
    gone = kind.provider(is_active=False)
    nobody = "nobody" if kind.plural == "sessions" else "9" * 18

    answers = [visitor.get(f"{kind.provider_model._meta.db_table}/{key}/slots") for key in (gone.key, nobody)]

    assert [(answer.status, answer.body["code"]) for answer in answers] == [(404, "not_found")] * 2


def test_coach_whose_id_is_slots_is_not_hidden(visitor: Api, kind: Kind) -> None:
    if kind.plural == "sessions":
        coaches = [kind.provider(coach_hash_id=key) for key in ("slots", "services")]
        answers = [visitor.get(f"{slots_path(kind, coach)}?limit=1") for coach in coaches]
        assert [answer.body["slots"][0]["coach_hash_id"] for answer in answers] == ["slots", "services"]


@pytest.mark.parametrize("name", ["page", "From", "doctor_id", "cursor", "day"])
def test_unknown_parameters_are_named(kind: Kind, visitor: Api, name: str) -> None:
    answer = visitor.get(f"{slots_path(kind, kind.provider())}?{name}=1")

    assert (answer.status, answer.body["errors"]) == (422, {name: ["Unknown parameter."]})


def test_other_length_than_the_providers_is_the_desks(kind: Kind, visitor: Api, desk: Api) -> None:
    path = f"{slots_path(kind, open_daily(kind))}?from=2030-01-07&to=2030-01-08&duration"

    refused = visitor.get(f"{path}=60")

    assert (refused.status, refused.body["errors"]) == (422, {"duration": ["This lasts 30 minutes."]})
    assert refused.body["rule"] == "length"
    assert starts(kind, visitor.get(f"{path}=30")) == HALF_HOURS
    assert starts(kind, desk.get(f"{path}=60")) == HALF_HOURS[:-1]


def test_length_is_anybodys_where_the_provider_gives_none(kind: Kind, visitor: Api) -> None:
    path = f"{slots_path(kind, open_daily(kind, slot_minutes=None))}?from=2030-01-07&to=2030-01-08"

    assert starts(kind, visitor.get(path)) == HALF_HOURS[::2]
    assert starts(kind, visitor.get(f"{path}&duration=90")) == ["07 09:00", "07 10:30"]


def test_service_gives_the_length_and_comes_back(kind: Kind, visitor: Api) -> None:
    provider = open_daily(kind)
    service = kind.service(provider, duration_minutes=90)

    answer = visitor.get(f"{slots_path(kind, provider)}?from=2030-01-07&to=2030-01-08&service_id={service.pk}")

    assert starts(kind, answer) == HALF_HOURS[:4]
    assert {slot["service_id"] for slot in answer.body["slots"]} == {service.pk}


def test_service_that_is_not_offered_is_named(kind: Kind, visitor: Api) -> None:
    provider = kind.provider(name="Ada")
    services = [kind.service(kind.provider()).pk, kind.service(provider, is_active=False).pk, 10**9]

    answers = [visitor.get(f"{slots_path(kind, provider)}?service_id={pk}") for pk in services]

    sentence = "Ada does not offer this. Choose another service, or somebody else."
    assert [answer.status for answer in answers] == [422] * 3
    assert [answer.body["errors"] for answer in answers] == [{"service_id": [sentence]}] * 3
    assert [answer.body["rule"] for answer in answers] == ["service"] * 3


def test_what_is_booked_is_not_listed(kind: Kind, visitor: Api) -> None:
    provider = open_daily(kind)
    kind.book(span(10, 11), provider=provider)

    answer = visitor.get(f"{slots_path(kind, provider)}?from=2030-01-07&to=2030-01-08")

    assert starts(kind, answer) == [*HALF_HOURS[:2], *HALF_HOURS[4:]]


def test_own_bookings_elsewhere_are_taken_out(kind: Kind, visitor: Api, desk: Api) -> None:
    provider, own = open_daily(kind), attendee(kind)
    kind.book(span(10, 11), attendee=own)
    path = f"{slots_path(kind, provider)}?from=2030-01-07&to=2030-01-08"
    name = kind.model.request_names["attendee"]
    left = [*HALF_HOURS[:2], *HALF_HOURS[4:]]

    assert starts(kind, visitor.get(path)) == HALF_HOURS
    assert starts(kind, Api(own.user).get(path)) == left
    assert starts(kind, Api(own.user).get(f"{path}&{name}={own.key}")) == left
    assert starts(kind, desk.get(path)) == HALF_HOURS
    assert starts(kind, desk.get(f"{path}&{name}={own.key}")) == left


def test_foreign_attendee_is_the_desks_to_name(kind: Kind, visitor: Api, desk: Api) -> None:
    provider, own, other = kind.provider(user=UserFactory.create()), attendee(kind), kind.attendee()
    name, nobody = kind.model.request_names["attendee"], "nobody" if kind.plural == "sessions" else 10**9
    path = f"{slots_path(kind, provider)}?{name}"

    for user in (own.user, provider.user):
        answers = [Api(user).get(f"{path}={key}") for key in (other.key, nobody)]
        assert [(answer.status, answer.body["errors"]) for answer in answers] == [
            (403, {name: ["You may book for yourself only."]})
        ] * 2
    assert visitor.get(f"{path}={other.key}").status == 401
    unknown = desk.get(f"{path}={nobody}")
    assert (unknown.status, unknown.body["errors"]) == (422, {name: ["There is none with this id."]})


def test_limits_are_everybodys_but_the_desks(kind: Kind, visitor: Api, desk: Api) -> None:
    provider = open_daily(kind, minimum_notice_minutes=120, horizon_days=1, day_limit=1)
    kind.book(span(9, 10, day=8), provider=provider)
    path = f"{slots_path(kind, provider)}?from=2030-01-07&to=2030-01-10"

    assert starts(kind, visitor.get(path)) == HALF_HOURS[3:]  # the 8th is full, the 9th too far
    assert len(starts(kind, desk.get(path))) == 16


def test_who_has_too_many_open_bookings_is_offered_none(kind: Kind, settings: Any) -> None:
    settings.OPEN_BOOKINGS_LIMIT = 1
    provider, own = open_daily(kind), attendee(kind)
    path = slots_path(kind, provider)
    before = starts(kind, Api(own.user).get(path))
    kind.book(span(20, 21), attendee=own)

    assert len(before) > 0
    assert starts(kind, Api(own.user).get(path)) == []


def test_narrowed_token_reaches_its_kind_alone(kind: Kind, desk: Api) -> None:
    path, other = slots_path(kind, kind.provider()), "appointment" if kind.plural == "sessions" else "session"

    Token.objects.update(scope="read", kind=kind.envelope)
    own_kind = desk.get(path).status
    Token.objects.update(kind=other)
    refused = desk.get(path)

    assert (own_kind, refused.status, refused.body["code"]) == (200, 403, "forbidden")


def test_pages_are_complete_and_repeat_nothing(kind: Kind, visitor: Api) -> None:
    provider = open_daily(kind, 0, 24, time_zone="Europe/Berlin")
    path = f"{slots_path(kind, provider)}?from=2030-10-25&to=2030-10-29&duration=30"
    whole = visitor.get(path).body
    found: list[Any] = []
    url = f"/api/v1/{path}&limit=17"

    while url:
        page = follow(visitor, url).body
        assert len(page["slots"]) <= 17
        found, url = found + page["slots"], page["next"]

    assert (found, whole["next"]) == (whole["slots"], None)
    assert len(found) == 2 * (4 * 24 + 1)


def test_page_of_the_usual_days_goes_on_until_their_end(kind: Kind, visitor: Api, time_machine: Any) -> None:
    provider = open_daily(kind, 8, 9)
    first = visitor.get(f"{slots_path(kind, provider)}?limit=10").body
    time_machine.move_to(at(8, 31), tick=False)
    second = follow(visitor, first["next"]).body

    assert (len(first["slots"]), len(second["slots"]), second["next"]) == (10, 3, None)


def test_a_thousand_are_listed_at_once(kind: Kind, visitor: Api) -> None:
    path = f"{slots_path(kind, open_daily(kind, 0, 24, slot_minutes=5))}?from=2030-01-08&to=2030-01-13"

    first = visitor.get(path).body
    second = follow(visitor, first["next"]).body

    assert (len(first["slots"]), len(second["slots"]), second["next"]) == (1000, 440, None)


def test_unchanged_answers_are_not_sent_again(kind: Kind, visitor: Api) -> None:
    provider = open_daily(kind)
    path = f"{slots_path(kind, provider)}?from=2030-01-07&to=2030-01-08"

    first = visitor.get(path)
    tag = first.headers["ETag"]
    again = [visitor.get(path, If_None_Match=listed) for listed in (tag, f"W/{tag}", f'"x", {tag}', "*")]
    kind.book(span(9, 10), provider=provider)
    changed = visitor.get(path, If_None_Match=tag)

    assert [(answer.status, answer.body, answer.headers["ETag"]) for answer in again] == [(304, None, tag)] * 4
    assert (changed.status, changed.headers["ETag"] != tag) == (200, True)
    for answer in (first, *again, changed):
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert {"Authorization", "Cookie"} <= set(answer.headers["Vary"].split(", "))


def test_head_tells_the_tag_alone(kind: Kind, visitor: Api) -> None:
    path = slots_path(kind, open_daily(kind))

    answer = visitor.call("HEAD", path)

    assert (answer.status, answer.body, answer.headers["ETag"]) == (200, None, visitor.get(path).headers["ETag"])


def test_every_slot_books_as_it_is(kind: Kind) -> None:
    provider = open_daily(kind, buffer_after_minutes=15, minimum_notice_minutes=60, day_limit=4, attendee_day_limit=3)
    kind.book(span(9, 10), provider=provider)
    own = Api(attendee(kind).user)
    path = f"{slots_path(kind, provider)}?to=2030-01-10"

    booked: list[Any] = []
    while slots := own.get(path).body["slots"]:
        answer = book_slot(own, kind, slots[len(booked) % len(slots)])
        assert answer.status == 201, (slots, answer)
        booked.append(answer.body[kind.envelope])

    assert len(booked) == 8  # on the 7th the buffer leaves room for two, then three a day are one person's limit
    assert {booking["status"] for booking in booked} == {"booked"}


def test_every_slot_of_a_service_books_as_it_is(kind: Kind) -> None:
    provider = open_daily(kind)
    service = kind.service(provider, duration_minutes=45, buffer_before_minutes=10)
    path = f"{slots_path(kind, provider)}?to=2030-01-08&service_id={service.pk}"
    guests = [attendee(kind) for _ in range(3)]

    for guest in guests:
        slot = Api(guest.user).get(path).body["slots"][0]
        assert book_slot(Api(guest.user), kind, slot).body[kind.envelope]["service_id"] == service.pk


def test_every_slot_for_the_desks_attendee_books_with_its_id(kind: Kind, desk: Api) -> None:
    provider, guest = open_daily(kind), kind.attendee()
    kind.book(span(10, 11), attendee=guest)
    name = kind.model.request_names["attendee"]

    slots = desk.get(f"{slots_path(kind, provider)}?to=2030-01-08&{name}={guest.key}").body["slots"]

    assert [book_slot(desk, kind, slot, **{name: guest.key}).status for slot in slots] == [201] * 4


def test_slots_take_the_same_queries_for_one_and_three_bookings(
    kind: Kind, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    provider, own = open_daily(kind, day_limit=9), attendee(kind)
    api, path = Api(own.user), slots_path(kind, provider)
    kind.book(span(9, 10), provider=provider)
    with django_assert_num_queries(6):  # the token, whose it is, the schedule, the open ones, what is free, full days
        api.get(path)
    kind.book(span(10, 11), provider=provider)
    kind.book(span(11, 12), attendee=own)
    provider.time_off.create(starts_on="2030-01-09", ends_on="2030-01-09")
    provider.extra_hours.create(starts_on="2030-01-10", starts_at=time(20), minutes=60)
    with django_assert_num_queries(6):
        api.get(path)


def test_visitors_slots_take_two_queries(
    kind: Kind, visitor: Api, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    path = slots_path(kind, open_daily(kind))
    with django_assert_num_queries(2):  # the schedule, what is free
        visitor.get(path)
