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
from bookings.constraints import LATEST, LONGEST_BOOKING, LONGEST_BUFFER
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
    is_lapsed: bool
    """Nobody approved it in time: its time is free, once somebody has cancelled it."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is taken around a booking that was asked for, read at once: what is in its way, what is free instead."""

    booking: "Booking"
    schedule: Schedule
    now: "datetime"
    taken: list[Taken]

    @property
    def in_the_way(self) -> list[Taken]:
        """Those that the exclusion constraints refuse the booking for, lapsed ones among them."""
        spans = {"provider": self.booking.busy_span, "attendee": self.booking.span}
        return [other for other in self.taken if other.holds_time and other.span.overlaps(spans[other.part])]

    @property
    def has_lapsed(self) -> bool:
        """Whether somebody has to cancel a lapsed booking first."""
        return any(other.is_lapsed for other in self.in_the_way)

    def explain(self) -> dict[str, list[str]]:
        """A sentence for each side that is taken: the part (`provider`, `attendee`) -> sentences; empty when free."""
        return _explain([other for other in self.in_the_way if not other.is_lapsed])

    def next_free(self, *, is_limited: bool = False) -> list[Interval]:
        """Up to three spans of the booking's length that both sides have free, from its start on, within 7 days.

        `is_limited` is for those who may book neither the past nor within the notice nor beyond the horizon.
        """
        schedule, now = self.schedule, self.now
        free = subtract(schedule.open_spans(search_window(self.booking)), self._busy())
        if is_limited:
            earliest = now + schedule.minimum_notice
            free = [Interval(max(span.start, earliest), span.end) for span in free if span.end > earliest]
        gaps = first_gaps(free, self.booking.end_at - self.booking.start_at, SUGGESTIONS)
        if is_limited and schedule.horizon is not None:
            gaps = [gap for gap in gaps if gap.start <= now + schedule.horizon]
        return gaps

    def _busy(self) -> list[Interval]:
        """What may not be touched: the provider's busy times, widened by the asked booking's own buffers, and the
        attendee's bookings."""
        before, after = self.schedule.buffer_before, self.schedule.buffer_after
        return [
            other.span.widened(after, before) if other.part == "provider" else other.span
            for other in self.taken
            if not other.is_lapsed
        ]


def search_window(booking: "Booking") -> Interval:
    """Where free times are looked for: seven days, within the years that can be booked."""
    return Interval(booking.start_at, max(booking.end_at, min(booking.start_at + SEARCH, LATEST)))


def look_around(booking: "Booking", schedule: Schedule, *, now: "datetime") -> Surroundings:
    """Read what is taken around the booking, in one query. Needs the busy span; `schedule` covers the search window."""
    window = search_window(booking)
    wide = window.widened(schedule.buffer_before, schedule.buffer_after)
    return Surroundings(booking, schedule, now, read_taken(booking, wide, window, now=now))


def find_overlaps(booking: "Booking", *, now: "datetime | None" = None) -> dict[str, list[str]]:
    """What `Surroundings.explain` says, from a look at the booking's own time alone: one query."""
    taken = read_taken(booking, booking.busy_span, booking.span, now=now)
    return _explain([other for other in taken if other.holds_time and not other.is_lapsed])


def next_free(booking: "Booking", *, now: "datetime | None" = None, is_limited: bool = False) -> list[Interval]:
    """`Surroundings.next_free` of a booking whose provider's schedule is not at hand: two queries."""
    schedule = read_schedule(booking.provider_model(), booking.provider_key, search_window(booking))
    if schedule is None or not schedule.is_active:
        return []
    return look_around(booking, schedule, now=now or timezone.now()).next_free(is_limited=is_limited)


def _explain(taken: list[Taken]) -> dict[str, list[str]]:
    says = {"provider": _("Not free: taken %(when)s."), "attendee": _("Already has a booking %(when)s.")}
    first = {part: next((other.span for other in taken if other.part == part), None) for part in says}
    return {part: [says[part] % {"when": describe_span(span)}] for part, span in first.items() if span}


def read_taken(booking: "Booking", busy: Interval, own: Interval, *, now: "datetime | None" = None) -> list[Taken]:
    """The blocking bookings of the provider that touch `busy` and of the attendee that touch `own`, by start.

    Served by the btrees on (party, start). Plain SQL: every loser of a race asks this, and the ORM needs two queries
    and ten times the time. The conditions are those of `querysets`; a test holds the two to each other.
    """
    reach, buffer = LONGEST_BOOKING, LONGEST_BUFFER
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
    is_lapsed = f"(status = '{Status.PENDING}' AND expires_at <= %s) IS TRUE"
    blocking = f"status <> '{Status.CANCELLED}' AND id IS DISTINCT FROM %s"
    return f"""
        SELECT 'provider', busy_from, busy_until, is_overbooked, {is_lapsed}, "{start}" FROM "{table}"
         WHERE "{names["provider"]}" = %s AND busy_from < %s AND busy_until > %s AND "{start}" > %s AND "{start}" < %s
           AND {blocking}
        UNION ALL
        SELECT 'attendee', "{start}", end_at, is_overbooked, {is_lapsed}, "{start}" FROM "{table}"
         WHERE "{names["attendee"]}" = %s AND "{start}" < %s AND end_at > %s AND "{start}" > %s
           AND {blocking}
        ORDER BY 6
    """  # noqa: S608
