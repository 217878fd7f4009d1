"""Hypothesis strategies for spans of time, and the brute-force models that they are compared with."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st

from bookings.availability import WallSpan, WeeklyHours
from bookings.interval import Interval

MINUTE = timedelta(minutes=1)
EPOCH = datetime(2030, 1, 7, tzinfo=UTC)

deterministic = settings(derandomize=True, deadline=None, max_examples=150)


@st.composite
def intervals(draw: st.DrawFn, longest: int = 40) -> Interval:
    """Spans of whole minutes close together, so that they often touch and overlap."""
    start = draw(st.integers(0, 60))
    return Interval(EPOCH + start * MINUTE, EPOCH + (start + draw(st.integers(1, longest))) * MINUTE)


weekly_hours = st.builds(
    WeeklyHours,
    weekday=st.integers(0, 6),
    starts_at=st.builds(time, st.integers(0, 23), st.sampled_from([0, 1, 15, 30, 59])),
    minutes=st.one_of(st.integers(1, 1440), st.sampled_from([1, 30, 60, 1439, 1440])),
)


@st.composite
def wall_spans(draw: st.DrawFn, around: date) -> WallSpan:
    """Spans of wall time that begin within two days of a date."""
    midnight = datetime.combine(around, time.min)
    start = midnight + draw(st.integers(-2 * 1440, 2 * 1440)) * MINUTE
    return WallSpan(start, start + draw(st.integers(1, 2 * 1440)) * MINUTE)


@st.composite
def windows(draw: st.DrawFn, around: date) -> Interval:
    """Spans of up to two days near a date, whole minutes in UTC."""
    start = datetime.combine(around, time.min, tzinfo=UTC) + draw(st.integers(-1440, 1440)) * MINUTE
    return Interval(start, start + draw(st.integers(1, 2 * 1440)) * MINUTE)


def minutes_of(spans: Iterable[Interval]) -> set[datetime]:
    """The starts of all minutes that lie in one of the spans; for spans of whole minutes."""
    return {span.start + n * MINUTE for span in spans for n in range((span.end - span.start) // MINUTE)}


def minutes_at_wall(wall: WallSpan, zone: ZoneInfo, window: Interval) -> set[datetime]:
    """The minutes of `window` whose wall time lies in `wall`: one by one, without any arithmetic on offsets."""
    return {at for at in minutes_of([window]) if wall.start <= _wall_time(at, zone) < wall.end}


def open_minutes(hours: list[WeeklyHours], time_off: list[WallSpan], zone: ZoneInfo, window: Interval) -> set[datetime]:
    """The minutes of `window` whose wall time lies in the hours (all of them without hours) and in no time off."""
    found = set()
    for at in minutes_of([window]):
        wall = _wall_time(at, zone)
        is_off = any(off.start <= wall < off.end for off in time_off)
        if not is_off and (not hours or any(_is_in(rule, wall) for rule in hours)):
            found.add(at)
    return found


def _wall_time(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None)


def _is_in(rule: WeeklyHours, wall: datetime) -> bool:
    """Whether a wall time lies in the hours of its own day, or in yesterday's that run over midnight."""
    for days_ago in (0, 1):
        day = wall.date() - timedelta(days=days_ago)
        start = datetime.combine(day, rule.starts_at)
        if day.weekday() == rule.weekday and start <= wall < start + rule.minutes * MINUTE:
            return True
    return False
