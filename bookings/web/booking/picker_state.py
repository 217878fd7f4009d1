"""Which free times a page shows, as in its address: never anything about a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest
from django.utils import timezone
from django.utils.http import urlencode

from bookings.schedule.slots import LONGEST_SEARCH
from bookings.web.slot_value import read_choice

FURTHEST_AHEAD = timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True)
class PickerState:
    """`first`: the first day listed. `day`: the selected day, or None for the first with free times.

    Days are those of the reader's zone.
    """

    path: str
    kept: Mapping[str, str]
    """The other parts of the address: kind, provider, service. Empty values are left out."""
    first: date
    day: date | None

    @property
    def latest_first(self) -> date:
        """The latest day with which a list of days may begin."""
        return timezone.localdate() + FURTHEST_AHEAD

    def url(self, **changes: str) -> str:
        """The address of this state with these changes."""
        first = "" if self.first <= timezone.localdate() else self.first.isoformat()
        values = {**self.kept, "from": first, "day": self.day.isoformat() if self.day else "", **changes}
        return f"{self.path}?{urlencode({name: value for name, value in values.items() if value})}"


def read_picker_state(
    request: HttpRequest, path: str, kept: Mapping[str, str], usual: date | None = None
) -> PickerState:
    """The state from the address or the form's buttons. Nonsense and the past become `usual`, else today.

    The day of a picked time is computed in the reader's zone: before signing in, a visitor saw the practice's days.
    """
    if request.method == "POST":
        sent = request.POST
        day = _date(sent.get("look_day"))
        first = _date(sent.get("look_from") or sent.get("shown_from"))
        if day is None and "look_from" not in sent:
            day = _date(sent.get("shown_day"))
    else:
        first = _date(request.GET.get("from"))
        day = _picked_day(request.GET.get("slot")) or _date(request.GET.get("day"))
    today = timezone.localdate()
    first = max(today, first or usual or today)
    if day is not None and not first <= day < first + LONGEST_SEARCH:
        first = max(today, day)
    return PickerState(path, kept, first, day)


def _picked_day(text: str | None) -> date | None:
    """The reader's day on which a picked time begins, if it can be shown; None for anything else."""
    picked = read_choice(text or "")
    return _within_reach(timezone.localdate(picked.span.start)) if picked else None


def _date(text: str | None) -> date | None:
    """A day that can be shown; None for anything else."""
    try:
        return _within_reach(date.fromisoformat(text or ""))
    except ValueError:
        return None


def _within_reach(day: date) -> date | None:
    today = timezone.localdate()
    return day if today <= day <= today + FURTHEST_AHEAD else None
