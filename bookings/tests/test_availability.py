from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookings.availability import WallSpan, WeeklyHours, first_gaps, instants, open_spans
from bookings.interval import Interval
from bookings.tests.strategies import (
    deterministic,
    minutes_at_wall,
    minutes_of,
    open_minutes,
    wall_spans,
    weekly_hours,
    windows,
)

TRANSITIONS = [
    ("Europe/London", date(2030, 3, 31)),
    ("Europe/London", date(2030, 10, 27)),
    ("America/New_York", date(2030, 3, 10)),
    ("America/New_York", date(2030, 11, 3)),
    ("Australia/Lord_Howe", date(2030, 4, 7)),  # half an hour
    ("Australia/Lord_Howe", date(2030, 10, 6)),
    ("Africa/Casablanca", date(2027, 2, 7)),  # back for Ramadan: five weeks
    ("Africa/Casablanca", date(2027, 3, 14)),
    ("Pacific/Apia", date(2011, 12, 30)),  # the day that never was
    ("America/Santiago", date(2030, 4, 7)),  # midnight becomes 23:00 of the day before
    ("America/Santiago", date(2030, 9, 8)),  # midnight becomes 01:00
    ("America/Sao_Paulo", date(2018, 2, 18)),
    ("America/Sao_Paulo", date(2018, 11, 4)),
    ("America/St_Johns", date(2010, 11, 7)),  # 00:01 becomes 23:01 of the day before
    ("Asia/Kathmandu", date(2030, 6, 1)),  # +05:45, no change
    ("Asia/Singapore", date(1982, 1, 1)),  # half an hour on, at the turn of the year
]
SAMPLED_ZONES = sorted(available_timezones())
LONDON = ZoneInfo("Europe/London")


def utc(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(("zone", "day"), TRANSITIONS)
@settings(deterministic, max_examples=30)
@given(data=st.data())
def test_instants_around_a_transition_are_those_of_the_walk(zone: str, day: date, data: st.DataObject) -> None:
    wall, window = data.draw(wall_spans(day)), data.draw(windows(day))
    spans = instants(wall, ZoneInfo(zone), window)
    assert minutes_of(spans) == minutes_at_wall(wall, ZoneInfo(zone), window)
    assert all(a.end < b.start for a, b in pairwise(spans))


@pytest.mark.parametrize(("zone", "day"), TRANSITIONS)
@settings(deterministic, max_examples=30)
@given(data=st.data())
def test_open_spans_around_a_transition_are_those_of_the_walk(zone: str, day: date, data: st.DataObject) -> None:
    hours = data.draw(st.lists(weekly_hours, max_size=6))
    off = data.draw(st.lists(wall_spans(day), max_size=2))
    window = data.draw(windows(day))
    spans = open_spans(hours, off, ZoneInfo(zone), window)
    assert minutes_of(spans) == open_minutes(hours, off, ZoneInfo(zone), window)
    assert spans == sorted(spans)


@settings(deterministic, max_examples=200)
@given(data=st.data(), zone=st.sampled_from(SAMPLED_ZONES), day=st.dates(date(1973, 1, 1), date(2060, 12, 31)))
def test_open_spans_in_any_zone_are_those_of_the_walk(zone: str, day: date, data: st.DataObject) -> None:
    hours = data.draw(st.lists(weekly_hours, min_size=1, max_size=6))
    window = data.draw(windows(day))
    assert minutes_of(open_spans(hours, [], ZoneInfo(zone), window)) == open_minutes(hours, [], ZoneInfo(zone), window)


@pytest.mark.parametrize(("zone", "day"), TRANSITIONS)
def test_open_spans_short_windows_agree_with_the_walk(zone: str, day: date) -> None:
    """As `book` asks: a window as short as the booking, also where the clock goes back over midnight."""
    hours = [WeeklyHours((day.weekday() - 2) % 7, time(23, 30), 1440), WeeklyHours(day.weekday(), time(0), 30)]
    midnight = datetime.combine(day, time(0), tzinfo=ZoneInfo(zone)).astimezone(UTC)
    for minute in range(-120, 120, 2):
        window = Interval(midnight + timedelta(minutes=minute), midnight + timedelta(minutes=minute + 45))
        found = minutes_of(open_spans(hours, [], ZoneInfo(zone), window))
        assert found == open_minutes(hours, [], ZoneInfo(zone), window)


def test_open_spans_window_in_another_zone_sees_the_change_at_the_turn_of_the_year() -> None:
    singapore, seoul = ZoneInfo("Asia/Singapore"), ZoneInfo("Asia/Seoul")  # 1981-12-31 16:00Z: +07:30 to +08:00
    window = Interval(datetime(1982, 1, 1, 0, 30, tzinfo=seoul), datetime(1982, 1, 1, 2, tzinfo=seoul))
    friday = WeeklyHours(4, time(0), 60)
    assert open_spans([friday], [], singapore, window) == [Interval(utc(1981, 12, 31, 16), utc(1981, 12, 31, 17))]


def test_open_spans_repeated_hour_is_open_twice() -> None:
    sunday = WeeklyHours(6, time(1, 30), 30)
    window = Interval(utc(2030, 10, 27), utc(2030, 10, 27, 4))
    assert open_spans([sunday], [], LONDON, window) == [
        Interval(utc(2030, 10, 27, 0, 30), utc(2030, 10, 27, 1)),
        Interval(utc(2030, 10, 27, 1, 30), utc(2030, 10, 27, 2)),
    ]


def test_open_spans_skipped_hour_is_never_open() -> None:
    sunday = WeeklyHours(6, time(1), 60)
    window = Interval(utc(2030, 3, 31), utc(2030, 3, 31, 4))
    assert open_spans([sunday], [], LONDON, window) == []


def test_open_spans_over_midnight_is_one_span() -> None:
    monday = WeeklyHours(0, time(22), 240)
    window = Interval(utc(2030, 1, 7), utc(2030, 1, 9))
    assert open_spans([monday], [], LONDON, window) == [Interval(utc(2030, 1, 7, 22), utc(2030, 1, 8, 2))]


def test_open_spans_neighbouring_intervals_stay_apart() -> None:
    hours = [WeeklyHours(0, time(9), 180), WeeklyHours(0, time(12), 60)]
    window = Interval(utc(2030, 1, 7), utc(2030, 1, 8))
    assert open_spans(hours, [], LONDON, window) == [
        Interval(utc(2030, 1, 7, 9), utc(2030, 1, 7, 12)),
        Interval(utc(2030, 1, 7, 12), utc(2030, 1, 7, 13)),
    ]


def test_open_spans_without_hours_is_the_window_less_the_time_off() -> None:
    window = Interval(utc(2030, 1, 7), utc(2030, 1, 8))
    off = WallSpan(datetime(2030, 1, 7, 9), datetime(2030, 1, 7, 10))  # noqa: DTZ001
    assert open_spans([], [off], LONDON, window) == [
        Interval(utc(2030, 1, 7), utc(2030, 1, 7, 9)),
        Interval(utc(2030, 1, 7, 10), utc(2030, 1, 8)),
    ]


def test_instants_of_the_skipped_day_are_none() -> None:
    day = date(2011, 12, 30)
    window = Interval(utc(2011, 12, 28), utc(2012, 1, 2))
    assert instants(WallSpan.of_days(day, None, day, None), ZoneInfo("Pacific/Apia"), window) == []


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "hours"),
    [(None, None, 24), (time(9), None, 15), (None, time(9), 9), (time(9), time(17), 8)],
)
def test_wall_span_of_days_without_a_time_reaches_midnight(
    starts_at: time | None, ends_at: time | None, hours: int
) -> None:
    span = WallSpan.of_days(date(2030, 1, 7), starts_at, date(2030, 1, 7), ends_at)
    assert span.end - span.start == timedelta(hours=hours)


def test_wall_span_of_days_until_midnight_ends_with_the_day_before() -> None:
    span = WallSpan.of_days(date(2030, 1, 7), time(9), date(2030, 1, 8), time(0))
    assert span.end - span.start == timedelta(hours=15)


def test_first_gaps_are_back_to_back_and_skip_what_is_too_short() -> None:
    free = [
        Interval(utc(2030, 1, 7, 9), utc(2030, 1, 7, 9, 50)),
        Interval(utc(2030, 1, 7, 11), utc(2030, 1, 7, 13, 30)),
        Interval(utc(2030, 1, 7, 15), utc(2030, 1, 7, 16)),
        Interval(utc(2030, 1, 7, 18), utc(2030, 1, 7, 19)),
    ]
    gaps = first_gaps(free, timedelta(hours=1), 3)
    assert [gap.start for gap in gaps] == [utc(2030, 1, 7, 11), utc(2030, 1, 7, 12), utc(2030, 1, 7, 15)]
    assert {gap.length for gap in gaps} == {timedelta(hours=1)}


def test_first_gaps_of_overlapping_spans_are_ordered_and_come_once() -> None:
    free = [
        Interval(utc(2030, 1, 7, 9), utc(2030, 1, 7, 11)),
        Interval(utc(2030, 1, 7, 9, 30), utc(2030, 1, 7, 10, 30)),
        Interval(utc(2030, 1, 7, 10), utc(2030, 1, 7, 11)),
    ]
    gaps = first_gaps(free, timedelta(hours=1), 4)
    assert [gap.start for gap in gaps] == [utc(2030, 1, 7, 9), utc(2030, 1, 7, 9, 30), utc(2030, 1, 7, 10)]


def test_first_gaps_longer_than_all_spans_are_none() -> None:
    assert first_gaps([Interval(utc(2030, 1, 7, 9), utc(2030, 1, 7, 10))], timedelta(hours=2), 3) == []


@pytest.mark.parametrize("days", [(date(2000, 1, 1), date.max), (date.min, date.max)])
def test_time_off_without_an_end_closes_for_good(days: tuple[date, date]) -> None:
    off = WallSpan.of_days(days[0], None, days[1], None)
    window = Interval(datetime(2030, 1, 7, tzinfo=UTC), datetime(2030, 1, 8, tzinfo=UTC))

    assert open_spans([], [off], ZoneInfo("Pacific/Apia"), window) == []
