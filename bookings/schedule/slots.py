"""Free slots: what somebody can book now, of one provider or the earliest among all.

A `SlotQuery` and the providers' schedules become `ProviderFreeTime`, from which only as many `Slot`s are cut as are
wanted. `book()` uses the same rules: what is offered to a person can be booked by that person at that moment.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from bookings.core.constraints import LATEST
from bookings.core.interval import MICROSECOND, Interval
from bookings.schedule.free_time import (
    USUAL_LENGTH,
    Bookable,
    ProviderFreeTime,
    find_bookable,
    read_free_times,
    read_free_times_within,
)
from bookings.schedule.loading import Key, Schedule, read_schedule, read_schedules
from bookings.schedule.slot_query import Slot, SlotQuery, reach_of
from bookings.schedule.terms import BookingTerms, bookable_starts, can_have

if TYPE_CHECKING:
    from bookings.models import Booking

__all__ = [
    "LONGEST_SEARCH",
    "USUAL_LENGTH",
    "USUAL_SEARCH",
    "ProviderFreeTime",
    "Slot",
    "SlotQuery",
    "ahead",
    "find_earliest",
    "find_first_of_each",
    "find_slots",
    "next_free",
    "read_free_times",
    "schedule_for",
    "suggestion_reach",
]

USUAL_SEARCH = timedelta(days=7)
"""How far ahead free times of one provider are looked for, unless somebody says how far."""
LONGEST_SEARCH = timedelta(days=62)
"""How far ahead free times are looked for at most."""
LOOK_AHEAD = (timedelta(days=1), timedelta(days=7))
"""How far ahead the earliest slots are looked for, at first and then: most are near, and reading more costs more."""
MOST_SUGGESTIONS = 3


def schedule_for(query: SlotQuery, provider: Key | None) -> Schedule | None:
    """The schedule of a provider as far as the query reaches; None for one who is unknown or takes no bookings."""
    found = read_schedule(query.kind.provider_model(), provider, query.reach, service=query.service)
    return found if found and found.is_active else None


def find_slots(query: SlotQuery, schedule: Schedule, *, limit: int | None = None) -> list[Slot]:
    """All slots of one provider, by start, or the first `limit`; none of a length that the terms do not allow."""
    return [slot for time in read_free_times(query, [schedule]) for slot in islice(time.slots(query.starts), limit)]


def find_earliest(query: SlotQuery, *, limit: int) -> list[Slot]:
    """The earliest `limit` slots over all providers, by start, then by the provider's name.

    The number of statements depends only on how far ahead the slots are, not on the number of providers or bookings.
    """
    schedules = read_schedules(query.kind.provider_model(), query.reach, service=query.service)
    bookable = find_bookable(query, schedules)
    found: list[Slot] = []
    for within in _look_ahead(query, bookable):
        times = read_free_times_within(within, query, bookable)
        found += islice(merge(*(time.slots(within) for time in times), key=_start), limit - len(found))
        if len(found) >= limit:
            break
    return found


def find_first_of_each(query: SlotQuery, providers: Iterable[Key]) -> dict[Key, Slot]:
    """The first slot of each of these providers; those without any are left out."""
    schedules = read_schedules(query.kind.provider_model(), query.reach, keys=providers, service=query.service)
    missing = find_bookable(query, schedules)
    first: dict[Key, Slot] = {}
    for within in _look_ahead(query, missing):
        for time in read_free_times_within(within, query, missing):
            first |= {slot.provider: slot for slot in islice(time.slots(within), 1)}
        missing = [(schedule, starts) for schedule, starts in missing if schedule.key not in first]
        if not missing:
            break
    return first


def _look_ahead(query: SlotQuery, bookable: Sequence[Bookable]) -> Iterator[Interval]:
    """The asked time in ever wider parts, in order, from the first start that can be booked with anybody."""
    first = min((starts.start for _schedule, starts in bookable), default=None)
    if first is not None:
        ends = [first + length for length in LOOK_AHEAD if first + length < query.starts.end]
        for start, end in pairwise([first, *ends, query.starts.end]):
            yield Interval(start, end)


def next_free(
    booking: "Booking", *, terms: BookingTerms, now: datetime, schedule: Schedule | None = None
) -> list[Interval]:
    """Up to three spans that could be booked instead under these terms, from the booking's start on, within seven days.

    They have the booking's length where the terms allow that. Where nothing may start around the booking's time, they
    are the earliest ones from now on. `schedule` is one that was read for `suggestion_reach`.
    """
    starts = ahead(booking.start_at, USUAL_SEARCH)
    length = booking.end_at - booking.start_at
    query = SlotQuery(type(booking), starts, terms, now, length, booking.service_id, excluding=booking.pk)
    schedule = schedule or schedule_for(query, booking.provider_id)
    if schedule is not None and bookable_starts(schedule, starts, terms, now) is None:
        query = replace(query, starts=ahead(now, USUAL_SEARCH))
        schedule = _read_again(query, schedule)
    if schedule is None:
        return []
    return list(islice(_free_spans(_bookable_query(query, schedule), schedule), MOST_SUGGESTIONS))


def _read_again(query: SlotQuery, schedule: Schedule) -> Schedule | None:
    """The same provider's schedule, read as far as another query reaches; it keeps what `keep_length` changed."""
    again = schedule_for(query, schedule.key)
    return again and replace(again, slot=schedule.slot, service=schedule.service)


def _bookable_query(query: SlotQuery, schedule: Schedule) -> SlotQuery:
    """The query without a length that its terms do not allow, and without a service that `keep_length` took out."""
    if query.length and not can_have(schedule, query.length, query.terms):
        query = replace(query, length=None)
    if not schedule.service:
        query = replace(query, service=None)
    return query


def _free_spans(query: SlotQuery, schedule: Schedule) -> Iterator[Interval]:
    """The slots of one provider; where any start is allowed, one free span after the other."""
    for time in read_free_times(query, [schedule]):
        if schedule.step is None or not query.terms.picks_slots:
            yield from time.gaps()
        else:
            yield from (slot.span for slot in time.slots(query.starts))


def suggestion_reach(booking: "Booking") -> Interval:
    """The instants that the suggestions in place of this booking can cover."""
    return reach_of(ahead(booking.start_at, USUAL_SEARCH))


def ahead(start: datetime, length: timedelta) -> Interval:
    """The time from `start` on, within the years that can be booked; never empty."""
    return Interval(start, max(min(start + length, LATEST), start + MICROSECOND))


def _start(slot: Slot) -> datetime:
    return slot.span.start
