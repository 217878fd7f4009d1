"""What is in the way of a booking. The messages never name another person.

For messages only: whether a time is free is decided by the exclusion constraints.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.core.constraints import LONGEST_BOOKING, LONGEST_BUFFER
from bookings.core.formatting import describe_span
from bookings.core.interval import Interval
from bookings.core.sql import fetch
from bookings.models.querysets import statement_about

if TYPE_CHECKING:
    from bookings.models import Booking


@dataclass(frozen=True, slots=True)
class Taken:
    """The time that another booking takes on one side: the provider's with buffers, the attendee's without."""

    part: str
    span: Interval
    holds_time: bool
    """Not a deliberate overbooking."""
    is_expired: bool
    """Nobody approved it in time: its time is free as soon as it is cancelled."""


def explain(taken: Iterable[Taken]) -> dict[str, list[str]]:
    """A sentence for each side that is taken: the part (`provider`, `attendee`) -> sentences; empty when free."""
    says = {"provider": _("Not free: taken %(when)s."), "attendee": _("Already has a booking %(when)s.")}
    spans: dict[str, Interval] = {}
    for other in taken:
        if not other.is_expired:
            spans.setdefault(other.part, other.span)
    return {part: [says[part] % {"when": describe_span(spans[part])}] for part in says if part in spans}


def find_overlaps(booking: "Booking", *, now: datetime | None = None) -> dict[str, list[str]]:
    """What the exclusion constraints would refuse this booking for, in words: one query."""
    return explain(other for other in read_taken(booking, now=now) if other.holds_time)


def read_taken(booking: "Booking", *, now: datetime | None = None) -> list[Taken]:
    """The blocking bookings of the provider that touch its busy time and of the attendee that touch its own, by start.

    Uses the btrees on (party, start). Plain SQL: every request that loses a race asks this, and the ORM would need two
    queries and ten times the time. The conditions are those of `querysets`; a test compares the two.
    """
    busy = booking.busy_span
    own = booking.span
    parameters = {
        "provider": booking.provider_id,
        "busy_from": busy.start,
        "busy_until": busy.end,
        "provider_since": busy.start - LONGEST_BOOKING - LONGEST_BUFFER,
        "provider_until": busy.end + LONGEST_BUFFER,
        "attendee": booking.attendee_id,
        "start": own.start,
        "end": own.end,
        "attendee_since": own.start - LONGEST_BOOKING,
        "now": now or timezone.now(),
        "excluding": booking.pk,
    }
    return fetch(statement_about(type(booking), TAKEN), parameters, _taken)


def _taken(
    *, part: str, since: datetime, until: datetime, is_overbooked: bool, is_expired: bool, **_order: object
) -> Taken:
    return Taken(part, Interval(since, until), not is_overbooked, is_expired)


TAKEN = """
    SELECT 'provider' AS part, busy_from AS since, busy_until AS until, is_overbooked, {is_expired} AS is_expired,
           {start} AS start_at
      FROM {table}
     WHERE {provider} = %(provider)s AND busy_from < %(busy_until)s AND busy_until > %(busy_from)s
       AND {start} > %(provider_since)s AND {start} < %(provider_until)s AND {is_blocking}
    UNION ALL
    SELECT 'attendee', {start}, end_at, is_overbooked, {is_expired}, {start}
      FROM {table}
     WHERE {attendee} = %(attendee)s AND {start} < %(end)s AND end_at > %(start)s
       AND {start} > %(attendee_since)s AND {is_blocking}
     ORDER BY start_at
"""
