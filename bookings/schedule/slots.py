"""Free slots: what somebody can book now, of one provider or the earliest among all. (FHIR: Slot.)

The rules become openings in plain Python, the busy times are subtracted by PostgreSQL, and the slots are cut from what
is left. `book()` asks the same functions: what is offered to a person can be booked by that person at that moment.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from bookings.core.constraints import LATEST
from bookings.core.interval import Interval
from bookings.schedule.free_time import Key
from bookings.schedule.loading import Schedule, read_schedule, read_schedules
from bookings.schedule.slot_search import USUAL, Ask, Glance, Search, Slot
from bookings.schedule.terms import INSTANT, Asker, bookable_starts, can_have

if TYPE_CHECKING:
    from bookings.models import Booking

__all__ = [
    "FURTHEST",
    "SEARCH",
    "USUAL",
    "Ask",
    "Glance",
    "Slot",
    "find_earliest",
    "find_first_of_each",
    "find_slots",
    "look_at",
    "next_free",
    "schedule_for",
    "search_window",
]

SEARCH = timedelta(days=7)
SUGGESTIONS = 3
FURTHEST = timedelta(days=62)
"""How far anybody looks at once."""


def schedule_for(kind: "type[Booking]", provider: Key | None, ask: Ask) -> Schedule | None:
    """The schedule of a provider as far as `ask` reaches; None for one who is unknown or takes no bookings."""
    found = read_schedule(kind.provider_model(), provider, ask.reach, service=ask.service)
    return found if found and found.is_active else None


def look_at(
    kind: "type[Booking]",
    schedules: Sequence[Schedule],
    ask: Ask,
    *,
    who: Asker,
    now: datetime,
    without: int | None = None,
) -> Glance:
    """What these providers have free, to cut slots and days from; `without` is a booking that is about to move.

    There is none of a length that the asker cannot have.
    """
    return Search(kind, schedules, ask, who, now, without).look()


def find_slots(
    kind: "type[Booking]", schedule: Schedule, ask: Ask, *, who: Asker, now: datetime, limit: int | None = None
) -> list[Slot]:
    """All slots of one provider, by start, or the first `limit`; none of a length that the asker cannot have."""
    found = look_at(kind, [schedule], ask, who=who, now=now)
    return found.slots() if limit is None else found.earliest(limit)[:limit]


def find_earliest(kind: "type[Booking]", ask: Ask, *, who: Asker, now: datetime, limit: int) -> list[Slot]:
    """The earliest `limit` slots over all providers, by start, then by the provider's name.

    The number of statements does not depend on that of providers or bookings, only on how far one has to look.
    """
    schedules = read_schedules(kind.provider_model(), ask.reach, service=ask.service)
    found: list[Slot] = []
    for glance in Search(kind, schedules, ask, who, now).looks():
        found += glance.earliest(limit - len(found))
        if len(found) >= limit:
            break
    return found[:limit]


def find_first_of_each(
    kind: "type[Booking]", providers: Iterable[Key], *, who: Asker, now: datetime, service: int | None = None
) -> dict[Key, Slot]:
    """The next slot of each of these providers within 62 days; those without any are left out."""
    ask = Ask(_forward(now, FURTHEST), service=service)
    schedules = read_schedules(kind.provider_model(), ask.reach, keys=providers, service=service)
    search = Search(kind, schedules, ask, who, now)
    first: dict[Key, Slot] = {}
    for glance in search.looks():
        first |= {slot.provider: slot for slot in glance.first_of_each()}
        search.schedules = [schedule for schedule in search.schedules if schedule.key not in first]
        if not search.schedules:
            break
    return first


def next_free(booking: "Booking", *, who: Asker, now: datetime, schedule: Schedule | None = None) -> list[Interval]:
    """Up to three spans that this asker could book instead, from the booking's start on, within seven days.

    As long as the booking where the asker may have that; where it may not start so early or so late, the earliest.
    `schedule` is one that was read for `search_window`.
    """
    ask = Ask(_forward(booking.start_at, SEARCH), booking.end_at - booking.start_at, booking.service_id)
    schedule = schedule or schedule_for(type(booking), booking.provider_id, ask)
    if schedule is not None and bookable_starts(schedule, ask.starts, who, now) is None:
        ask = Ask(_forward(now, SEARCH), ask.length, ask.service)
        again = schedule_for(type(booking), booking.provider_id, ask)
        schedule = again and replace(again, slot=schedule.slot, service=schedule.service)  # as for one that moves
    if schedule is None:
        return []
    length = ask.length if ask.length is not None and can_have(schedule, ask.length, who) else None
    ask = Ask(ask.starts, length, ask.service if schedule.service else None)  # one that moves keeps what it has
    glance = look_at(type(booking), [schedule], ask, who=who, now=now, without=booking.pk)
    if schedule.step is None or not who.picks_slots:
        return list(islice(glance.gaps(), SUGGESTIONS))
    return [slot.span for slot in glance.slots()[:SUGGESTIONS]]


def search_window(booking: "Booking") -> Interval:
    """Where free times are looked for instead of this one."""
    return Ask(_forward(booking.start_at, SEARCH)).reach


def _forward(start: datetime, length: timedelta) -> Interval:
    """So far from an instant, within the years that can be booked."""
    return Interval(start, max(min(start + length, LATEST), start + INSTANT))
