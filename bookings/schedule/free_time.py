"""The busy half of availability: what is free of the open spans, told by PostgreSQL.

One statement for one provider or for hundreds: `open - range_agg(busy)` as multiranges, over scans of the btrees on
(party, start) that the asked window bounds. (Rows through the ORM and a loop in Python cost 29 times as much; ADR 12.)
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from bookings.core.constraints import LONGEST_BOOKING, LONGEST_BUFFER
from bookings.core.interval import Interval, merge
from bookings.core.sql import compose, fetch
from bookings.models.querysets import IS_BLOCKING, IS_LAPSED
from bookings.schedule.loading import Schedule

if TYPE_CHECKING:
    from bookings.models import Booking

Key = int | str


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
    parameters = {
        "keys": [each.schedule.key for each in asked],
        "spans": [_multirange(each.spans) for each in asked],
        "after": [each.schedule.buffer_after for each in asked],  # before the next one, the asked booking keeps its own
        "before": [each.schedule.buffer_before for each in asked],
        "lengths": [each.length for each in asked],
        "provider_since": low - LONGEST_BOOKING - 2 * LONGEST_BUFFER,
        "provider_until": high + 2 * LONGEST_BUFFER,
        "attendee": attendee,
        "attendee_since": low - LONGEST_BOOKING,
        "attendee_until": high,
        "now": now,
        "excluding": without,
    }
    free: defaultdict[Key, list[Interval]] = defaultdict(list)
    for key, span in fetch(_statement(kind), parameters, _free):
        free[key].append(span)
    return free


def _free(*, provider: Key, since: datetime, until: datetime) -> tuple[Key, Interval]:
    return provider, Interval(since, until)


def _multirange(spans: Iterable[Interval]) -> str:
    """The spans as PostgreSQL writes them; it joins what touches."""
    return "{" + ",".join(f"[{span.start.isoformat()},{span.end.isoformat()})" for span in merge(spans)) + "}"


FREE = """
    WITH asked AS (
        SELECT * FROM unnest(%(keys)s::{key_type}[], %(spans)s::tstzmultirange[], %(after)s::interval[],
                             %(before)s::interval[], %(lengths)s::interval[])
                   AS a(provider, spans, after, before, length)
    )
    SELECT provider, lower(free) AS since, upper(free) AS until
      FROM asked,
           LATERAL (
               SELECT range_agg(tstzrange(busy_from - after, busy_until + before)) AS spans FROM {table}
                WHERE {provider} = provider AND {start} > %(provider_since)s AND {start} < %(provider_until)s
                  AND {is_blocking} AND NOT {is_lapsed}
           ) taken,
           (
               SELECT range_agg(tstzrange({start}, end_at)) AS spans FROM {table}
                WHERE {attendee} = %(attendee)s AND {start} > %(attendee_since)s AND {start} < %(attendee_until)s
                  AND {is_blocking} AND NOT {is_lapsed}
           ) own,
           unnest(asked.spans - coalesce(taken.spans, '{{}}') - coalesce(own.spans, '{{}}')) free
     WHERE upper(free) - lower(free) >= length
     ORDER BY provider, free
"""


@cache
def _statement(kind: "type[Booking]") -> str:
    """The cast keeps the key's index usable, whatever the driver sends."""
    key_type = kind.provider_model().key_type()
    return compose(FREE, **kind.columns(), key_type=key_type, is_lapsed=IS_LAPSED, is_blocking=IS_BLOCKING)
