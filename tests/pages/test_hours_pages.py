"""The pages of a provider's hours: who may see them, and what they show."""

from datetime import date, time
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.support.hours import path_of, weekly
from tests.support.kinds import Kind
from tests.support.pages import Answer, Visit, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday_morning")]


def pages_of(provider: Any) -> list[str]:
    """All pages about this provider's hours; those of rows exist."""
    off = provider.time_off.create(starts_on=date(2030, 1, 8), ends_on=date(2030, 1, 8))
    extra = provider.extra_hours.create(starts_on=date(2030, 1, 12), starts_at=time(9), minutes=60)
    pages = ["", "edit", "time-off", "extra", f"time-off/{off.pk}/remove", f"extra/{extra.pk}/remove"]
    return [path_of(provider, page) for page in pages]


def lines(page: Answer) -> dict[str, list[str]]:
    """The table: the weekdays that are open, and their intervals."""
    return {line.name: line.intervals for line in page.context["lines"] if line.intervals}


# Who


def test_provider_and_desk_see_every_page(kind: Kind, desk: Visit) -> None:
    provider = kind.provider()
    own = Visit.of_person(kind, provider)

    found = {(path, slash, visit.get(path + slash).status_code) for path in pages_of(provider)
             for slash in ("", "/") for visit in (own, desk)}  # fmt: skip

    assert {status for _path, _slash, status in found} == {200}
    assert len(found) == 12


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("who", ["visitor", "attendee", "other provider"])
def test_nobody_else_sees_or_changes_any(kind: Kind, who: str, method: str) -> None:
    provider = kind.provider()
    people = {"attendee": kind.attendee, "other provider": kind.provider}
    visit = Visit.of_person(kind, people[who]()) if who in people else Visit.by(kind)

    answers = [getattr(visit.client, method)(path, {"starts_on": "2030-01-09"}) for path in pages_of(provider)]

    assert [answer.status_code for answer in answers] == [405 if not n and method == "post" else 404 for n in range(6)]
    assert (provider.time_off.count(), provider.extra_hours.count()) == (1, 1)


@pytest.mark.parametrize(("who", "status"), [("visitor", 404), ("attendee", 404), ("provider", 404), ("desk", 200)])
def test_only_the_desk_has_the_list(kind: Kind, desk: Visit, who: str, status: int) -> None:
    visits = {
        "visitor": lambda: Visit.by(kind),
        "attendee": lambda: Visit.of_person(kind, kind.attendee()),
        "provider": lambda: Visit.of_person(kind, kind.provider()),
        "desk": lambda: desk,
    }

    assert visits[who]().get(f"/booking/{kind.provider_model._meta.db_table}/hours").status_code == status


@pytest.mark.parametrize("key", ["0", "999999999999999999", "nobody"])
def test_unknown_provider_is_not_there(kind: Kind, desk: Visit, key: str) -> None:
    table = kind.provider_model._meta.db_table

    assert desk.get(f"/booking/{table}/{key}/hours").status_code == 404


def test_row_of_another_provider_is_not_there(kind: Kind) -> None:
    provider, other = kind.provider(), kind.provider()
    off = other.time_off.create(starts_on=date(2030, 1, 8), ends_on=date(2030, 1, 8))
    visit = Visit.of_person(kind, provider)

    visit.post({}, path_of(provider, f"time-off/{off.pk}/remove"))

    assert visit.get(path_of(provider, f"time-off/{off.pk}/remove")).status_code == 404
    assert other.time_off.exists()


def test_booking_page_leads_there(kind: Kind, desk: Visit) -> None:
    provider = kind.provider()
    own, attendee = Visit.of_person(kind, provider), Visit.of_person(kind, kind.attendee())

    assert f'href="{path_of(provider)}"' in own.get().content.decode()
    assert f'href="/booking/{provider._meta.db_table}/hours"' in desk.get().content.decode()
    assert "/hours" not in attendee.get().content.decode()


# What


def test_week_is_in_words_with_the_zone(kind: Kind, desk: Visit) -> None:
    provider = kind.provider(name="Dr. Aa", time_zone="Asia/Jakarta")
    weekly(provider, (0, 9, 12), (0, 14, 18), (4, 20, 26), (5, 0, 24), (6, 18, 24))

    page = desk.get(path_of(provider))

    assert lines(page) == {
        "Monday": ["09:00 to 12:00", "14:00 to 18:00"],
        "Friday": ["20:00 until 02:00 the next day"],
        "Saturday": ["the whole day"],
        "Sunday": ["18:00 to midnight"],
    }
    assert "Weekly hours of Dr. Aa, in the time of Asia/Jakarta" in text_of(page)
    assert "Tuesday closed" in text_of(page)


def test_dates_of_validity_are_in_words_and_what_is_over_is_left_out(kind: Kind, desk: Visit) -> None:
    provider = kind.provider()
    weekly(provider, (0, 8, 9), valid_until=date(2030, 1, 6))
    weekly(provider, (0, 9, 10), valid_until=date(2030, 1, 7))
    weekly(provider, (0, 10, 11), valid_from=date(2030, 2, 1))
    weekly(provider, (0, 11, 12), valid_from=date(2030, 2, 1), valid_until=date(2030, 2, 28))

    assert lines(desk.get(path_of(provider))) == {
        "Monday": [
            "09:00 to 10:00, until 7 Jan 2030",
            "10:00 to 11:00, from 1 Feb 2030",
            "11:00 to 12:00, from 1 Feb 2030 to 28 Feb 2030",
        ]
    }


def test_today_is_the_providers_own_day(kind: Kind, desk: Visit) -> None:
    provider = kind.provider(time_zone="Pacific/Kiritimati")  # where it is Monday evening
    weekly(provider, (0, 8, 9), valid_until=date(2030, 1, 6))
    elsewhere = kind.provider(time_zone="Pacific/Honolulu")  # where it is Sunday still
    weekly(elsewhere, (0, 8, 9), valid_until=date(2030, 1, 6))

    assert (lines(desk.get(path_of(provider))), len(lines(desk.get(path_of(elsewhere))))) == ({}, 1)


def test_without_any_hours_it_says_open_at_all_times(kind: Kind, desk: Visit) -> None:
    provider = kind.provider()

    page = desk.get(path_of(provider))

    assert ("Open at all times" in text_of(page), "<table" in page.content.decode()) == (True, False)


def test_without_hours_and_flag_the_week_is_closed(kind: Kind, desk: Visit) -> None:
    provider = kind.provider(is_always_open=False)

    page = desk.get(path_of(provider))

    assert ("Open at all times" in text_of(page), text_of(page).count("closed")) == (False, 7)


def test_with_extra_hours_alone_the_week_is_closed(kind: Kind, desk: Visit) -> None:
    provider = kind.provider()
    provider.extra_hours.create(starts_on=date(2029, 1, 1), starts_at=time(9), minutes=60)

    page = desk.get(path_of(provider))

    assert ("Open at all times" in text_of(page), text_of(page).count("closed")) == (False, 7)


def test_exceptions_are_listed_soonest_first_without_past_ones(kind: Kind, desk: Visit) -> None:
    provider = kind.provider()
    days = date(2030, 1, 6), date(2030, 1, 7), date(2030, 1, 11)
    off = provider.time_off
    off.create(starts_on=days[2], ends_on=days[2], starts_at=time(14), reason="Dentist")
    off.create(starts_on=days[0], ends_on=days[0])
    off.create(starts_on=days[0], ends_on=days[1])
    off.create(starts_on=days[1], ends_on=days[1], ends_at=time(12))
    off.create(starts_on=days[1], starts_at=time(9), ends_on=days[2], ends_at=time(10, 30))
    for day, start in ((days[0], 9), (days[1], 22)):
        provider.extra_hours.create(starts_on=day, starts_at=time(start), minutes=240)

    page = desk.get(path_of(provider))

    assert [each.when for each in page.context["time_off"]] == [
        "Sun 6 Jan 2030 to Mon 7 Jan 2030",
        "Mon 7 Jan 2030, 00:00 to 12:00",
        "Mon 7 Jan 2030, 09:00 to Fri 11 Jan 2030, 10:30",
        "Fri 11 Jan 2030, 14:00 to midnight",
    ]
    assert [each.when for each in page.context["extra_hours"]] == ["Mon 7 Jan 2030, 22:00 until 02:00 the next day"]
    assert "Dentist" in text_of(page)


def test_public_holidays_are_named(kind: Kind, desk: Visit) -> None:
    provider = kind.provider(holiday_calendar="DE-BY")

    assert "public holidays of Germany, Bayern" in text_of(desk.get(path_of(provider)))


def test_list_says_everybodys_hours_in_a_line(kind: Kind, desk: Visit) -> None:
    weekly(kind.provider(name="Aa"), *((day, 9, 17) for day in range(5)))
    kind.provider(name="Bb", is_active=False)
    kind.provider(name="Cc").extra_hours.create(starts_on=date(2030, 1, 9), starts_at=time(9), minutes=60)

    page = desk.get(f"/booking/{kind.provider_model._meta.db_table}/hours")

    assert [(str(who), hours) for who, _url, hours in page.context["listed"]] == [
        ("Aa", "Mon\N{EN DASH}Fri 09:00\N{EN DASH}17:00 (UTC)"),
        ("Bb", "Open at all times (UTC)"),
        ("Cc", "Open on single days only (UTC)"),
    ]


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        ({"valid_until": date(2030, 1, 6)}, "Closed (UTC)"),
        ({"valid_from": date(2030, 1, 8)}, "Closed; other hours from 8 Jan 2030 (UTC)"),
        ({"valid_from": date(2030, 1, 7)}, "Mon 09:00\N{EN DASH}10:00 (UTC)"),
    ],
)
def test_line_is_about_today(kind: Kind, desk: Visit, dates: dict[str, date], said: str) -> None:
    weekly(kind.provider(), (0, 9, 10), **dates)

    page = desk.get(f"/booking/{kind.provider_model._meta.db_table}/hours")

    assert [hours for _who, _url, hours in page.context["listed"]] == [said]


def test_pages_need_as_many_queries_for_three_rows_as_for_one(
    kind: Kind, desk: Visit, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    provider = kind.provider()
    everybody = f"/booking/{provider._meta.db_table}/hours"
    expected = {path_of(provider): 6, path_of(provider, "edit"): 4, everybody: 5}

    for hour in (9, 10, 11):
        weekly(provider, (0, hour, hour + 1))
        weekly(kind.provider(), (0, hour, hour + 1))
        kind.provider()
        provider.time_off.create(starts_on=date(2030, 1, hour), ends_on=date(2030, 1, hour))
        provider.extra_hours.create(starts_on=date(2030, 1, hour), starts_at=time(9), minutes=60)
        for path, count in expected.items():
            with django_assert_num_queries(count):
                desk.get(path)
