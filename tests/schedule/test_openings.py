from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bookings.core.interval import Interval
from bookings.schedule.openings import is_open, openings
from bookings.schedule.rules import Rules, WallSpan, WeeklyHours
from bookings.schedule.wall_time import instants
from tests.reference.strategies import open_spans

LONDON = ZoneInfo("Europe/London")
MONDAY = Interval(datetime(2030, 1, 7, tzinfo=UTC), datetime(2030, 1, 8, tzinfo=UTC))


def utc(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[arg-type, misc]


def test_open_spans_window_in_another_zone_sees_the_change_at_the_turn_of_the_year() -> None:
    singapore, seoul = ZoneInfo("Asia/Singapore"), ZoneInfo("Asia/Seoul")  # 1981-12-31 16:00Z: +07:30 to +08:00
    window = Interval(datetime(1982, 1, 1, 0, 30, tzinfo=seoul), datetime(1982, 1, 1, 2, tzinfo=seoul))
    friday = WeeklyHours(4, time(0), 60)
    assert open_spans(Rules(singapore, (friday,)), window) == [Interval(utc(1981, 12, 31, 16), utc(1981, 12, 31, 17))]


def test_open_spans_repeated_hour_is_open_twice() -> None:
    sunday = WeeklyHours(6, time(1, 30), 30)
    window = Interval(utc(2030, 10, 27), utc(2030, 10, 27, 4))
    assert open_spans(Rules(LONDON, (sunday,)), window) == [
        Interval(utc(2030, 10, 27, 0, 30), utc(2030, 10, 27, 1)),
        Interval(utc(2030, 10, 27, 1, 30), utc(2030, 10, 27, 2)),
    ]


def test_open_spans_skipped_hour_is_never_open() -> None:
    sunday = WeeklyHours(6, time(1), 60)
    window = Interval(utc(2030, 3, 31), utc(2030, 3, 31, 4))
    assert open_spans(Rules(LONDON, (sunday,)), window) == []


def test_open_spans_over_a_change_is_one_span_of_more_or_fewer_hours() -> None:
    sunday = WeeklyHours(6, time(0), 240)
    assert open_spans(Rules(LONDON, (sunday,)), Interval(utc(2030, 3, 30), utc(2030, 4, 1))) == [
        Interval(utc(2030, 3, 31), utc(2030, 3, 31, 3))
    ]
    assert open_spans(Rules(LONDON, (sunday,)), Interval(utc(2030, 10, 26), utc(2030, 10, 28))) == [
        Interval(utc(2030, 10, 26, 23), utc(2030, 10, 27, 4))
    ]


def test_open_spans_over_the_turn_of_the_year_see_a_change_in_both_years() -> None:
    apia = Rules(ZoneInfo("Pacific/Apia"), (WeeklyHours(5, time(0), 1440),))  # 2011-12-30 10:00Z: -10 to +14
    window = Interval(utc(2011, 12, 30), utc(2012, 4, 1))  # 2012-03-31 14:00Z: +14 to +13
    spans = open_spans(apia, window)
    assert (spans[0].start, spans[0].end) == (utc(2011, 12, 30, 10), utc(2011, 12, 31, 10))
    assert (spans[-1].start, spans[-1].end) == (utc(2012, 3, 30, 10), utc(2012, 3, 31, 10))
    sunday = Rules(apia.zone, (WeeklyHours(6, time(12), 60),))
    assert open_spans(sunday, window)[-1].start == utc(2012, 3, 31, 23)


def test_open_spans_over_midnight_is_one_span() -> None:
    monday = WeeklyHours(0, time(22), 240)
    window = Interval(utc(2030, 1, 7), utc(2030, 1, 9))
    assert open_spans(Rules(LONDON, (monday,)), window) == [Interval(utc(2030, 1, 7, 22), utc(2030, 1, 8, 2))]


def test_open_spans_neighbouring_intervals_stay_apart() -> None:
    hours = (WeeklyHours(0, time(9), 180), WeeklyHours(0, time(12), 60))
    window = Interval(utc(2030, 1, 7), utc(2030, 1, 8))
    assert open_spans(Rules(LONDON, hours), window) == [
        Interval(utc(2030, 1, 7, 9), utc(2030, 1, 7, 12)),
        Interval(utc(2030, 1, 7, 12), utc(2030, 1, 7, 13)),
    ]


def test_open_spans_always_open_are_the_window_less_the_time_off() -> None:
    window = Interval(utc(2030, 1, 7), utc(2030, 1, 8))
    off = WallSpan(datetime(2030, 1, 7, 9), datetime(2030, 1, 7, 10))  # noqa: DTZ001
    assert open_spans(Rules(LONDON, time_off=(off,), is_always_open=True), window) == [
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


@pytest.mark.parametrize("days", [(date(2000, 1, 1), date.max), (date.min, date.max)])
def test_time_off_without_an_end_closes_for_good(days: tuple[date, date]) -> None:
    off = WallSpan.of_days(days[0], None, days[1], None)
    window = Interval(datetime(2030, 1, 7, tzinfo=UTC), datetime(2030, 1, 8, tzinfo=UTC))

    assert open_spans(Rules(ZoneInfo("Pacific/Apia"), time_off=(off,), is_always_open=True), window) == []


def test_open_spans_always_open_come_once_over_several_days() -> None:
    window = Interval(utc(2030, 1, 7), utc(2030, 1, 10))
    assert open_spans(Rules(LONDON, is_always_open=True), window) == [window]


def test_open_spans_without_any_rule_are_none() -> None:
    assert open_spans(Rules(LONDON), MONDAY) == []


def test_open_spans_of_extra_hours_alone_are_those() -> None:
    rules = Rules(LONDON, extra_hours=(WallSpan.lasting(date(2030, 1, 6), time(23), 120),))
    assert open_spans(rules, MONDAY) == [Interval(utc(2030, 1, 7), utc(2030, 1, 7, 1))]


def test_open_spans_valid_hours_begin_from_the_first_to_the_last_date() -> None:
    days = tuple(
        WeeklyHours(weekday, time(9), 60, valid_from=date(2030, 1, 8), valid_until=date(2030, 1, 9))
        for weekday in range(7)
    )
    spans = open_spans(Rules(LONDON, days), Interval(utc(2030, 1, 5), utc(2030, 1, 15)))
    assert [span.start for span in spans] == [utc(2030, 1, 8, 9), utc(2030, 1, 9, 9)]


def test_open_spans_valid_until_a_date_run_over_its_midnight() -> None:
    monday = WeeklyHours(0, time(22), 240, valid_until=date(2030, 1, 7))
    window = Interval(utc(2030, 1, 7), utc(2030, 1, 16))
    assert open_spans(Rules(LONDON, (monday,)), window) == [Interval(utc(2030, 1, 7, 22), utc(2030, 1, 8, 2))]


def test_openings_keep_their_wall_times_when_time_off_or_the_window_cuts_them() -> None:
    off = WallSpan.of_days(date(2030, 1, 7), time(10), date(2030, 1, 7), time(11))
    rules = Rules(LONDON, (WeeklyHours(0, time(9), 480),), time_off=(off,))
    (opening,) = openings(rules, Interval(utc(2030, 1, 7, 9, 30), utc(2030, 1, 7, 16)))
    assert opening.wall == WallSpan.lasting(date(2030, 1, 7), time(9), 480)
    assert opening.spans == (
        Interval(utc(2030, 1, 7, 9, 30), utc(2030, 1, 7, 10)),
        Interval(utc(2030, 1, 7, 11), utc(2030, 1, 7, 16)),
    )


def test_openings_without_an_open_instant_are_left_out() -> None:
    off = WallSpan.of_days(date(2030, 1, 7), time(12), date(2030, 1, 7), None)
    rules = Rules(LONDON, (WeeklyHours(0, time(9), 60), WeeklyHours(0, time(14), 60)), time_off=(off,))
    assert openings(rules, Interval(utc(2030, 1, 7, 10), utc(2030, 1, 8))) == []


def test_openings_are_ordered_by_their_wall_times() -> None:
    extra = (WallSpan.lasting(date(2030, 1, 7), time(10), 60), WallSpan.lasting(date(2030, 1, 6), time(23), 120))
    rules = Rules(LONDON, (WeeklyHours(0, time(12), 60), WeeklyHours(0, time(9), 60)), extra_hours=extra)
    assert [opening.wall.start.hour for opening in openings(rules, MONDAY)] == [23, 9, 10, 12]


def test_openings_always_open_are_one_for_each_local_date_and_share_all_spans() -> None:
    rules = Rules(ZoneInfo("Asia/Jakarta"), is_always_open=True)
    found = openings(rules, MONDAY)  # 07:00 to 07:00
    assert [opening.wall for opening in found] == [
        WallSpan.of_days(day, None, day, None) for day in (date(2030, 1, 7), date(2030, 1, 8))
    ]
    assert found[0].spans == (MONDAY,)
    assert found[1].spans is found[0].spans


def test_openings_always_open_know_no_skipped_date() -> None:
    rules = Rules(ZoneInfo("Pacific/Apia"), is_always_open=True)
    found = openings(rules, Interval(utc(2011, 12, 29, 12), utc(2011, 12, 31)))
    assert [opening.wall.start.day for opening in found] == [29, 31]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ((9, 0), (12, 0), True),
        ((9, 0), (12, 1), False),  # into the next interval
        ((8, 59), (10, 0), False),
        ((12, 0), (13, 0), True),
        ((13, 0), (13, 1), False),
    ],
)
def test_is_open_needs_one_interval(start: tuple[int, int], end: tuple[int, int], *, expected: bool) -> None:
    rules = Rules(LONDON, (WeeklyHours(0, time(9), 180), WeeklyHours(0, time(12), 60)))
    assert is_open(rules, Interval(utc(2030, 1, 7, *start), utc(2030, 1, 7, *end))) is expected


@pytest.mark.parametrize("year", [1900, 2200])
def test_openings_at_the_bounds_of_time_have_their_hours(year: int) -> None:
    off = WallSpan.of_days(date.min, None, date.min, None)
    rules = Rules(ZoneInfo("Asia/Tokyo"), tuple(WeeklyHours(day, time(9), 60) for day in range(7)), time_off=(off,))
    spans = open_spans(rules, Interval(utc(year, 1, 1, 12), utc(year + 1, 1, 1, 12)))
    assert len(spans) == (date(year + 1, 1, 1) - date(year, 1, 1)).days
    assert {span.start.hour for span in spans} == {0}
