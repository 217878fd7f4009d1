"""Picking a free time: the days that have some, and the times of one of them, as a list of radio buttons."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings.availability import DAY
from bookings.forms.suggestion import write_choice
from bookings.forms.walltime import instants_of, offset_name
from bookings.interval import Interval
from bookings.schedules import MINUTE, Schedule
from bookings.slots import FURTHEST, Slot
from bookings.web.looking import Look

MOST_DAYS = 14
GLANCE = timedelta(days=21)
"""So far is looked at first: three working weeks have as many days as are shown."""
PAGE = timedelta(days=28)
NOON, EVENING = 12, 17
WHOLE = 8
"""So many times need no headings."""

Find = Callable[[Interval], Iterable[Slot]]
"""The free times that start within an interval, by start."""


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
    count: int
    url: str
    is_open: bool

    @property
    def name(self) -> str:
        """Its weekday, or that it is today's."""
        return _("Today") if self.on == timezone.localdate() else date_format(self.on, "D")


@dataclass(frozen=True, slots=True)
class Picker:
    """What is shown. Without `days` nothing is free from the first day to `last`."""

    look: Look
    days: Sequence[Day]
    parts: Sequence[Part]
    opened: date | None
    gone: date | None
    """The day that was asked for and has nothing free any more."""
    is_gone: bool
    """Whether the time that was picked is not on offer any more."""
    last: date
    later: date | None
    earlier: date | None
    minutes: int | None
    """The length of all these times, where it is the same."""

    @property
    def count(self) -> int:
        """How many times there are to choose from."""
        return sum(len(part.times) for part in self.parts)

    @property
    def later_url(self) -> str:
        """The days after these."""
        return self.look.url(**{"from": self.later.isoformat(), "day": ""}) if self.later else ""

    @property
    def earlier_url(self) -> str:
        """The days before these."""
        return self.look.url(**{"from": self.earlier.isoformat(), "day": ""}) if self.earlier else ""

    @property
    def said(self) -> str:
        """What a screen reader is told when the times have changed."""
        if self.opened is None:
            return _("Nothing is free on these days.")
        sentence = ngettext("%(day)s: %(count)s free time.", "%(day)s: %(count)s free times.", self.count)
        return sentence % {"day": date_format(self.opened, "l, j F"), "count": self.count}


def pick(
    look: Look, find: Find, schedules: Sequence[Schedule], *, picked: str, now: datetime, usual: date | None = None
) -> Picker:
    """The free times of these providers, where `find` finds them; of several at one start the first provider's.

    The day that was asked for is opened, else the `usual` one, else the first.
    """
    found, until = _free_days(find, look.first, now)
    shown = list(found)[:MOST_DAYS]
    opened = next((day for day in (look.day, usual, *shown) if day in found), None)
    times = _one_each(found[opened], schedules) if opened else []
    values = {write_choice(slot.provider, slot.span) for slot in times}
    by_key = {schedule.key: schedule for schedule in schedules}
    lengths = {slot.span.length for slot in times}
    return Picker(
        look=look,
        days=[Day(on, len(_starts_of(found[on])), look.url(day=on.isoformat()), is_open=on == opened) for on in shown],
        parts=_parts([(slot, _time(slot, by_key, picked)) for slot in times]),
        opened=opened,
        gone=look.day if look.day != opened else None,
        is_gone=picked not in ("", *values),
        last=until - DAY,
        later=until if _reaches(schedules, until, now) and until <= look.last_first else None,
        earlier=max(timezone.localdate(), look.first - PAGE) if look.first > timezone.localdate() else None,
        minutes=lengths.pop() // MINUTE if len(lengths) == 1 else None,
    )


def starts_from(first: date, length: timedelta, now: datetime) -> Interval:
    """So many of the reader's days, from now on."""
    start, end = (_midnight(first), _midnight(first + length))
    return Interval(max(now, start), max(end, now + MINUTE))


def _free_days(find: Find, first: date, now: datetime) -> tuple[dict[date, list[Slot]], date]:
    """The days that have free times, and the first one that is not shown. At most two looks: most times are near."""
    zone = timezone.get_current_timezone()
    for length in (GLANCE, FURTHEST):
        days: dict[date, list[Slot]] = {}
        for slot in find(starts_from(first, length, now)):
            days.setdefault(slot.span.start.astimezone(zone).date(), []).append(slot)
        if len(days) >= MOST_DAYS:
            break
    return days, list(days)[MOST_DAYS] if len(days) > MOST_DAYS else first + length


def _midnight(day: date) -> datetime:
    """When the reader's day begins, in UTC."""
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone()).astimezone(ZoneInfo("UTC"))


def _reaches(schedules: Sequence[Schedule], day: date, now: datetime) -> bool:
    """Whether anybody can be booked as late as that."""
    begin = _midnight(day)
    return any(schedule.horizon is None or begin <= now + schedule.horizon for schedule in schedules)


def _starts_of(slots: Sequence[Slot]) -> set[datetime]:
    return {slot.span.start for slot in slots}


def _one_each(slots: Sequence[Slot], schedules: Sequence[Schedule]) -> list[Slot]:
    """One slot for each start: at the provider who is first by name."""
    rank = {schedule.key: place for place, schedule in enumerate(schedules)}
    best: dict[datetime, Slot] = {}
    for slot in slots:
        other = best.get(slot.span.start)
        if other is None or rank[slot.provider] < rank[other.provider]:
            best[slot.span.start] = slot
    return [best[start] for start in sorted(best)]


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
    if len(times) <= WHOLE:
        return [Part("", [each for _slot, each in times])] if times else []
    titles = (_("Morning"), _("Afternoon"), _("Evening"))
    parts: dict[str, list[Time]] = {title: [] for title in titles}
    for slot, each in times:
        hour = timezone.localtime(slot.span.start).hour
        parts[titles[(hour >= NOON) + (hour >= EVENING)]].append(each)
    return [Part(title, list(those)) for title, those in parts.items() if those]
