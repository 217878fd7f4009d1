"""A provider's weekly hours in one line."""

from collections.abc import Iterable
from itertools import groupby

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from bookings.models import Provider, WorkingHours

RUN = 3  # so many days in a row are written as a range


def describe_hours(provider: Provider) -> str:
    """For example `Mon-Fri 09:00-17:00 (Asia/Jakarta)`."""
    return f"{_weekly(provider)} ({provider.time_zone})"


def _weekly(provider: Provider) -> str:
    hours: Iterable[WorkingHours] = provider.working_hours.all()  # type: ignore[attr-defined]
    by_day = {day: _times(rules) for day, rules in groupby(hours, key=lambda rule: rule.weekday)}
    if not by_day:
        return _("Open at all times")
    days_of: dict[str, list[int]] = {}
    for day, times in by_day.items():
        days_of.setdefault(times, []).append(day)
    return "; ".join(f"{_days(days)} {times}" for times, days in days_of.items())


def _times(rules: Iterable[WorkingHours]) -> str:
    return ", ".join(f"{rule.starts_at:%H:%M}\N{EN DASH}{rule.ends_at:%H:%M}" for rule in rules)


def _days(days: list[int]) -> str:
    names = [str(WEEKDAYS_ABBR[day]) for day in days]
    if len(days) >= RUN and days[-1] - days[0] == len(days) - 1:
        return f"{names[0]}\N{EN DASH}{names[-1]}"
    return ", ".join(names)
