"""When a provider is open, and the slots cut from that. Plain Python, no database.

An instant is open if and only if its wall time in the provider's zone lies in the hours: in a weekly interval that
began on a valid date, and not on a public holiday that closes it; or in extra hours; and in no time off. So both passes
of a repeated hour are open, and a skipped time does not exist.
"""

from collections.abc import Iterable
from typing import cast, overload
from zoneinfo import ZoneInfo

from bookings.availability import opening
from bookings.availability.grid import Grid, gaps, slots
from bookings.availability.opening import Opening, is_open, openings
from bookings.availability.rules import DAY, Rules, WallSpan, WeeklyHours
from bookings.availability.zones import instants
from bookings.interval import Interval

__all__ = [
    "DAY",
    "Grid",
    "Opening",
    "Rules",
    "WallSpan",
    "WeeklyHours",
    "gaps",
    "instants",
    "is_open",
    "open_spans",
    "openings",
    "slots",
]


@overload
def open_spans(rules: Rules, window: Interval, /) -> list[Interval]: ...


@overload
def open_spans(
    hours: Iterable[WeeklyHours], time_off: Iterable[WallSpan], zone: ZoneInfo, window: Interval, /
) -> list[Interval]: ...


def open_spans(*given: object) -> list[Interval]:
    """See `opening.open_spans`; the four older arguments go with their last caller."""
    if len(given) == 2:
        rules, window = given
        return opening.open_spans(cast("Rules", rules), cast("Interval", window))
    hours, time_off, zone, window = given
    hours = tuple(cast("Iterable[WeeklyHours]", hours))
    return opening.open_spans(
        Rules(
            zone=cast("ZoneInfo", zone),
            hours=hours,
            time_off=tuple(cast("Iterable[WallSpan]", time_off)),
            is_always_open=not hours,
        ),
        cast("Interval", window),
    )
