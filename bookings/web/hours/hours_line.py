"""A provider's hours in words: an interval, how long it is valid, the whole week in one line."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from itertools import groupby

from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from bookings.actions.edit_hours import value_of
from bookings.models import Provider, WorkingHours
from bookings.models.fields import DAY_MINUTES, find_zone

SHORTEST_RANGE = 3  # so many days in a row are written as a range
RELATIONS = ("working_hours", "extra_hours")
"""What `describe_hours` reads of a provider, to be prefetched for many."""


def describe_interval(starts_at: time, minutes: int) -> str:
    """For example `09:00 to 12:00`, `20:00 until 02:00 the next day`."""
    if (starts_at, minutes) == (time.min, DAY_MINUTES):
        return _("the whole day")
    end = datetime.combine(date.min, starts_at) + timedelta(minutes=minutes)
    names = {"start": _clock(starts_at), "end": _clock(end.time())}
    if end.date() == date.min:
        return _("%(start)s to %(end)s") % names
    return (_("%(start)s to midnight") if end.time() == time.min else _("%(start)s until %(end)s the next day")) % names


def describe_validity(first: date | None, last: date | None) -> str:
    """For example `from 1 Dec 2026`, `from 1 Dec 2026 to 31 Jan 2027`; empty for hours that are valid for good."""
    names = {"first": first and date_format(first, "j M Y"), "last": last and date_format(last, "j M Y")}
    if first and last:
        return _("from %(first)s to %(last)s") % names
    if first:
        return _("from %(first)s") % names
    return _("until %(last)s") % names if last else ""


def describe_hours(provider: Provider) -> str:
    """For example `Mon-Fri 09:00-17:00 (Asia/Jakarta)`: as they are today in the provider's zone."""
    return f"{_weekly(provider)} ({provider.time_zone})"


def _weekly(provider: Provider) -> str:
    rows = list(provider.working_hours.all())
    if not rows:
        return _without_weekly_hours(provider)
    today = timezone.localdate(timezone=find_zone(provider.time_zone))  # the reader's for an unknown zone
    parts = _days_and_times(row for row in rows if value_of(row).is_valid_on(today)) or [_("Closed")]
    if later := [row.valid_from for row in rows if row.valid_from and row.valid_from > today]:
        parts.append(_("other hours from %(day)s") % {"day": date_format(min(later), "j M Y")})
    return "; ".join(parts)


def _without_weekly_hours(provider: Provider) -> str:
    if provider.extra_hours.exists():
        return _("Open on single days only")
    return _("Open at all times") if provider.is_always_open else _("Closed")


def _days_and_times(rows: Iterable[WorkingHours]) -> list[str]:
    days_of: dict[str, list[int]] = {}
    for day, of_day in groupby(rows, key=lambda row: row.weekday):
        days_of.setdefault(_times(of_day), []).append(day)
    return [f"{_days(days)} {times}" for times, days in days_of.items()]


def _times(rows: Iterable[WorkingHours]) -> str:
    return ", ".join(f"{rule.starts_at:%H:%M}\N{EN DASH}{rule.ends_at:%H:%M}" for rule in rows)


def _days(days: list[int]) -> str:
    names = [str(WEEKDAYS_ABBR[day]) for day in days]
    if len(days) >= SHORTEST_RANGE and days[-1] - days[0] == len(days) - 1:
        return f"{names[0]}\N{EN DASH}{names[-1]}"
    return ", ".join(names)


def _clock(at: time) -> str:
    return time_format(at, "H:i:s" if at.second else "H:i")
