"""A provider's rules as one value, read in one statement. (FHIR calls it a Schedule.)

Plain SQL: this read precedes every booking, and the ORM would need three queries and four times the time.
"""

from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db import connection

from bookings.availability import DAY, WallSpan, WeeklyHours, open_spans
from bookings.interval import Interval

if TYPE_CHECKING:
    from bookings.models import Provider


@dataclass(frozen=True, slots=True)
class Schedule:
    """The rules of one provider, with the time off that touches the asked window."""

    name: str
    zone: ZoneInfo
    is_active: bool
    buffer_before: timedelta
    buffer_after: timedelta
    minimum_notice: timedelta
    horizon: timedelta | None
    needs_approval: bool
    hours: tuple[WeeklyHours, ...]
    time_off: tuple[WallSpan, ...]

    def open_spans(self, window: Interval) -> list[Interval]:
        """When the rules are open within `window`; see `availability.open_spans`."""
        return open_spans(self.hours, self.time_off, self.zone, window)

    def is_open(self, span: Interval) -> bool:
        """Whether `span` lies inside one working interval, outside all time off."""
        return any(opening.contains(span) for opening in self.open_spans(span))


def read_schedule(provider_model: "type[Provider]", key: int | str | None, window: Interval) -> Schedule | None:
    """The schedule of the provider with this public id, time off bounded to `window`; None when unknown."""
    with connection.cursor() as cursor:
        cursor.execute(_statement(provider_model), [window.start - DAY, window.end + DAY, key])
        row = cursor.fetchone()
    return _schedule(*row) if row else None


@cache
def _statement(provider_model: "type[Provider]") -> str:
    """The read for one table of providers; names come from the models, never from a request."""
    meta = provider_model._meta
    tables = {field.name: field.related_model._meta.db_table for field in meta.related_objects}
    hours, off = tables["working_hours"], tables["time_off"]
    key = provider_model.key_field
    return f"""
        SELECT name, time_zone, is_active, buffer_before_minutes, buffer_after_minutes,
               minimum_notice_minutes, horizon_days, needs_approval,
               (SELECT json_agg(json_build_array(weekday, starts_at, minutes) ORDER BY weekday, starts_at)
                  FROM "{hours}" WHERE provider_id = p.id),
               (SELECT json_agg(json_build_array(starts_on, starts_at, ends_on, ends_at))
                  FROM "{off}" WHERE provider_id = p.id AND ends_on >= %s::date AND starts_on <= %s::date)
          FROM "{meta.db_table}" p WHERE "{key}" = %s
    """  # noqa: S608


def _schedule(
    name: str,
    zone: str,
    is_active: bool,  # noqa: FBT001 - the columns of the statement, in its order
    before: int,
    after: int,
    notice: int,
    horizon: int | None,
    needs_approval: bool,  # noqa: FBT001
    hours: Any,
    off: Any,
) -> Schedule:
    return Schedule(
        name=name,
        zone=ZoneInfo(zone),
        is_active=is_active,
        buffer_before=timedelta(minutes=before),
        buffer_after=timedelta(minutes=after),
        minimum_notice=timedelta(minutes=notice),
        horizon=None if horizon is None else timedelta(days=horizon),
        needs_approval=needs_approval,
        hours=tuple(WeeklyHours(day, time.fromisoformat(at), length) for day, at, length in hours or ()),
        time_off=tuple(
            WallSpan.of_days(
                date.fromisoformat(first),
                _time(start),
                date.fromisoformat(last),
                _time(end),
            )
            for first, start, last, end in off or ()
        ),
    )


def _time(text: str | None) -> time | None:
    return None if text is None else time.fromisoformat(text)
