"""The window of a request for free times: `from` and `to` are local dates or instants."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from bookings.api.problems import InvalidRequest
from bookings.api.types import Values
from bookings.core.constraints import EARLIEST, LATEST
from bookings.core.interval import Interval
from bookings.models.representation import instant
from bookings.schedule.rules import DAY
from bookings.schedule.slots import LONGEST_SEARCH
from bookings.schedule.wall_time import start_of_day


def window_of(query: Values, zone: ZoneInfo, *, now: datetime, usual: timedelta) -> Interval:
    """From `from` (else now) up to, not including, `to` (else `usual` later). A date is read in `zone`.

    Raises InvalidRequest for one that is empty or longer than `LONGEST_SEARCH`.
    """
    first = query["from"] or now
    last = query["to"]
    if first == last and not isinstance(last, datetime):
        last += DAY  # the same date twice is that day
    start = _start_of(first, zone)
    latest = _start_of(first + LONGEST_SEARCH, zone)
    end = _start_of(first + usual if last is None else last, zone)
    if end <= start:
        raise InvalidRequest({"to": [_("The end is exclusive: give a later one, for one day the day after it.")]})
    if end > latest:
        is_date = not isinstance(last, datetime)
        names = {"days": LONGEST_SEARCH.days, "latest": latest.astimezone(zone).date() if is_date else instant(latest)}
        raise InvalidRequest({"to": [_("At most %(days)s days are listed at once: give %(latest)s or less.") % names]})
    return Interval(start, end)


def widest_window(query: Values, now: datetime) -> Interval:
    """A window that contains `window_of` for every zone: the provider, whose zone it is, is not read yet."""
    start = _start_of(query["from"] or now, ZoneInfo("UTC"))
    return Interval(start - DAY, start + LONGEST_SEARCH + DAY)


def _start_of(moment: date, zone: ZoneInfo) -> datetime:
    """An instant as it is; a date's first instant, or the next date's where the zone skipped it.

    Bounded to the years that can be booked.
    """
    if not isinstance(moment, datetime):
        moment = start_of_day(moment, zone)
    return min(max(moment, EARLIEST), LATEST)
