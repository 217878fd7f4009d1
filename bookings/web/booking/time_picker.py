"""Picking a free time: the days that have some, and the times of one of them, as a list of radio buttons."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
from bookings.schedule.slots import LONGEST_SEARCH, ProviderFreeTime, Slot
from bookings.schedule.wall_time import instants_of, start_of_day
from bookings.web.booking.picker_state import PickerState
from bookings.web.slot_value import read_choice, write_choice
from bookings.web.wall_time import offset_name

MOST_DAYS = 14
FIRST_REACH = timedelta(days=21)
"""So far ahead free times are looked for first: three working weeks have as many days as are shown."""
EARLIER_STEP = timedelta(days=28)
"""So far `Earlier days` goes back."""
NOON, EVENING = 12, 17
MOST_WITHOUT_HEADINGS = 8
"""So many times need no headings."""

Find = Callable[[Interval], Sequence[ProviderFreeTime]]
"""What is free for starts within an interval."""


@dataclass(frozen=True, slots=True)
class Time:
    """One radio."""

    value: str
    start: str
    end: str
    hints: Sequence[str]
    """With whom; what the provider's own clock shows."""
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
        """Its weekday, or that it is today's."""
        return _("Today") if self.on == timezone.localdate() else date_format(self.on, "D")


@dataclass(frozen=True, slots=True)
class Picker:
    """What is shown. Without `days` nothing is free from the first day to `last`."""

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
    """The length of all these times, where it is the same."""
    refusal: str = ""
    """Why nothing is free for the one who asks, whatever the day."""

    @property
    def count(self) -> int:
        """How many times there are to choose from."""
        return sum(len(part.times) for part in self.parts)

    @property
    def later_url(self) -> str:
        """The days after these."""
        return self.state.url(**{"from": self.later.isoformat(), "day": ""}) if self.later else ""

    @property
    def earlier_url(self) -> str:
        """The days before these."""
        return self.state.url(**{"from": self.earlier.isoformat(), "day": ""}) if self.earlier else ""

    @property
    def said(self) -> str:
        """What a screen reader is told when the times have changed."""
        if self.selected is None:
            return self.refusal or _("Nothing is free on these days.")
        sentence = ngettext("%(day)s: %(count)s free time.", "%(day)s: %(count)s free times.", self.count)
        return sentence % {"day": date_format(self.selected, "l, j F"), "count": self.count}


def pick(  # noqa: PLR0913  what the two pages know already
    state: PickerState,
    find: Find,
    schedules: Sequence[Schedule],
    *,
    picked: str,
    now: datetime,
    usual: date | None = None,
    own: Interval | None = None,
) -> Picker:
    """The free times of these providers, where `find` finds them; of several at one start the first provider's.

    The day that was asked for is selected, else the `usual` one, else the first. `own` is the time of a booking that is
    about to move: no other time.
    """
    ahead = _look_ahead(find, state, now, own)
    shown = ahead.days[:MOST_DAYS]
    selected = next((day for day in (state.day, usual, *shown) if day and ahead.is_free(day)), None)
    times = _one_each(ahead.slots(selected)) if selected else []
    values = {write_choice(slot.provider, slot.span) for slot in times}
    by_key = {schedule.key: schedule for schedule in schedules}
    lengths = {slot.span.length for slot in times}
    until = ahead.until
    return Picker(
        state=state,
        days=[Day(on, state.url(day=on.isoformat()), is_selected=on == selected) for on in shown],
        parts=_parts([(slot, _time(slot, by_key, picked)) for slot in times]),
        selected=selected,
        gone=state.day if state.day != selected else None,
        is_gone=picked not in values and ahead.is_known(picked),
        last=until - DAY,
        later=until if _reaches(schedules, until, now) and until <= state.last_first else None,
        earlier=max(timezone.localdate(), state.first - EARLIER_STEP) if state.first > timezone.localdate() else None,
        minutes=lengths.pop() // MINUTE if len(lengths) == 1 else None,
    )


def starts_from(first: date, length: timedelta, now: datetime) -> Interval:
    """So many of the reader's days, from now on."""
    start, end = (_midnight(first), _midnight(first + length))
    return Interval(max(now, start), max(end, now + MINUTE))


@dataclass(frozen=True, slots=True)
class Ahead:
    """Some of the reader's days, and what is free on them."""

    first: date
    end: date
    free_times: Sequence[ProviderFreeTime]
    own: Interval | None
    days: Sequence[date] = ()
    """Those that have a free time, or one more than are shown."""

    @property
    def until(self) -> date:
        """The first day that is not shown."""
        return self.days[MOST_DAYS] if len(self.days) > MOST_DAYS else self.end

    def each(self, day: date) -> Iterator[Slot]:
        """The slots of a day, one provider's after the other's."""
        start, end = _midnight(day), _midnight(day + DAY)
        if start < end:  # no zone skips that day
            found = (slot for time in self.free_times for slot in time.slots(Interval(start, end)))
            yield from (slot for slot in found if slot.span != self.own)

    def is_free(self, day: date) -> bool:
        """Whether a day that is looked at has a free time."""
        return self.first <= day < self.end and any(True for _slot in self.each(day))

    def is_known(self, picked: str) -> bool:
        """Whether it is known if a time that was picked is free: its day was looked at, or is over."""
        choice = read_choice(picked)
        return bool(choice and timezone.localdate(choice.span.start) < self.end)

    def slots(self, day: date) -> list[Slot]:
        """The slots of a day, by start, then by the providers' order."""
        return sorted(self.each(day), key=lambda slot: slot.span.start)


def _look_ahead(find: Find, state: PickerState, now: datetime, own: Interval | None) -> Ahead:
    """The first days that have free times, as far as the day that was asked for. At most two looks: most are near."""
    first = state.first
    for length in (FIRST_REACH, LONGEST_SEARCH):
        ahead = Ahead(first, first + length, find(starts_from(first, length, now)), own)
        days = (first + number * DAY for number in range(length.days))
        ahead = replace(ahead, days=list(islice(filter(ahead.is_free, days), MOST_DAYS + 1)))
        if len(ahead.days) >= MOST_DAYS and (state.day is None or state.day < ahead.end):
            break
    return ahead


def _midnight(day: date) -> datetime:
    """When the reader's day begins, in UTC."""
    return start_of_day(day, ZoneInfo(timezone.get_current_timezone_name()))


def _reaches(schedules: Sequence[Schedule], day: date, now: datetime) -> bool:
    """Whether anybody can be booked as late as that."""
    begin = _midnight(day)
    return any(schedule.horizon is None or begin <= now + schedule.horizon for schedule in schedules)


def _one_each(slots: Iterable[Slot]) -> list[Slot]:
    """One slot for each start: at the provider who is first in order."""
    best: dict[datetime, Slot] = {}
    for slot in slots:
        best.setdefault(slot.span.start, slot)
    return list(best.values())


def _time(slot: Slot, schedules: Mapping[int | str, Schedule], picked: str) -> Time:
    schedule, value = schedules[slot.provider], write_choice(slot.provider, slot.span)
    start, end = timezone.localtime(slot.span.start), timezone.localtime(slot.span.end)
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
    here, there = timezone.localtime(slot.span.start), slot.span.start.astimezone(schedule.zone)
    return here.replace(tzinfo=None) != there.replace(tzinfo=None)


def _parts(times: Sequence[tuple[Slot, Time]]) -> list[Part]:
    """Morning, afternoon and evening; all in one where they are few."""
    if len(times) <= MOST_WITHOUT_HEADINGS:
        return [Part("", [each for _slot, each in times])] if times else []
    titles = (_("Morning"), _("Afternoon"), _("Evening"))
    parts: dict[str, list[Time]] = {title: [] for title in titles}
    for slot, each in times:
        hour = timezone.localtime(slot.span.start).hour
        parts[titles[(hour >= NOON) + (hour >= EVENING)]].append(each)
    return [Part(title, list(those)) for title, those in parts.items() if those]
