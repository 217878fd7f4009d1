"""The people to choose from: first whoever is free first, then everybody with the next free time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bookings.models import Provider
from bookings.schedule.slots import LONGEST_SEARCH, Slot, SlotQuery, ahead, find_first_of_each
from bookings.web.booking.picker_state import PickerState

MOST_ASKED = 50
"""The next free time is looked for of so many providers."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One choice, with its next free time."""

    key: str
    name: str
    next_free: str
    url: str
    is_chosen: bool

    @property
    def title(self) -> str:
        """The name with the next free time, for one line."""
        return " \N{MIDDLE DOT} ".join(filter(None, [self.name, self.next_free]))


def directory(
    query: SlotQuery, providers: Sequence[Provider], state: PickerState, *, chosen: Provider | None, has_times: bool
) -> list[Entry]:
    """The first available, then all of `providers`. The first fifty show their next free time, if `has_times`.

    The next free time is the first from now on, of the usual length: days and length of `query` are ignored.
    """
    asked = [provider.key for provider in providers[:MOST_ASKED]] if has_times else []
    soon = replace(query, starts=ahead(query.now, LONGEST_SEARCH), length=None)
    first = find_first_of_each(soon, asked) if asked else {}
    is_all = has_times and len(asked) == len(providers)
    entries = [_anybody(first, state, is_chosen=chosen is None, is_all=is_all)]
    for provider in providers:
        slot = first.get(provider.key)
        entries.append(
            Entry(
                str(provider.key),
                str(provider),
                describe_next(slot) if provider.key in asked else "",
                _url(state, str(provider.key)),
                is_chosen=bool(chosen and chosen.key == provider.key),
            )
        )
    return entries


def describe_next(slot: Slot | None) -> str:
    """For example `Next free: tomorrow, 09:00`."""
    if slot is None:
        return _("Nothing free in the next %(days)s days") % {"days": LONGEST_SEARCH.days}
    at = timezone.localtime(slot.span.start)
    today = timezone.localdate()
    names = {"time": date_format(at, "H:i"), "day": date_format(at, "D j M" if at.year == today.year else "D j M Y")}
    if at.date() == today:
        return _("Next free: today, %(time)s") % names
    if at.date() == today + timedelta(days=1):
        return _("Next free: tomorrow, %(time)s") % names
    return _("Next free: %(day)s, %(time)s") % names


def _anybody(first: Mapping[int | str, Slot], state: PickerState, *, is_chosen: bool, is_all: bool) -> Entry:
    slot = min(first.values(), key=lambda each: each.span, default=None)
    words = describe_next(slot) if slot or is_all else ""
    return Entry("", _("First available"), words, _url(state, ""), is_chosen=is_chosen)


def _url(state: PickerState, provider: str) -> str:
    return state.url(provider=provider, day="", **{"from": ""})
