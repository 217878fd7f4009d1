"""When a booking is: wall times with a visible zone become instants."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Self, cast
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.core.interval import MINUTE
from bookings.models.fields import DAY_MINUTES, find_zone, known_time_zones
from bookings.schedule.wall_time import instants_of
from bookings.web.booking.choices import NOT_LISTED
from bookings.web.booking.form_group import FormGroup, remove_fields
from bookings.web.fields import day_field, time_field
from bookings.web.slot_value import Choice, read_choice, wall_values
from bookings.web.wall_time import fold_choices

OTHER = "other"
"""The value of the radio for a typed time."""
FOLDS = [("0", gettext_lazy("the first")), ("1", gettext_lazy("the second"))]


@dataclass(frozen=True, slots=True)
class SentTime:
    """The time that was sent: a picked free one (`slot`, or `suggestion` on a button), or a typed one."""

    picked: Choice | None
    is_radio: bool
    is_typed: bool

    @classmethod
    def read(cls, sent: Mapping[str, object]) -> Self:
        """A picked time is preferred to a typed one, and a button to a radio."""
        slot, suggestion = (str(sent.get(name) or "") for name in ("slot", "suggestion"))
        by_radio = read_choice(slot)
        by_button = read_choice(suggestion)
        is_typed = slot == OTHER or ("slot" not in sent and bool(sent.get("day") or sent.get("start")))
        return cls(by_button or by_radio, is_radio=by_radio is not None and by_button is None, is_typed=is_typed)

    @property
    def is_any(self) -> bool:
        """Whether a time was sent at all."""
        return self.picked is not None or self.is_typed

    def as_typed(self, data: QueryDict | None) -> Mapping[str, object] | None:
        """The posted data, with a picked time as if it had been typed in the zone in which it was read."""
        if not data or self.picked is None:
            return data
        name = data.get("time_zone")
        if not (self.is_typed or (data.get("suggestion") and name)):
            name = timezone.get_current_timezone_name()  # the zone in which the radios were shown
        return {**data.dict(), **wall_values(self.picked.span, zone_of(name)), "time_zone": name}


def zone_of(name: str | None) -> ZoneInfo:
    """The zone of this name; the reader's for an unknown name."""
    return find_zone(name or "") or ZoneInfo(timezone.get_current_timezone_name())


def not_on_offer() -> str:
    """The error for a picked time that is not on offer."""
    return _("This is no time on offer. Choose one of the free times.")


class PickedSlotForm(forms.Form):
    """A free time that was picked."""

    slot = forms.CharField(label=gettext_lazy("Time"), required=False)

    def __init__(
        self, data: QueryDict | None = None, *, sent: SentTime, initial: dict[str, object] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.sent = sent

    def clean_slot(self) -> str:
        """A free time, unless another one is typed. `book()` checks whether it is free and on offer."""
        slot = str(self.cleaned_data["slot"])
        if not self.sent.is_any:
            raise forms.ValidationError(not_on_offer() if slot else _("Choose a free time."))
        return slot


class TypedTimeForm(forms.Form):
    """A day, a start, and an end or a length, with the zone in which they are meant.

    A time that the clocks skip is an error. For one that they show twice the form asks which is meant (`start_fold`,
    `end_fold`). It also shows a picked time, but computes no instants for it.
    """

    day = day_field(gettext_lazy("Day"))
    start = time_field(gettext_lazy("Start"))
    end = time_field(gettext_lazy("End"))
    duration = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=1, max_value=DAY_MINUTES)
    start_fold = forms.ChoiceField(
        label=gettext_lazy("Which start"), required=False, widget=forms.RadioSelect, choices=FOLDS
    )
    end_fold = forms.ChoiceField(
        label=gettext_lazy("Which end"), required=False, widget=forms.RadioSelect, choices=FOLDS
    )
    time_zone = forms.CharField(label=gettext_lazy("Time zone"), widget=forms.Select)

    def __init__(
        self, data: QueryDict | None = None, *, sent: SentTime, initial: dict[str, object] | None = None
    ) -> None:
        """`data` is what was posted, or None; `initial` is text as it was typed."""
        super().__init__(sent.as_typed(data), initial=initial)
        self.sent = sent
        if data and not sent.is_any:
            for name in ("day", "start", "end", "duration", "time_zone"):
                self.fields[name].required = False
        self._asked_folds: list[str] = []

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which the times are typed; the reader's while the chosen one is unknown."""
        return zone_of((self.data if self.is_bound else self.initial).get("time_zone"))

    @property
    def folds(self) -> list[forms.BoundField]:
        """The questions which of two equal wall times is meant. Of a validated form."""
        return [self[name] for name in self._asked_folds]

    def clean_time_zone(self) -> str:
        """Accept any zone that exists, offered or not."""
        if self.cleaned_data["time_zone"] not in known_time_zones() and self.sent.is_any:
            raise forms.ValidationError(NOT_LISTED)
        return str(self.cleaned_data["time_zone"])

    def clean(self) -> dict[str, object]:
        """Compute the instants `start_at` and `end_at`; None for one that cannot be computed."""
        cleaned = self.cleaned_data
        if self.sent.picked is None and self.sent.is_typed and {"day", "start", "time_zone"} <= cleaned.keys():
            start_at = self._instant("start", datetime.combine(cleaned["day"], cleaned["start"]))
            cleaned.update(start_at=start_at, end_at=self._end(cleaned["day"], start_at))
        return cleaned

    def _end(self, day: date, start_at: datetime | None) -> datetime | None:
        minutes: int | None = self.cleaned_data.get("duration")
        end: time | None = self.cleaned_data.get("end")
        if minutes and start_at:
            return start_at + minutes * MINUTE
        if end is None:
            return None
        is_midnight = end == end.min  # the end of the day: no booking ends when its day begins
        return self._instant("end", datetime.combine(day + timedelta(days=is_midnight), end), after=start_at)

    def _instant(self, name: str, wall: datetime, after: datetime | None = None) -> datetime | None:
        """The instant of a wall time; an error at its field where the clocks skip it or show it twice."""
        candidates = instants_of(wall, self.zone)
        names = {"time": f"{wall:%H:%M}", "zone": self.zone.key}
        if not candidates:
            sentence = _("%(time)s does not exist on this day: the clocks skip it (%(zone)s). Choose another time.")
            self.add_error(name, sentence % names)
            return None
        later = [at for at in candidates if after is None or at > after]
        if len(later) < 2:
            return later[0] if later else candidates[-1]
        self._asked_folds.append(f"{name}_fold")
        cast("forms.ChoiceField", self.fields[f"{name}_fold"]).choices = fold_choices(candidates, self.zone)
        if fold := self.cleaned_data.get(f"{name}_fold"):
            return candidates[int(fold)]
        sentence = _("%(time)s comes twice on this day, because the clocks go back (%(zone)s). Choose which one.")
        self.add_error(f"{name}_fold", sentence % names)
        return None


class TimeForms(FormGroup):
    """A picked or typed time; `without` is the field that this kind does not have: `end` or `duration`."""

    def __init__(
        self, data: QueryDict | None = None, *, sent: SentTime, without: str, initial: dict[str, object] | None = None
    ) -> None:
        self.sent = sent
        self.typed_time = TypedTimeForm(data, sent=sent, initial=initial)
        remove_fields(self.typed_time, [without])
        super().__init__(PickedSlotForm(data, sent=sent, initial=initial), self.typed_time)

    @property
    def cleaned_data(self) -> dict[str, Any]:
        """With the instants `start_at` and `end_at`; None for one that cannot be computed."""
        picked = self.sent.picked
        times = {"start_at": picked.span.start, "end_at": picked.span.end} if picked else {}
        return super().cleaned_data | times
