"""The small forms that add and remove time off and extra hours. For both kinds."""

from datetime import date, time
from typing import Any

import pytest

from tests.support.hours import path_of
from tests.support.kinds import Kind, span
from tests.support.pages import Visit, text_of, value_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday_morning")]

TUESDAY = date(2030, 1, 8)


def test_whole_days_off(visit: Visit, provider: Any) -> None:
    typed = {"starts_on": "2030-01-08", "ends_on": "2030-01-10", "reason": "At sea"}

    answer = visit.post(typed, path_of(provider, "time-off"))

    row = provider.time_off.get()
    assert (answer.status_code, answer.headers["Location"]) == (303, path_of(provider))
    assert (row.starts_on, row.starts_at, row.ends_on, row.ends_at) == (TUESDAY, None, date(2030, 1, 10), None)
    said = text_of(visit.get(path_of(provider)))
    assert "Time off is added: Tue 8 Jan 2030 to Thu 10 Jan 2030." in said
    assert "At sea" in said


def test_hours_off_of_one_day_end_at_midnight(visit: Visit, provider: Any) -> None:
    visit.post({"starts_on": "2030-01-08", "starts_at": "14:00", "ends_at": "00:00"}, path_of(provider, "time-off"))

    row = provider.time_off.get()
    assert (row.starts_on, row.starts_at, row.ends_on, row.ends_at) == (TUESDAY, time(14), TUESDAY, None)


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({}, {"starts_on": ["This field is required."]}),
        ({"starts_on": "2030-01-06"}, {"ends_on": ["This is in the past."]}),
        (
            {"starts_on": "2030-01-09", "ends_on": "2030-01-08"},
            {"ends_on": ["The last day must not be before the first."]},
        ),
        (
            {"starts_on": "2030-01-09", "starts_at": "12:00", "ends_at": "12:00"},
            {"ends_at": ["The end must be after the start."]},
        ),
        ({"starts_on": "9999-12-31"}, {"starts_on": ["Ensure this value is less than or equal to 2200-12-30."]}),
        (
            {"starts_on": "2030-01-09", "reason": "a\u202eb"},
            {"reason": ["Leave out control characters and characters that turn the text around."]},
        ),
        (
            {"starts_on": "2030-01-09", "reason": "x" * 201},
            {"reason": ["Ensure this value has at most 200 characters (it has 201)."]},
        ),
    ],
)
def test_wrong_time_off_is_told_at_its_place_and_kept(
    visit: Visit, provider: Any, typed: dict[str, str], errors: dict[str, list[str]]
) -> None:
    page = visit.post(typed, path_of(provider, "time-off"))

    assert (page.status_code, dict(page.context["form"].errors)) == (422, errors)
    assert {name: value_of(page, name) for name in typed} == typed
    assert not provider.time_off.exists()


def test_past_is_told_by_the_providers_own_day(kind: Kind) -> None:
    provider = kind.provider(time_zone="Pacific/Honolulu")  # where it is Sunday still

    answer = Visit.of_person(kind, provider).post({"starts_on": "2030-01-06"}, path_of(provider, "time-off"))

    assert answer.status_code == 303


def test_extra_hours_over_midnight(visit: Visit, provider: Any) -> None:
    typed = {"starts_on": "2030-01-12", "starts_at": "22:00", "ends_at": "01:00"}

    answer = visit.post(typed, path_of(provider, "extra"))

    row = provider.extra_hours.get()
    assert (answer.status_code, row.starts_at, row.minutes) == (303, time(22), 180)
    assert "Extra hours are added: Sat 12 Jan 2030, 22:00 until 01:00 the next day." in text_of(
        visit.get(path_of(provider))
    )


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"starts_on": "2030-01-12", "starts_at": "22:00"}, {"ends_at": ["This field is required."]}),
        (
            {"starts_on": "2030-01-06", "starts_at": "09:00", "ends_at": "10:00"},
            {"starts_on": ["This is in the past."]},
        ),
        (
            {"starts_on": "2030-01-12", "starts_at": "09:00", "ends_at": "09:00:01"},
            {"ends_at": ["Give whole minutes."]},
        ),
    ],
)
def test_wrong_extra_hours_are_told_at_their_place_and_kept(
    visit: Visit, provider: Any, typed: dict[str, str], errors: dict[str, list[str]]
) -> None:
    page = visit.post(typed, path_of(provider, "extra"))

    assert (page.status_code, dict(page.context["form"].errors)) == (422, errors)
    assert {name: value_of(page, name) for name in typed} == typed


def test_extra_hours_at_the_start_of_others_are_refused_in_words(visit: Visit, provider: Any) -> None:
    provider.extra_hours.create(starts_on=TUESDAY, starts_at=time(9), minutes=60)

    page = visit.post({"starts_on": "2030-01-08", "starts_at": "09:00", "ends_at": "11:00"}, path_of(provider, "extra"))

    assert page.status_code == 422
    assert "These hours start at the same time as others of this day." in text_of(page)
    assert value_of(page, "ends_at") == "11:00"


def test_first_extra_hours_warn_that_they_close_the_rest(visit: Visit, provider: Any) -> None:
    path = path_of(provider, "extra")
    before = text_of(visit.get(path))
    provider.working_hours.create(weekday=0, starts_at=time(9), minutes=60)

    after = text_of(visit.get(path))
    assert ["With extra hours alone, only those" in said for said in (before, after)] == [True, False]


@pytest.mark.parametrize("sort", ["time-off", "extra"])
def test_removing_asks_and_removes_once(visit: Visit, provider: Any, sort: str) -> None:
    rows = {"time-off": provider.time_off, "extra": provider.extra_hours}[sort]
    fields = {"starts_at": time(9), "minutes": 60} if sort == "extra" else {"ends_on": TUESDAY}
    path = path_of(provider, f"{sort}/{rows.create(starts_on=TUESDAY, **fields).pk}/remove")

    asked = visit.get(path)

    assert (asked.status_code, "Tue 8 Jan 2030" in text_of(asked), rows.count()) == (200, True, 1)
    assert [visit.post({}, path).headers["Location"] for _ in range(2)] == [path_of(provider)] * 2
    assert rows.count() == 0


def test_time_off_over_bookings_lists_them_and_is_added_anyway(kind: Kind, visit: Visit, provider: Any) -> None:
    booking = kind.book(span(10, 11, day=8), provider=provider)
    path, typed = path_of(provider, "time-off"), {"starts_on": "2030-01-08"}

    page = visit.post(typed, path)

    assert (page.status_code, provider.time_off.count()) == (409, 0)
    assert f"Tue 8 Jan 2030, 10:00 to 11:00 (UTC): {booking.attendee}" in text_of(page)
    assert visit.post({**typed, "confirmed": value_of_button(page)}, path).status_code == 303
    assert (provider.time_off.count(), kind.model.objects.get().status) == (1, "booked")


def test_removing_extra_hours_under_bookings_lists_them_and_removes_anyway(
    kind: Kind, visit: Visit, provider: Any
) -> None:
    provider.working_hours.create(weekday=0, starts_at=time(9), minutes=60)
    row = provider.extra_hours.create(starts_on=TUESDAY, starts_at=time(10), minutes=60)
    kind.book(span(10, 11, day=8), provider=provider)
    path = path_of(provider, f"extra/{row.pk}/remove")

    page = visit.post({}, path)

    assert (page.status_code, "Remove anyway" in text_of(page), provider.extra_hours.count()) == (409, True, 1)
    assert visit.post({"confirmed": value_of_button(page)}, path).status_code == 303
    assert provider.extra_hours.count() == 0


def value_of_button(page: Any) -> str:
    """What the button that accepts the bookings outside sends."""
    return str(page.context["refusal"].token)
