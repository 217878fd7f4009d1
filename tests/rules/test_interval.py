from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookings.core.interval import Interval, merge, subtract
from tests.reference.strategies import EPOCH, MINUTE, deterministic, intervals, minutes_of


def minutes(start: int, end: int) -> Interval:
    return Interval(EPOCH + start * MINUTE, EPOCH + end * MINUTE)


def test_interval_naive_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        Interval(datetime(2030, 1, 1), datetime(2030, 1, 2))  # noqa: DTZ001


@pytest.mark.parametrize("length", [0, -1])
def test_interval_empty_or_backwards_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="ends after it starts"):
        minutes(10, 10 + length)


def test_interval_of_a_repeated_hour_is_measured_in_elapsed_time() -> None:
    london = ZoneInfo("Europe/London")  # 02:00 becomes 01:00: the second 01:15 is 45 minutes after the first 01:30
    span = Interval(datetime(2030, 10, 27, 1, 30, tzinfo=london), datetime(2030, 10, 27, 1, 15, fold=1, tzinfo=london))
    assert span.length == timedelta(minutes=45)


def test_interval_in_any_zone_is_the_same_instants() -> None:
    jakarta = timezone(timedelta(hours=7))
    there = Interval(datetime(2030, 1, 7, 17, tzinfo=jakarta), datetime(2030, 1, 7, 18, tzinfo=jakarta))
    assert there == Interval(datetime(2030, 1, 7, 10, tzinfo=UTC), datetime(2030, 1, 7, 11, tzinfo=UTC))
    assert there.start.tzinfo is UTC


def test_overlaps_back_to_back_is_false() -> None:
    assert not minutes(0, 10).overlaps(minutes(10, 20))


@deterministic
@given(intervals(), intervals())
def test_overlaps_any_two_is_symmetric_and_means_a_shared_minute(a: Interval, b: Interval) -> None:
    assert a.overlaps(b) == b.overlaps(a) == bool(minutes_of([a]) & minutes_of([b]))


@deterministic
@given(intervals(), intervals())
def test_contains_any_two_means_all_minutes(a: Interval, b: Interval) -> None:
    assert a.contains(b) == (minutes_of([b]) <= minutes_of([a]))


@deterministic
@given(intervals(), intervals())
def test_intersection_any_two_is_the_shared_minutes(a: Interval, b: Interval) -> None:
    shared = a.intersection(b)
    assert minutes_of([shared] if shared else []) == minutes_of([a]) & minutes_of([b])


@deterministic
@given(intervals(), intervals())
def test_minus_any_two_is_the_minutes_left(a: Interval, b: Interval) -> None:
    assert minutes_of(a.minus(b)) == minutes_of([a]) - minutes_of([b])


@deterministic
@given(st.lists(intervals(), max_size=6), st.lists(intervals(longest=10), max_size=6))
def test_subtract_any_spans_is_the_minutes_left_in_order(spans: list[Interval], taken: list[Interval]) -> None:
    left = subtract(spans, taken)
    assert minutes_of(left) == minutes_of(spans) - minutes_of(taken)
    assert left == sorted(left)


def test_subtract_nothing_leaves_neighbours_apart() -> None:
    neighbours = [minutes(0, 10), minutes(10, 20)]
    assert subtract(neighbours, []) == neighbours


@deterministic
@given(st.lists(intervals(longest=10), max_size=8))
def test_merge_any_spans_is_the_fewest_of_the_same_minutes(spans: list[Interval]) -> None:
    merged = merge(spans)
    assert minutes_of(merged) == minutes_of(spans)
    assert all(a.end < b.start for a, b in pairwise(merged))


@deterministic
@given(intervals(), st.integers(0, 30), st.integers(0, 30))
def test_widened_any_grows_on_both_sides(span: Interval, before: int, after: int) -> None:
    wide = span.widened(before * MINUTE, after * MINUTE)
    assert wide.contains(span)
    assert wide.length == span.length + (before + after) * MINUTE
