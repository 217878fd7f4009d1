"""A provider's rules as one value, read in one statement for one provider or for hundreds. (FHIR: a Schedule.)

Plain SQL: this read precedes every booking, and the ORM would need five queries and many times the time.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from bookings.core.holiday_calendars import known_calendars
from bookings.core.interval import MINUTE, Interval
from bookings.core.sql import compose, fetch
from bookings.models.fields import find_zone
from bookings.schedule.openings import is_open
from bookings.schedule.rules import DAY, Rules, WallSpan, WeeklyHours

if TYPE_CHECKING:
    from bookings.models import Provider

logger = logging.getLogger(__name__)

Key = int | str
"""The public id of a provider or an attendee."""

UTC = ZoneInfo("UTC")
FURTHEST_DAYS = 400 * 366
"""More than all years that can be booked: computing with it cannot overflow."""


@dataclass(frozen=True, slots=True)
class OfferedService:
    """The service that was asked for, as this provider has it."""

    name: str
    duration: timedelta
    is_offered: bool
    """Whether it can be booked with this provider now."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """The rules of one provider, with the exceptions that touch the asked window."""

    key: Key
    name: str
    is_active: bool
    rules: Rules
    slot: timedelta | None
    """The length of what attendees book; None: any start and any length."""
    step: timedelta | None
    """From one slot to the next; None: the length of what is asked for."""
    buffer_before: timedelta
    buffer_after: timedelta
    """Kept free around a booking: those of the service where it has its own."""
    minimum_notice: timedelta
    horizon: timedelta | None
    day_limit: int | None
    attendee_day_limit: int | None
    needs_approval: bool
    service: OfferedService | None
    """None when none was asked for, and when there is none with the asked id."""

    @property
    def zone(self) -> ZoneInfo:
        """The provider's zone, in whose wall time the rules are."""
        return self.rules.zone

    def is_open(self, span: Interval) -> bool:
        """Whether `span` lies inside one working interval, outside all time off."""
        return is_open(self.rules, span)


class Row(NamedTuple):
    """The columns of `SCHEDULES`; lengths in minutes, `horizon` in days."""

    key: Key
    name: str
    zone: str
    is_active: bool
    is_always_open: bool
    slot: int | None
    step: int | None
    before: int
    after: int
    notice: int
    horizon: int | None
    day_limit: int | None
    attendee_day_limit: int | None
    needs_approval: bool
    holidays: str
    hours: list[tuple[int, str, int, str | None, str | None]] | None
    extra_hours: list[tuple[str, str, int]] | None
    has_extra_hours: bool
    time_off: list[tuple[str, str | None, str, str | None]] | None
    service: str | None
    duration: int
    is_offered: bool


def read_schedule(
    provider_model: "type[Provider]", key: Key | None, window: Interval, *, service: int | None = None
) -> Schedule | None:
    """The schedule of the provider with this public id, with the exceptions that touch `window`, or None."""
    return next(iter(_read(provider_model, OF_ONE, {"key": key}, window, service)), None)


def read_schedules(
    provider_model: "type[Provider]",
    window: Interval,
    *,
    keys: Iterable[Key] | None = None,
    service: int | None = None,
) -> list[Schedule]:
    """The schedules of all who take bookings, or of those with these keys; by name. One statement."""
    condition = OF_ALL if keys is None else OF_SEVERAL
    values = {} if keys is None else {"keys": list(keys)}
    found = [each for each in _read(provider_model, condition, values, window, service) if each.is_active]
    return found if service is None else [each for each in found if each.service and each.service.is_offered]


def _read(
    provider_model: "type[Provider]", condition: str, values: dict[str, Any], window: Interval, service: int | None
) -> list[Schedule]:
    since = (window.start - DAY).date()
    until = (window.end + DAY).date()
    parameters = {"extra_since": since - DAY, "since": since, "until": until, "service": service, **values}
    return [_schedule(row) for row in fetch(_statement(provider_model, condition), parameters, Row)]


SCHEDULES = """
    SELECT p.{key} AS key, p.name, p.time_zone AS zone, p.is_active, p.is_always_open,
           p.slot_minutes AS slot,
           p.slot_step_minutes AS step,
           coalesce(s.buffer_before_minutes, p.buffer_before_minutes) AS before,
           coalesce(s.buffer_after_minutes, p.buffer_after_minutes) AS after,
           p.minimum_notice_minutes AS notice, p.horizon_days AS horizon, p.day_limit, p.attendee_day_limit,
           p.needs_approval, p.holiday_calendar AS holidays,
           (SELECT json_agg(json_build_array(weekday, starts_at, minutes, valid_from, valid_until)
                            ORDER BY weekday, starts_at)
              FROM {working_hours} WHERE provider_id = p.id) AS hours,
           (SELECT json_agg(json_build_array(starts_on, starts_at, minutes) ORDER BY starts_on, starts_at)
              FROM {extra_hours}
             WHERE provider_id = p.id AND starts_on >= %(extra_since)s AND starts_on <= %(until)s) AS extra_hours,
           EXISTS (SELECT FROM {extra_hours} WHERE provider_id = p.id) AS has_extra_hours,
           (SELECT json_agg(json_build_array(starts_on, starts_at, ends_on, ends_at))
              FROM {time_off}
             WHERE provider_id = p.id AND ends_on >= %(since)s AND starts_on <= %(until)s) AS time_off,
           s.name AS service, s.duration_minutes AS duration,
           s.is_active AND EXISTS (
               SELECT FROM {offers} o WHERE o.{offered_service} = s.id AND o.{offering_provider} = p.id
           ) AS is_offered
      FROM {providers} p LEFT JOIN {services} s ON s.id = %(service)s::bigint
     WHERE {condition}
     ORDER BY p.name, p.id
"""
OF_ONE = "p.{key} = %(key)s"
OF_SEVERAL = "p.is_active AND p.{key} = ANY(%(keys)s::{key_type}[])"
OF_ALL = "p.is_active"


@cache
def _statement(provider_model: "type[Provider]", condition: str) -> str:
    """The statement for one table of providers."""
    meta = provider_model._meta
    key = provider_model.key_field
    related: dict[str, Any] = {field.name: field for field in meta.related_objects}
    names = ("working_hours", "extra_hours", "time_off", "services")
    tables = {name: related[name].related_model._meta.db_table for name in names}
    offers = related["services"].field
    return compose(
        SCHEDULES.replace("{condition}", condition),
        **tables,
        providers=meta.db_table,
        key=key,
        key_type=provider_model.key_type(),
        offers=offers.m2m_db_table(),
        offered_service=offers.m2m_column_name(),
        offering_provider=offers.m2m_reverse_name(),
    )


def _schedule(row: Row) -> Schedule:
    zone = _zone(row)
    return Schedule(
        key=row.key,
        name=row.name,
        is_active=row.is_active and zone is not None,
        rules=_rules(row, zone or UTC),
        slot=_minutes(row.slot),
        step=_minutes(row.step or row.slot),
        buffer_before=row.before * MINUTE,
        buffer_after=row.after * MINUTE,
        minimum_notice=row.notice * MINUTE,
        horizon=_days(row.horizon),
        day_limit=row.day_limit,
        attendee_day_limit=row.attendee_day_limit,
        needs_approval=row.needs_approval,
        service=_service(row),
    )


def _rules(row: Row, zone: ZoneInfo) -> Rules:
    return Rules(
        zone=zone,
        hours=tuple(_weekly(*hours) for hours in row.hours or ()),
        extra_hours=tuple(_extra(*hours) for hours in row.extra_hours or ()),
        time_off=tuple(_off(*off) for off in row.time_off or ()),
        holidays=_holidays(row),
        is_always_open=row.is_always_open and not row.hours and not row.has_extra_hours,
    )


def _service(row: Row) -> OfferedService | None:
    if row.service is None:
        return None
    return OfferedService(row.service, row.duration * MINUTE, row.is_offered)


def _zone(row: Row) -> ZoneInfo | None:
    """The provider's zone; None, and an error in the log, for a zone that the tz database does not have (any more)."""
    zone = find_zone(row.zone)
    if zone is None:
        logger.error("The time zone of provider %s is not known: it takes no bookings until that is changed.", row.key)
    return zone


def _holidays(row: Row) -> str:
    """The calendar; empty, and an error in the log, for one that the `holidays` package does not have (any more)."""
    if row.holidays and row.holidays not in known_calendars():
        logger.error("The holidays of provider %s are not known: it is open on all of them.", row.key)
        return ""
    return row.holidays


def _weekly(weekday: int, starts_at: str, minutes: int, since: str | None, until: str | None) -> WeeklyHours:
    return WeeklyHours(weekday, time.fromisoformat(starts_at), minutes, _date(since), _date(until))


def _extra(day: str, starts_at: str, minutes: int) -> WallSpan:
    return WallSpan.lasting(date.fromisoformat(day), time.fromisoformat(starts_at), minutes)


def _off(first: str, starts_at: str | None, last: str, ends_at: str | None) -> WallSpan:
    return WallSpan.of_days(date.fromisoformat(first), _time(starts_at), date.fromisoformat(last), _time(ends_at))


def _minutes(number: int | None) -> timedelta | None:
    return None if number is None else number * MINUTE


def _days(number: int | None) -> timedelta | None:
    return None if number is None else timedelta(days=min(number, FURTHEST_DAYS))


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _time(text: str | None) -> time | None:
    return None if text is None else time.fromisoformat(text)
