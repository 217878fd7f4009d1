"""The busy half of availability: what is free of the open spans, told by PostgreSQL.

One statement for one provider or for hundreds: `open - range_agg(busy)` as multiranges, over scans of the btrees on
(party, start) that the asked window bounds. (Rows through the ORM and a loop in Python cost 29 times as much; ADR 12.)
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import connection

from bookings.core.constraints import LONGEST_BOOKING, LONGEST_BUFFER
from bookings.core.interval import Interval, merge
from bookings.core.lifecycle import Status
from bookings.schedule.loading import Schedule

if TYPE_CHECKING:
    from bookings.models import Booking

Key = int | str
IS_LAPSED = f"(status = '{Status.PENDING}' AND expires_at <= %s) IS TRUE"
IS_BLOCKING = f"status <> '{Status.CANCELLED}' AND id IS DISTINCT FROM %s"


@dataclass(frozen=True, slots=True)
class Open:
    """When one provider's rules are open, and how long the booking is that is asked for."""

    schedule: Schedule
    spans: Sequence[Interval]
    length: timedelta


def read_free(
    kind: "type[Booking]",
    asked: Iterable[Open],
    *,
    attendee: Key | None,
    now: datetime,
    without: int | None = None,
) -> dict[Key, list[Interval]]:
    """What both sides have free of each provider's open spans, by the provider's key, ordered; one statement.

    Only spans into which the whole of the asked booking fits, whatever buffers the provider keeps around it. `attendee`
    is who must be free too; `without` is a booking that is about to move.
    """
    asked = [each for each in asked if each.spans]
    if not asked:
        return {}
    low, high = min(each.spans[0].start for each in asked), max(span.end for each in asked for span in each.spans)
    columns: list[Any] = [
        [each.schedule.key for each in asked],
        [_multirange(each.spans) for each in asked],
        [each.schedule.buffer_after for each in asked],  # before the next one, the asked booking keeps its own
        [each.schedule.buffer_before for each in asked],
        [each.length for each in asked],
    ]
    earliest = low - LONGEST_BOOKING - LONGEST_BUFFER
    at_provider = [earliest - LONGEST_BUFFER, high + 2 * LONGEST_BUFFER, without, now]
    of_attendee = [attendee, low - LONGEST_BOOKING, high, without, now]
    with connection.cursor() as cursor:
        cursor.execute(_statement(kind), [*columns, *at_provider, *of_attendee])
        rows = cursor.fetchall()
    free: defaultdict[Key, list[Interval]] = defaultdict(list)
    for key, start, end in rows:
        free[key].append(Interval(start, end))
    return free


def _multirange(spans: Iterable[Interval]) -> str:
    """The spans as PostgreSQL writes them; it joins what touches."""
    return "{" + ",".join(f"[{span.start.isoformat()},{span.end.isoformat()})" for span in merge(spans)) + "}"


@cache
def _statement(kind: "type[Booking]") -> str:
    """Names come from the models, never from a request; the cast keeps the key's index usable."""
    table, names = kind._meta.db_table, kind.request_names()
    start = kind._meta.get_field("start_at").column
    key = kind.provider_model().key_type()
    return f"""
        WITH asked AS (
            SELECT * FROM unnest(%s::{key}[], %s::tstzmultirange[], %s::interval[], %s::interval[], %s::interval[])
                       AS a(provider, spans, after, before, length)
        )
        SELECT provider, lower(free), upper(free)
          FROM asked,
               LATERAL (
                   SELECT range_agg(tstzrange(busy_from - after, busy_until + before)) AS spans FROM "{table}"
                    WHERE "{names["provider"]}" = provider AND "{start}" > %s AND "{start}" < %s
                      AND {IS_BLOCKING} AND NOT {IS_LAPSED}
               ) taken,
               (
                   SELECT range_agg(tstzrange("{start}", end_at)) AS spans FROM "{table}"
                    WHERE "{names["attendee"]}" = %s AND "{start}" > %s AND "{start}" < %s
                      AND {IS_BLOCKING} AND NOT {IS_LAPSED}
               ) own,
               unnest(asked.spans - coalesce(taken.spans, '{{}}') - coalesce(own.spans, '{{}}')) free
         WHERE upper(free) - lower(free) >= length
         ORDER BY provider, free
    """  # noqa: S608
