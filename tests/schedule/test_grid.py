from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookings.core.interval import Interval
from bookings.schedule.grid import Grid, gaps, slots
from bookings.schedule.openings import is_open, openings
from bookings.schedule.rules import Rules, WallSpan, WeeklyHours
from tests.reference.opening_oracle import first_fits, working_minutes
from tests.reference.strategies import MINUTE, deterministic, grids, rules_of, windows

HOUR = timedelta(hours=1)
HALF_HOURS = Grid(step=HOUR / 2, length=HOUR / 2)
LONDON = ZoneInfo("Europe/London")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")


def utc(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[arg-type, misc]


MONDAY = Interval(utc(2030, 1, 7), utc(2030, 1, 8))
MORNING = Rules(LONDON, (WeeklyHours(0, time(9), 180),))


def starts_of(
    rules: Rules,
    window: Interval,
    grid: Grid = HALF_HOURS,
    free: list[Interval] | None = None,
    starts: Interval | None = None,
) -> list[str]:
    """The wall times of the slots' starts, with the day and the offset."""
    found = slots(openings(rules, window), rules.zone, free or [window], grid, starts or window)
    return [f"{slot.start.astimezone(rules.zone):%d %H:%M%z}" for slot in found]


def test_slots_are_steps_from_the_start_of_the_interval() -> None:
    rules = Rules(LONDON, (WeeklyHours(0, time(9, 10), 100),))
    assert starts_of(rules, MONDAY, Grid(HOUR / 2, HOUR / 3)) == ["07 09:10+0000", "07 09:40+0000", "07 10:10+0000"]


def test_slots_longer_than_the_step_overlap_and_end_with_the_interval() -> None:
    found = slots(openings(MORNING, MONDAY), LONDON, [MONDAY], Grid(HOUR, 2 * HOUR), MONDAY)
    assert found == [
        Interval(utc(2030, 1, 7, 9), utc(2030, 1, 7, 11)),
        Interval(utc(2030, 1, 7, 10), utc(2030, 1, 7, 12)),
    ]


def test_slots_grid_is_not_moved_by_bookings_time_off_or_the_window() -> None:
    rules = Rules(LONDON, MORNING.hours, time_off=(WallSpan.lasting(date(2030, 1, 7), time(9, 50), 20),))
    free = [Interval(utc(2030, 1, 7, 9, 10), utc(2030, 1, 7, 10, 50)), Interval(utc(2030, 1, 7, 11, 5), MONDAY.end)]
    window = Interval(utc(2030, 1, 7, 9, 7), MONDAY.end)
    assert starts_of(rules, window, Grid(HOUR / 4, HOUR / 4), free) == [
        f"07 {at}+0000" for at in ("09:15", "09:30", "10:15", "10:30", "11:15", "11:30", "11:45")
    ]


def test_slots_starts_are_half_open() -> None:
    starts = Interval(utc(2030, 1, 7, 10), utc(2030, 1, 7, 11))
    assert starts_of(MORNING, MONDAY, starts=starts) == ["07 10:00+0000", "07 10:30+0000"]


def test_slots_of_overlapping_intervals_are_ordered_and_come_once() -> None:
    extra = (WallSpan.lasting(date(2030, 1, 7), time(8, 45), 60), WallSpan.lasting(date(2030, 1, 7), time(10), 90))
    rules = Rules(LONDON, MORNING.hours, extra_hours=extra)
    assert starts_of(rules, MONDAY) == [
        f"07 {at}+0000" for at in ("08:45", "09:00", "09:15", "09:30", "10:00", "10:30", "11:00", "11:30")
    ]


def test_slots_need_one_free_span_and_one_interval() -> None:
    hours = (*MORNING.hours, WeeklyHours(0, time(12), 60))
    free = [Interval(MONDAY.start, utc(2030, 1, 7, 10)), Interval(utc(2030, 1, 7, 10), MONDAY.end)]
    assert starts_of(Rules(LONDON, hours), MONDAY, Grid(HOUR, 2 * HOUR), free) == ["07 10:00+0000"]


def test_slots_of_free_spans_that_lie_in_others_are_not_lost() -> None:
    inner = [Interval(utc(2030, 1, 7, hour), utc(2030, 1, 7, hour + 1)) for hour in (0, 1, 3, 10)]
    free = [MONDAY, *inner, Interval(MONDAY.start, utc(2030, 1, 7, 9, 10))]
    assert starts_of(MORNING, MONDAY, Grid(HOUR, HOUR), free) == ["07 09:00+0000", "07 10:00+0000", "07 11:00+0000"]


def test_slots_always_open_begin_anew_at_midnight_and_cross_it() -> None:
    window = Interval(utc(2030, 1, 7, 12), utc(2030, 1, 8, 12))
    grid = Grid(7 * HOUR, 8 * HOUR)
    assert starts_of(Rules(LONDON, is_always_open=True), window, grid) == [
        "07 14:00+0000",
        "07 21:00+0000",
        "08 00:00+0000",
    ]


def test_slots_in_a_repeated_hour_are_offered_in_both_passes() -> None:
    rules = Rules(LONDON, (WeeklyHours(6, time(0, 30), 120),))
    window = Interval(utc(2030, 10, 26), utc(2030, 10, 28))
    assert starts_of(rules, window) == [
        "27 00:30+0100",
        "27 01:00+0100",
        "27 01:30+0100",
        "27 01:00+0000",
        "27 01:30+0000",
        "27 02:00+0000",
    ]


def test_slots_skip_what_the_clock_skips_and_keep_their_wall_times() -> None:
    rules = Rules(LONDON, (WeeklyHours(6, time(0, 20), 180),))
    window = Interval(utc(2030, 3, 30), utc(2030, 4, 1))
    assert starts_of(rules, window, Grid(timedelta(minutes=45), HOUR / 2)) == ["31 00:20+0000", "31 02:35+0100"]


def test_slots_keep_their_wall_times_over_half_an_hour_more_or_less() -> None:
    every_hour = Grid(HOUR, HOUR / 2)
    rules = Rules(LORD_HOWE, (WeeklyHours(6, time(0), 300),))
    repeated = Interval(utc(2030, 4, 6), utc(2030, 4, 7, 12))  # 02:00 becomes 01:30
    skipped = Interval(utc(2030, 10, 5), utc(2030, 10, 6, 12))  # 02:00 becomes 02:30
    assert [at[3:] for at in starts_of(rules, repeated, every_hour)] == [
        "00:00+1100",
        "01:00+1100",
        "02:00+1030",
        "03:00+1030",
        "04:00+1030",
    ]
    assert [at[3:] for at in starts_of(rules, skipped, every_hour)] == [
        "00:00+1030",
        "01:00+1030",
        "03:00+1100",
        "04:00+1100",
    ]


def test_slots_without_a_step_are_refused() -> None:
    with pytest.raises(ValueError, match="give a step"):
        slots(openings(MORNING, MONDAY), LONDON, [MONDAY], Grid(None, HOUR), MONDAY)


@pytest.mark.parametrize(("step", "length"), [(0, 30), (-30, 30), (30, 0), (None, -1)])
def test_grid_without_a_positive_time_is_refused(step: int | None, length: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        Grid(None if step is None else step * MINUTE, length * MINUTE)


@settings(deterministic)
@given(data=st.data(), zone=st.sampled_from(["America/Santiago", "Australia/Lord_Howe", "Europe/Berlin"]), grid=grids)
def test_slots_come_once_in_order_open_free_and_within_the_asked_starts(
    zone: str, grid: Grid, data: st.DataObject
) -> None:
    day = date(2030, 4, 7)
    rules, window, starts = data.draw(rules_of(ZoneInfo(zone), day)), data.draw(windows(day)), data.draw(windows(day))
    free = data.draw(st.lists(windows(day), min_size=1, max_size=3))
    found = slots(openings(rules, window), rules.zone, free, grid, starts)
    assert found == sorted(set(found))
    assert all(starts.start <= slot.start < starts.end for slot in found)
    assert all(any(span.contains(slot) for span in free) for slot in found)
    assert all(is_open(rules, slot) for slot in found)


def test_gaps_are_back_to_back_and_skip_what_is_too_short() -> None:
    rules = Rules(LONDON, (WeeklyHours(0, time(9), 50), WeeklyHours(0, time(11), 150), WeeklyHours(0, time(15), 60)))
    found = gaps(openings(rules, MONDAY), [MONDAY], HOUR, MONDAY)
    assert [gap.start.hour for gap in found] == [11, 12, 15]


def test_gaps_longer_than_all_openings_are_none() -> None:
    assert list(gaps(openings(MORNING, MONDAY), [MONDAY], 4 * HOUR, MONDAY)) == []


@settings(deterministic, max_examples=100)
@given(data=st.data(), zone=st.sampled_from(["America/Santiago", "Australia/Lord_Howe", "Europe/Berlin"]))
def test_gaps_are_those_of_the_walk(zone: str, data: st.DataObject) -> None:
    day, length = date(2030, 4, 7), data.draw(st.sampled_from([1, 20, 60, 600])) * MINUTE
    rules, window, starts = data.draw(rules_of(ZoneInfo(zone), day)), data.draw(windows(day)), data.draw(windows(day))
    free = data.draw(st.lists(windows(day), min_size=1, max_size=3))
    found = list(gaps(openings(rules, window), free, length, starts))
    assert [gap.start for gap in found] == first_fits(working_minutes(rules, window), free, length, starts)
    assert all(gap.length == length for gap in found)
