"""Minimum notice, horizon, length and slot grid: what limits a booking besides the hours.

The search for slots and `book()` ask the same functions.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings.core.constraints import EARLIEST, LATEST
from bookings.core.errors import Invalid
from bookings.core.interval import MICROSECOND, MINUTE, Interval
from bookings.schedule.grid import Grid, slots
from bookings.schedule.loading import Key, Schedule
from bookings.schedule.openings import openings

BOOKABLE_TIME = Interval(EARLIEST, LATEST)


@dataclass(frozen=True, slots=True)
class BookingTerms:
    """The terms of the person for whom free times are looked for. The defaults are those of an anonymous visitor."""

    attendee: Key | None = None
    """The attendee whose own bookings must not be in the way."""
    is_limited: bool = True
    """Whether notice, horizon and booking limits apply, and the past is refused; not for the desk."""
    picks_slots: bool = True
    """Whether only offered slots can be booked, as by attendees; others may take any span."""


DESK_TERMS = BookingTerms(is_limited=False, picks_slots=False)


def bookable_starts(schedule: Schedule, starts: Interval, terms: BookingTerms, now: datetime) -> Interval | None:
    """The part of `starts` after now and the notice, within the horizon. For the desk only the years are bounded."""
    if not terms.is_limited:
        return starts.intersection(BOOKABLE_TIME)
    earliest = max(now + MICROSECOND, now + schedule.minimum_notice)
    latest = LATEST if schedule.horizon is None else min(LATEST, now + schedule.horizon + MICROSECOND)
    return starts.intersection(Interval(earliest, latest)) if earliest < latest else None


def keep_length(schedule: Schedule, length: timedelta) -> Schedule:
    """The schedule for a booking that moves: it keeps its length where the provider sets one."""
    return schedule if required_length(schedule) is None else replace(schedule, slot=length, service=None)


def required_length(schedule: Schedule) -> timedelta | None:
    """The length of what attendees book: the service's, else the provider's slot length; None: any length."""
    return schedule.service.duration if schedule.service else schedule.slot


def can_have(schedule: Schedule, length: timedelta, terms: BookingTerms) -> bool:
    """Whether these terms allow a booking of this length at the provider."""
    return not terms.picks_slots or required_length(schedule) in (None, length)


def is_slot(schedule: Schedule, span: Interval, terms: BookingTerms) -> bool:
    """Whether a span of open time begins where slots begin; always true for terms that need no slot."""
    if schedule.step is None or not terms.picks_slots:
        return True
    grid = Grid(schedule.step, span.length)
    return span in slots(openings(schedule.rules, span), schedule.zone, [span], grid, span)


def check_service(schedule: Schedule, service: int | None) -> None:
    """Raise Invalid unless the provider offers the service that was asked for, if any."""
    if service is None or (schedule.service and schedule.service.is_offered):
        return
    sentence = _("%(provider)s does not offer this. Choose another service, or somebody else.")
    raise Invalid(errors={"service": [sentence % {"provider": schedule.name}]}, rule="service")


def check_length(schedule: Schedule, length: timedelta, terms: BookingTerms, *, part: str = "end") -> None:
    """Raise Invalid, at `part`, unless these terms allow a booking of this length at the provider."""
    required = required_length(schedule)
    if required is None or can_have(schedule, length, terms):
        return
    minutes = required // MINUTE
    sentence = ngettext("This lasts %(minutes)s minute.", "This lasts %(minutes)s minutes.", minutes)
    raise Invalid(errors={part: [sentence % {"minutes": minutes}]}, rule="length")
