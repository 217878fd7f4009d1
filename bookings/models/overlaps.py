"""What is in the way of a booking. Never names another person.

For messages only: whether a time is free is decided by the exclusion constraints.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.core.constraints import LONGEST_BOOKING, LONGEST_BUFFER
from bookings.core.formatting import describe_span
from bookings.core.interval import Interval
from bookings.schedule.free_time import IS_BLOCKING, IS_LAPSED

if TYPE_CHECKING:
    from bookings.models import Booking


@dataclass(frozen=True, slots=True)
class Taken:
    """Another booking's time on one side: the provider's with its buffers, the attendee's without."""

    part: str
    span: Interval
    holds_time: bool
    """Not a deliberate overbooking."""
    is_lapsed: bool
    """Nobody approved it in time: its time is free, once somebody has cancelled it."""


def explain(taken: Iterable[Taken]) -> dict[str, list[str]]:
    """A sentence for each side that is taken: the part (`provider`, `attendee`) -> sentences; empty when free."""
    says = {"provider": _("Not free: taken %(when)s."), "attendee": _("Already has a booking %(when)s.")}
    spans: dict[str, Interval] = {}
    for other in taken:
        if not other.is_lapsed:
            spans.setdefault(other.part, other.span)
    return {part: [says[part] % {"when": describe_span(spans[part])}] for part in says if part in spans}


def find_overlaps(booking: "Booking", *, now: datetime | None = None) -> dict[str, list[str]]:
    """What the exclusion constraints would refuse this booking for, in words: one query."""
    return explain(other for other in read_taken(booking, now=now) if other.holds_time)


def read_taken(booking: "Booking", *, now: datetime | None = None) -> list[Taken]:
    """The blocking bookings of the provider that touch its busy time and of the attendee that touch its own, by start.

    Served by the btrees on (party, start). Plain SQL: every loser of a race asks this, and the ORM needs two queries
    and ten times the time. The conditions are those of `querysets`; a test holds the two to each other.
    """
    busy, own, reach, buffer = booking.busy_span, booking.span, LONGEST_BOOKING, LONGEST_BUFFER
    at_provider = [booking.provider_key, busy.end, busy.start, busy.start - reach - buffer, busy.end + buffer]
    of_attendee = [booking.attendee_key, own.end, own.start, own.start - reach]
    now = now or timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(_statement(type(booking)), [now, *at_provider, booking.pk, now, *of_attendee, booking.pk])
        rows = cursor.fetchall()
    return [Taken(part, Interval(start, end), not over, lapsed) for part, start, end, over, lapsed, _at in rows]


@cache
def _statement(kind: "type[Booking]") -> str:
    """Names come from the model, never from a request."""
    table, names = kind._meta.db_table, kind.request_names()
    start = kind._meta.get_field("start_at").column
    return f"""
        SELECT 'provider', busy_from, busy_until, is_overbooked, {IS_LAPSED}, "{start}" FROM "{table}"
         WHERE "{names["provider"]}" = %s AND busy_from < %s AND busy_until > %s AND "{start}" > %s AND "{start}" < %s
           AND {IS_BLOCKING}
        UNION ALL
        SELECT 'attendee', "{start}", end_at, is_overbooked, {IS_LAPSED}, "{start}" FROM "{table}"
         WHERE "{names["attendee"]}" = %s AND "{start}" < %s AND end_at > %s AND "{start}" > %s
           AND {IS_BLOCKING}
        ORDER BY 6
    """  # noqa: S608
