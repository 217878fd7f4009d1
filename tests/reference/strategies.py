"""Hypothesis strategies for spans of time and the rules of a provider."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st

from bookings.core.interval import Interval
from bookings.schedule.grid import Grid
from bookings.schedule.openings import openings, spans_of
from bookings.schedule.rules import Rules, WallSpan, WeeklyHours

MINUTE = timedelta(minutes=1)
EPOCH = datetime(2030, 1, 7, tzinfo=UTC)

deterministic = settings(derandomize=True, deadline=None, max_examples=150)


def minutes_of(spans: Iterable[Interval]) -> set[datetime]:
    """The starts of all minutes that lie in one of the spans; for spans of whole minutes."""
    return {span.start + n * MINUTE for span in spans for n in range((span.end - span.start) // MINUTE)}


@st.composite
def intervals(draw: st.DrawFn, longest: int = 40) -> Interval:
    """Spans of whole minutes close together, so that they often touch and overlap."""
    start = draw(st.integers(0, 60))
    return Interval(EPOCH + start * MINUTE, EPOCH + (start + draw(st.integers(1, longest))) * MINUTE)


def weekly_hours(around: date) -> st.SearchStrategy[WeeklyHours]:
    """Weekly intervals, some of them valid from or until a date within three days of the given one."""
    limits = st.none() | st.none() | st.dates(around - timedelta(days=3), around + timedelta(days=3))
    return st.builds(
        WeeklyHours,
        weekday=st.integers(0, 6),
        starts_at=st.builds(time, st.integers(0, 23), st.sampled_from([0, 1, 15, 30, 59])),
        minutes=st.one_of(st.integers(1, 1440), st.sampled_from([1, 30, 60, 1439, 1440])),
        valid_from=limits,
        valid_until=limits,
    )


@st.composite
def wall_spans(draw: st.DrawFn, around: date, longest: int = 2 * 1440) -> WallSpan:
    """Spans of wall time that begin within two days of a date."""
    midnight = datetime.combine(around, time.min)
    start = midnight + draw(st.integers(-2 * 1440, 2 * 1440)) * MINUTE
    return WallSpan(start, start + draw(st.integers(1, longest)) * MINUTE)


@st.composite
def windows(draw: st.DrawFn, around: date) -> Interval:
    """Spans of up to two days near a date, whole minutes in UTC."""
    start = datetime.combine(around, time.min, tzinfo=UTC) + draw(st.integers(-1440, 1440)) * MINUTE
    return Interval(start, start + draw(st.integers(1, 2 * 1440)) * MINUTE)


@st.composite
def rules_of(draw: st.DrawFn, zone: ZoneInfo, around: date) -> Rules:
    """The rules of a provider, with all there is, near a date."""
    is_always_open = draw(st.sampled_from([False, False, False, True]))
    most = 0 if is_always_open else 1
    return Rules(
        zone=zone,
        hours=tuple(draw(st.lists(weekly_hours(around), max_size=6 * most))),
        extra_hours=tuple(draw(st.lists(wall_spans(around, longest=1440), max_size=3 * most))),
        time_off=tuple(draw(st.lists(wall_spans(around, longest=600), max_size=3))),
        holidays=draw(st.sampled_from(["", "DE-BY", "US"])),
        is_always_open=is_always_open,
    )


grids = st.builds(
    Grid,
    step=st.sampled_from([5, 7, 15, 20, 30, 45, 60, 90, 1440]).map(lambda n: n * MINUTE),
    length=st.sampled_from([1, 10, 30, 45, 60, 600]).map(lambda n: n * MINUTE),
)


def open_spans(rules: Rules, window: Interval) -> list[Interval]:
    """When the rules are open within `window`."""
    return spans_of(openings(rules, window))
