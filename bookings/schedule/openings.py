"""From rules to open spans: each working interval of each date in a window, time off and holidays taken out."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bookings.core.interval import Interval, merge, subtract
from bookings.schedule.holidays import public_holidays
from bookings.schedule.rules import DAY, Rules, WallSpan, WeeklyHours
from bookings.schedule.wall_time import Stretch, instants_within, local_dates, stretches_of


@dataclass(frozen=True, slots=True)
class Opening:
    """One working interval of one date."""

    wall: WallSpan
    """The whole interval as in the rules: the grid of slots begins at its start."""
    spans: tuple[Interval, ...]
    """Its open instants in the window, ordered, time off and holidays taken out."""


def openings(rules: Rules, window: Interval) -> list[Opening]:
    """The working intervals that are open at some instant of `window`, ordered by their wall time.

    Where no hours exist there is one for each local date, so that the grid begins at each midnight. Each of these has
    *all* open spans of the window, in one shared tuple: what starts on its date may end on another.
    Raises ValueError for an unknown code of holidays.
    """
    stretches = stretches_of(rules.zone, window)
    days = local_dates(stretches)
    off = _instants_of(rules.time_off, stretches)
    closed = merge([*off, *_holiday_instants(rules.holidays, days, stretches)]) if rules.holidays else off
    if rules.is_always_open:
        everything = tuple(subtract([window], closed))
        return [Opening(_whole_day(day), everything) for day in days] if everything else []
    found = [
        *_open(_weekly(rules.hours, days[0] - DAY, days[-1]), stretches, closed),
        *_open(rules.extra_hours, stretches, off),
    ]
    return sorted(found, key=lambda opening: (opening.wall.start, opening.wall.end))


def spans_of(openings: Iterable[Opening]) -> list[Interval]:
    """The open spans of all these openings, ordered, each once.

    Each lies in one working interval: neighbouring or overlapping intervals are not joined, so a booking that fits into
    one span crosses no border between two.
    """
    return sorted({span for opening in openings for span in opening.spans})


def is_open(rules: Rules, span: Interval) -> bool:
    """Whether all of `span` lies in one working interval, outside all time off and holidays."""
    return any(opening.spans == (span,) for opening in openings(rules, span))


def _open(walls: Iterable[WallSpan], stretches: list[Stretch], closed: Sequence[Interval]) -> Iterator[Opening]:
    """The openings of these intervals, without those that lie outside the window or are closed altogether."""
    for wall in walls:
        spans = instants_within(wall, stretches)
        touching = [gone for gone in closed if any(gone.overlaps(span) for span in spans)]
        if touching:
            spans = subtract(spans, touching)
        if spans:
            yield Opening(wall, tuple(spans))


def _weekly(hours: Iterable[WeeklyHours], first: date, last: date) -> Iterator[WallSpan]:
    """The weekly hours written out for each date on which they begin."""
    by_weekday = defaultdict(list)
    for rule in hours:
        by_weekday[rule.weekday].append(rule)
    for n in range((last - first).days + 1):
        day = first + n * DAY
        for rule in by_weekday.get(day.weekday(), ()):
            if rule.is_valid_on(day):
                yield WallSpan.lasting(day, rule.starts_at, rule.minutes)


def _instants_of(walls: Iterable[WallSpan], stretches: list[Stretch]) -> list[Interval]:
    """The instants of all these wall times, as the fewest spans."""
    return merge(span for wall in walls for span in instants_within(wall, stretches))


def _holiday_instants(code: str, days: list[date], stretches: list[Stretch]) -> list[Interval]:
    """The instants whose wall date is a public holiday."""
    closed = public_holidays(code, days[0], days[-1])
    return _instants_of((_whole_day(day) for day in closed), stretches)


def _whole_day(day: date) -> WallSpan:
    return WallSpan.of_days(day, None, day, None)
