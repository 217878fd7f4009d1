"""When a provider is open, and the slots cut from that. Plain Python, no database.

An instant is open if and only if its wall time in the provider's zone lies in the hours: in a weekly interval that
began on a valid date, and not on a public holiday that closes it; or in extra hours; and in no time off. So both passes
of a repeated hour are open, and a skipped time does not exist.
"""

from bookings.schedule.grid import Grid, gaps, slots
from bookings.schedule.openings import Opening, is_open, openings, spans_of
from bookings.schedule.rules import DAY, Rules, WallSpan, WeeklyHours
from bookings.schedule.wall_time import instants, local_days

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
    "local_days",
    "openings",
    "slots",
    "spans_of",
]
