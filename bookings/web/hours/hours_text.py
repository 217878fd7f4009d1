"""What a provider's hours page shows: the week as lines of a table, and what deviates from it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from bookings.access.actor import Actor
from bookings.actions.edit_hours import weekly_rows
from bookings.models import ExtraHours, Provider, TimeOff, WorkingHours
from bookings.web.hours.hours_line import describe_interval, describe_validity

MOST_LISTED = 100
DAY = "D j M Y"


@dataclass(frozen=True, slots=True)
class Line:
    """One weekday with its intervals in words; without any it is closed."""

    name: str
    intervals: list[str]


@dataclass(frozen=True, slots=True)
class Listed:
    """One exception in words, and the page that asks whether to remove it."""

    when: str
    reason: str
    remove_url: str


def week_lines(rows: Iterable[WorkingHours], today: date) -> list[Line]:
    """The table's seven lines, without hours whose validity is over, with those that are still to come."""
    lines = {day: Line(str(day.label), []) for day in WorkingHours.Weekday}
    for row in rows:
        if row.valid_until is None or row.valid_until >= today:
            words = [describe_interval(row.starts_at, row.minutes), describe_validity(row.valid_from, row.valid_until)]
            lines[WorkingHours.Weekday(row.weekday)].intervals.append(", ".join(filter(None, words)))
    return list(lines.values())


def week_context(provider: Provider) -> dict[str, object]:
    """The week's table, and whether the page says "always open" instead: with `is_always_open` and no hours."""
    rows = weekly_rows(provider)
    has_hours = bool(rows) or provider.extra_hours.exists()
    is_always_open = provider.is_always_open and not has_hours
    return {"is_always_open": is_always_open, "lines": week_lines(rows, timezone.localdate())}


def exceptions_context(provider: Provider) -> dict[str, object]:
    """Time off and extra hours that are not over, the soonest first, bounded. Two queries."""
    today = timezone.localdate()
    off = list(provider.time_off.filter(ends_on__gte=today).order_by("starts_on", "pk")[: MOST_LISTED + 1])
    extra = list(provider.extra_hours.filter(starts_on__gte=today)[: MOST_LISTED + 1])
    return {
        "time_off": [Listed(describe_time_off(row), row.reason, _url(provider, row)) for row in off[:MOST_LISTED]],
        "extra_hours": [Listed(describe_extra_hours(row), "", _url(provider, row)) for row in extra[:MOST_LISTED]],
        "is_cut": len(off) > MOST_LISTED or len(extra) > MOST_LISTED,
    }


def describe_exception(row: TimeOff | ExtraHours) -> str:
    """The time of an exception in words."""
    return describe_time_off(row) if isinstance(row, TimeOff) else describe_extra_hours(row)


def describe_extra_hours(row: ExtraHours) -> str:
    """For example `Sat 5 Jan 2030, 09:00 to 12:00`."""
    return f"{date_format(row.starts_on, DAY)}, {describe_interval(row.starts_at, row.minutes)}"


def describe_time_off(row: TimeOff) -> str:
    """For example `Mon 7 Jan 2030`, `Mon 7 Jan 2030, 14:00 to midnight`, `Mon 7 Jan 2030 to Fri 11 Jan 2030`."""
    start = date_format(row.starts_on, DAY)
    end = date_format(row.ends_on, DAY)
    is_one_day = row.starts_on == row.ends_on
    if row.starts_at is None and row.ends_at is None:
        return start if is_one_day else _("%(start)s to %(end)s") % {"start": start, "end": end}
    since = time_format(row.starts_at, "H:i") if row.starts_at else "00:00"
    until = time_format(row.ends_at, "H:i") if row.ends_at else _("midnight")
    return _("%(start)s to %(end)s") % {
        "start": f"{start}, {since}",
        "end": until if is_one_day else f"{end}, {until}",
    }


def provider_url(provider: Provider, page: str = "", *more: object) -> str:
    """A page about this provider's hours: `""`, `edit`, `time-off`, `extra`, or `time-off-remove` with a row's id."""
    name = "-".join(filter(None, [f"{provider._meta.db_table}-hours", page]))
    return reverse(name, args=[provider.key, *more])


def list_url(people: type[Provider]) -> str:
    """The page that lists everybody's hours, for the desk."""
    return reverse(f"{people._meta.db_table}-all-hours")


def hours_link(people: type[Provider], actor: Actor) -> str:
    """The page on which this reader edits hours: all for the desk, the own for a provider; empty for others."""
    if actor.is_desk:
        return list_url(people)
    own = actor.key_in(people)
    return "" if own is None else reverse(f"{people._meta.db_table}-hours", args=[own])


def _url(provider: Provider, row: TimeOff | ExtraHours) -> str:
    page = "time-off-remove" if isinstance(row, TimeOff) else "extra-remove"
    return provider_url(provider, page, row.pk)
