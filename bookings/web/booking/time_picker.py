"""Picking a free time: the days that have one, and the times of the selected day as a list of radio buttons."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings.core.interval import MINUTE, Interval
from bookings.schedule.loading import Schedule
from bookings.schedule.rules import DAY
from bookings.schedule.slots import LONGEST_SEARCH, ProviderFreeTime, Slot, SlotQuery, read_free_times
from bookings.schedule.wall_time import instants_of, start_of_day
from bookings.web.booking.picker_state import PickerState
from bookings.web.slot_value import read_choice, write_choice
from bookings.web.wall_time import offset_name

MOST_DAYS = 14
FIRST_REACH = timedelta(days=21)
"""How far ahead free times are looked for at first: three working weeks have as many days as are shown."""
EARLIER_STEP = timedelta(days=28)
"""How far `Earlier days` goes back."""
NOON = 12
EVENING = 17
MOST_WITHOUT_HEADINGS = 8
"""Up to so many times are shown without headings."""


@dataclass(frozen=True, slots=True)
class Time:
    """A free time as a radio button."""

    value: str
    start: str
    end: str
    hints: Sequence[str]
    """The provider, and the time on the provider's own clock where they need to be shown."""
    is_picked: bool


@dataclass(frozen=True, slots=True)
class Part:
    """Some times of a day under one heading; under none when they are few."""

    title: str
    times: Sequence[Time]


@dataclass(frozen=True, slots=True)
class Day:
    """A day that has free times."""

    on: date
    url: str
    is_selected: bool

    @property
    def name(self) -> str:
        """The weekday; `Today` for today."""
        return _("Today") if self.on == timezone.localdate() else date_format(self.on, "D")


@dataclass(frozen=True, slots=True)
class Picker:
    """What the page shows. Without `days` nothing is free from the first day to `last`."""

    state: PickerState
    days: Sequence[Day]
    parts: Sequence[Part]
    selected: date | None
    gone: date | None
    """The day that was asked for and has nothing free any more."""
    is_gone: bool
    """Whether the time that was picked is not on offer any more."""
    last: date
    later: date | None
    earlier: date | None
    minutes: int | None
    """The length of the times; None where they differ."""
    refusal: str = ""
    """Why nothing is free for this attendee on any day."""

    @property
    def count(self) -> int:
        """How many times there are to choose from."""
        return sum(len(part.times) for part in self.parts)

    @property
    def later_url(self) -> str:
        """The address of the later days; empty without any."""
        return self.state.url(**{"from": self.later.isoformat(), "day": ""}) if self.later else ""

    @property
    def earlier_url(self) -> str:
        """The address of the earlier days; empty without any."""
        return self.state.url(**{"from": self.earlier.isoformat(), "day": ""}) if self.earlier else ""

    @property
    def announcement(self) -> str:
        """What a screen reader announces when the times have changed."""
        if self.selected is None:
            return self.refusal or _("Nothing is free on these days.")
        sentence = ngettext("%(day)s: %(count)s free time.", "%(day)s: %(count)s free times.", self.count)
        return sentence % {"day": date_format(self.selected, "l, j F"), "count": self.count}


def pick(
    query: SlotQuery, schedules: Sequence[Schedule], state: PickerState, *, picked: str, own: Interval | None = None
) -> Picker:
    """The free times of these providers; of several at one start the first provider's.

    `picked` is the choice that was made, as `write_choice` writes it. `own` is the time of a booking that is about to
    move: it is not offered, and its day is selected unless another one was asked for.
    """
    free_days = _find_free_days(query, schedules, state, own)
    selected = _select_day(free_days, state)
    slots = _one_each(free_days.slots(selected)) if selected else []
    times = _times(slots, schedules, picked)
    return Picker(
        state=state,
        days=[Day(on, state.url(day=on.isoformat()), is_selected=on == selected) for on in free_days.shown],
        parts=_parts(slots, times),
        selected=selected,
        gone=state.day if state.day != selected else None,
        is_gone=free_days.is_known(picked) and not any(time.is_picked for time in times),
        last=free_days.until - DAY,
        later=_later(free_days.until, state, schedules, query.now),
        earlier=_earlier(state),
        minutes=_common_minutes(slots),
    )


def _select_day(free_days: "FreeDays", state: PickerState) -> date | None:
    """The day that was asked for if it has a free time, else the day of the booking that moves, else the first one."""
    own_day = timezone.localdate(free_days.own.start) if free_days.own else None
    return next((day for day in (state.day, own_day, *free_days.shown) if day and free_days.is_free(day)), None)


def _later(until: date, state: PickerState, schedules: Sequence[Schedule], now: datetime) -> date | None:
    """The first of the later days; None where nobody can be booked that late."""
    return until if until <= state.latest_first and _reaches(schedules, until, now) else None


def _earlier(state: PickerState) -> date | None:
    """The first of the earlier days; None where the shown ones begin today."""
    today = timezone.localdate()
    return max(today, state.first - EARLIER_STEP) if state.first > today else None


def _common_minutes(slots: Sequence[Slot]) -> int | None:
    """The length of all these slots; None where they differ."""
    lengths = {slot.span.length for slot in slots}
    return lengths.pop() // MINUTE if len(lengths) == 1 else None


def starts_from(first: date, length: timedelta, now: datetime) -> Interval:
    """The instants of the reader's days from `first` on, for so long, from now on; never empty."""
    start = _midnight(first)
    end = _midnight(first + length)
    return Interval(max(now, start), max(end, now + MINUTE))


@dataclass(frozen=True, slots=True)
class FreeDays:
    """The free times found in a range of the reader's days."""

    first: date
    end: date
    free_times: Sequence[ProviderFreeTime]
    own: Interval | None
    days: Sequence[date] = ()
    """Those that have a free time, at most one more than are shown."""

    @property
    def shown(self) -> Sequence[date]:
        """The days to choose from."""
        return self.days[:MOST_DAYS]

    @property
    def until(self) -> date:
        """The first day that is not shown."""
        return self.days[MOST_DAYS] if len(self.days) > MOST_DAYS else self.end

    def each(self, day: date) -> Iterator[Slot]:
        """The slots of a day, one provider's after the other's."""
        start = _midnight(day)
        end = _midnight(day + DAY)
        if start < end:  # no zone skips that day
            found = (slot for time in self.free_times for slot in time.slots(Interval(start, end)))
            yield from (slot for slot in found if slot.span != self.own)

    def is_free(self, day: date) -> bool:
        """Whether a day that is looked at has a free time."""
        return self.first <= day < self.end and any(True for _slot in self.each(day))

    def is_known(self, picked: str) -> bool:
        """Whether we know if the picked time is free: its day was looked at or is in the past."""
        choice = read_choice(picked)
        return bool(choice and timezone.localdate(choice.span.start) < self.end)

    def slots(self, day: date) -> list[Slot]:
        """The slots of a day, by start, then by the providers' order."""
        return sorted(self.each(day), key=lambda slot: slot.span.start)


def _find_free_days(
    query: SlotQuery, schedules: Sequence[Schedule], state: PickerState, own: Interval | None
) -> FreeDays:
    """The first days with free times, at least up to the day that was asked for. A short look first: most are near."""
    first = state.first
    for length in (FIRST_REACH, LONGEST_SEARCH):
        part = replace(query, starts=starts_from(first, length, query.now))
        free_days = FreeDays(first, first + length, read_free_times(part, schedules), own)
        days = (first + number * DAY for number in range(length.days))
        free_days = replace(free_days, days=list(islice(filter(free_days.is_free, days), MOST_DAYS + 1)))
        if len(free_days.days) >= MOST_DAYS and (state.day is None or state.day < free_days.end):
            break
    return free_days


def _midnight(day: date) -> datetime:
    """When the reader's day begins, in UTC."""
    return start_of_day(day, ZoneInfo(timezone.get_current_timezone_name()))


def _reaches(schedules: Sequence[Schedule], day: date, now: datetime) -> bool:
    """Whether anybody can be booked as late as that."""
    begin = _midnight(day)
    return any(schedule.horizon is None or begin <= now + schedule.horizon for schedule in schedules)


def _one_each(slots: Iterable[Slot]) -> list[Slot]:
    """One slot for each start, of the provider who comes first."""
    best: dict[datetime, Slot] = {}
    for slot in slots:
        best.setdefault(slot.span.start, slot)
    return list(best.values())


def _times(slots: Iterable[Slot], schedules: Iterable[Schedule], picked: str) -> list[Time]:
    """A radio button for each slot."""
    by_key = {schedule.key: schedule for schedule in schedules}
    return [_time(slot, by_key, picked) for slot in slots]


def _time(slot: Slot, schedules: Mapping[int | str, Schedule], picked: str) -> Time:
    schedule = schedules[slot.provider]
    value = write_choice(slot.provider, slot.span)
    start = timezone.localtime(slot.span.start)
    end = timezone.localtime(slot.span.end)
    hints = [_("with %(provider)s") % {"provider": schedule.name}] if len(schedules) > 1 else []
    if _differs(slot, schedule):
        there = date_format(slot.span.start.astimezone(schedule.zone), "D, H:i")
        hints.append(_("%(time)s in %(zone)s") % {"time": there, "zone": schedule.zone.key})
    return Time(value, _clock(start), _clock(end), hints, is_picked=value == picked)


def _clock(at: datetime) -> str:
    """The wall time; with its offset where the clocks show it twice on that day."""
    zone = at.tzinfo
    text = date_format(at, "H:i")
    if isinstance(zone, ZoneInfo) and len(instants_of(at.replace(tzinfo=None, fold=0), zone)) > 1:
        return f"{text} ({offset_name(at, zone)})"
    return text


def _differs(slot: Slot, schedule: Schedule) -> bool:
    here = timezone.localtime(slot.span.start)
    there = slot.span.start.astimezone(schedule.zone)
    return here.replace(tzinfo=None) != there.replace(tzinfo=None)


def _parts(slots: Sequence[Slot], times: Sequence[Time]) -> list[Part]:
    """Morning, afternoon and evening; a few times stay together."""
    if len(times) <= MOST_WITHOUT_HEADINGS:
        return [Part("", times)] if times else []
    titles = (_("Morning"), _("Afternoon"), _("Evening"))
    parts: dict[str, list[Time]] = {title: [] for title in titles}
    for slot, time in zip(slots, times, strict=True):
        hour = timezone.localtime(slot.span.start).hour
        parts[titles[(hour >= NOON) + (hour >= EVENING)]].append(time)
    return [Part(title, list(those)) for title, those in parts.items() if those]
