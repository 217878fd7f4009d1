"""What is in the way of a booking, and when the next free time is. Never names another person.

For messages only: whether a time is free is decided by the exclusion constraints.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.availability import first_gaps
from bookings.constraints import LONGEST_BOOKING, LONGEST_BUFFER
from bookings.interval import Interval, subtract
from bookings.lifecycle import Status
from bookings.schedules import Schedule, read_schedule
from bookings.wording import describe_span

if TYPE_CHECKING:
    from datetime import datetime

    from bookings.models import Booking

SEARCH = timedelta(days=7)
SUGGESTIONS = 3


@dataclass(frozen=True, slots=True)
class Taken:
    """Another booking's time on one side: the provider's with its buffers, the attendee's without."""

    part: str
    span: Interval
    holds_time: bool
    """Not a deliberate overbooking."""


def find_overlaps(booking: "Booking", *, now: "datetime | None" = None) -> dict[str, list[str]]:
    """A sentence for each side that is taken: the part (`provider`, `attendee`) -> sentences; empty when free.

    Needs the busy span. One query.
    """
    says = {"provider": _("Not free: taken %(when)s."), "attendee": _("Already has a booking %(when)s.")}
    taken = [other for other in read_taken(booking, booking.busy_span, booking.span, now=now) if other.holds_time]
    first = {part: next((other.span for other in taken if other.part == part), None) for part in says}
    return {part: [says[part] % {"when": describe_span(span)}] for part, span in first.items() if span}


def next_free(booking: "Booking", *, now: "datetime | None" = None, is_limited: bool = False) -> list[Interval]:
    """Up to three spans of the booking's length that both sides have free, from its start on, within 7 days.

    `is_limited` is for those who may book neither the past nor within the notice nor beyond the provider's horizon.
    """
    now = now or timezone.now()
    start = max(booking.start_at, now) if is_limited else booking.start_at
    window = Interval(start, start + SEARCH)
    schedule = read_schedule(booking.provider_model(), booking.provider_key, window)
    if schedule is None or not schedule.is_active:
        return []
    free = subtract(schedule.open_spans(window), _busy(booking, schedule, window, now))
    if is_limited:
        earliest = now + schedule.minimum_notice
        free = [Interval(max(span.start, earliest), span.end) for span in free if span.end > earliest]
    gaps = first_gaps(free, booking.end_at - booking.start_at, SUGGESTIONS)
    if is_limited and schedule.horizon is not None:
        gaps = [gap for gap in gaps if gap.start <= now + schedule.horizon]
    return gaps


def _busy(booking: "Booking", schedule: Schedule, window: Interval, now: "datetime") -> list[Interval]:
    """What may not be touched: the provider's busy times, widened by the asked booking's own buffers, and the
    attendee's bookings."""
    wide = window.widened(schedule.buffer_before, schedule.buffer_after)
    return [
        other.span.widened(schedule.buffer_after, schedule.buffer_before) if other.part == "provider" else other.span
        for other in read_taken(booking, wide, window, now=now)
    ]


def read_taken(booking: "Booking", busy: Interval, own: Interval, *, now: "datetime | None" = None) -> list[Taken]:
    """The blocking bookings of the provider that touch `busy` and of the attendee that touch `own`, by start.

    Served by the btrees on (party, start). Plain SQL: every loser of a race asks this, and the ORM needs two queries
    and ten times the time. The conditions are those of `querysets`; a test holds the two to each other.
    """
    reach, buffer = LONGEST_BOOKING, LONGEST_BUFFER
    at_provider = [booking.provider_key, busy.end, busy.start, busy.start - reach - buffer, busy.end + buffer]
    of_attendee = [booking.attendee_key, own.end, own.start, own.start - reach]
    others = [booking.pk, now or timezone.now()]
    with connection.cursor() as cursor:
        cursor.execute(_statement(type(booking)), [*at_provider, *others, *of_attendee, *others])
        rows = cursor.fetchall()
    return [Taken(part, Interval(start, end), not is_overbooked) for part, start, end, is_overbooked, _at in rows]


@cache
def _statement(kind: "type[Booking]") -> str:
    """Names come from the model, never from a request."""
    table, names = kind._meta.db_table, kind.request_names()
    start = kind._meta.get_field("start_at").column
    blocking = f"""status <> '{Status.CANCELLED}' AND id IS DISTINCT FROM %s
           AND (status = '{Status.PENDING}' AND expires_at <= %s) IS NOT TRUE"""
    return f"""
        SELECT 'provider', busy_from, busy_until, is_overbooked, "{start}" FROM "{table}"
         WHERE "{names["provider"]}" = %s AND busy_from < %s AND busy_until > %s AND "{start}" > %s AND "{start}" < %s
           AND {blocking}
        UNION ALL
        SELECT 'attendee', "{start}", end_at, is_overbooked, "{start}" FROM "{table}"
         WHERE "{names["attendee"]}" = %s AND "{start}" < %s AND end_at > %s AND "{start}" > %s
           AND {blocking}
        ORDER BY 5
    """  # noqa: S608
