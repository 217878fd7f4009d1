"""The form of a whole week: for each weekday its intervals, and a blank row to add one."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import combinations, count
from typing import Any, Self

from django import forms
from django.forms.utils import ErrorList
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.core.interval import MINUTE
from bookings.models import WorkingHours
from bookings.models.fields import DAY_MINUTES
from bookings.models.hours import LAST_DAY_TOO_EARLY
from bookings.schedule.rules import WeeklyHours
from bookings.web.fields import day_field, time_field
from bookings.web.hours.hours_line import describe_interval

MOST_ROWS = 20  # for each day; seven days of them stay below DATA_UPLOAD_MAX_NUMBER_FIELDS
WORKDAYS = range(1, 5)  # Tuesday to Friday, which often have Monday's hours
TEXTS = ("starts_at", "ends_at", "valid_from", "valid_until")
Texts = dict[str, str]


def minutes_between(starts_at: time, ends_at: time) -> int:
    """The minutes from one wall time to the next occurrence of another: on the next day where it is not later.

    Raises ValidationError unless the result is a whole number of minutes.
    """
    length = datetime.combine(date.min, ends_at) - datetime.combine(date.min, starts_at)
    if length % MINUTE:
        raise forms.ValidationError(_("Give whole minutes."))
    return (length // MINUTE - 1) % DAY_MINUTES + 1


def derive_minutes(form: forms.Form) -> None:
    """Set the length between the two times of a form without errors; an error at the end where it is zero."""
    found = form.cleaned_data
    try:
        found["minutes"] = minutes_between(found["starts_at"], found["ends_at"])
    except forms.ValidationError as error:
        form.add_error("ends_at", error)


class RowForm(forms.Form):
    """One interval. An end that is not after the start is one of the next day."""

    starts_at = time_field(gettext_lazy("Start"), required=False)
    ends_at = time_field(gettext_lazy("End"), required=False)
    valid_from = day_field(gettext_lazy("Valid from"), required=False)
    valid_until = day_field(gettext_lazy("Valid until"), required=False)
    remove = forms.BooleanField(label=gettext_lazy("Remove"), required=False)

    @property
    def times(self) -> list[forms.BoundField]:
        return [self["starts_at"], self["ends_at"]]

    @property
    def dates(self) -> list[forms.BoundField]:
        return [self["valid_from"], self["valid_until"]]

    @property
    def is_filled(self) -> bool:
        """Whether any field has a value, so that the row can be removed."""
        return any(field.value() for field in self)

    @property
    def is_dated(self) -> bool:
        """Whether a date is shown, so that its part is opened."""
        return any(field.value() for field in self.dates)

    def clean(self) -> dict[str, object]:
        """Check that a start has an end, and that the dates are in order."""
        found = self.cleaned_data
        if self.errors or not any(found[name] for name in TEXTS):  # a time of midnight is true, too
            return found
        for name in ("starts_at", "ends_at"):
            if found[name] is None:
                self.add_error(name, _("Give the start and the end."))
        if found.get("valid_from") and found.get("valid_until") and found["valid_until"] < found["valid_from"]:
            self.add_error("valid_until", LAST_DAY_TOO_EARLY)
        if not self.errors:
            derive_minutes(self)
        return found

    def value(self, weekday: int) -> WeeklyHours | None:
        """The interval on this weekday; None for a blank or invalid row."""
        if not self.is_bound or self.errors or "minutes" not in self.cleaned_data:
            return None
        found = self.cleaned_data
        return WeeklyHours(weekday, found["starts_at"], found["minutes"], found["valid_from"], found["valid_until"])


@dataclass(frozen=True, slots=True)
class Day:
    """One weekday of the form."""

    number: int
    rows: list[RowForm]

    @property
    def name(self) -> str:
        """The weekday in the reader's language, for example `Monday`."""
        return str(WorkingHours.Weekday(self.number).label)

    @property
    def values(self) -> list[tuple[RowForm, WeeklyHours]]:
        """The filled rows with their intervals."""
        return [(row, value) for row in self.rows if (value := row.value(self.number))]


class WeekForm:
    """The hours of a week, with the version that its reader saw. Rows marked for removal are ignored."""

    def __init__(self, texts: Mapping[int, list[Texts]], *, seen: str, is_bound: bool, new: int | None = None) -> None:
        """`texts` are the rows of each weekday as typed; `new` is the weekday that has just got another row."""
        self.seen = seen
        self.is_bound = is_bound
        self.days = [Day(day, [self._row(day, *numbered) for numbered in enumerate(texts[day])]) for day in range(7)]
        if new is not None:
            self.days[new].rows[-1].fields["starts_at"].widget.attrs["autofocus"] = True

    @classmethod
    def of(cls, hours: Iterable[WeeklyHours], *, seen: str) -> Self:
        """A form that shows these hours, with a blank row for each day."""
        texts: dict[int, list[Texts]] = {day: [] for day in range(7)}
        for value in hours:
            texts[value.weekday].append(_texts_of(value))
        return cls({day: [*rows, {}] for day, rows in texts.items()}, seen=seen, is_bound=False)

    @classmethod
    def typed(cls, data: Mapping[str, str]) -> Self:
        """A form from what was sent, to be saved."""
        return cls(_read(data), seen=data.get("seen", ""), is_bound=True)

    @classmethod
    def preview(cls, data: Mapping[str, str]) -> Self:
        """A form from what was sent, with one more row for a day (`more`) or Monday's hours on workdays (`copy`)."""
        texts = _read(data)
        more = data.get("more", "")
        new = int(more) if more in map(str, range(7)) else None
        if new is not None and len(texts[new]) < MOST_ROWS:
            texts[new].append({})
        if "copy" in data:
            texts.update({day: [dict(row) for row in texts[0]] for day in WORKDAYS})
        return cls(texts, seen=data.get("seen", ""), is_bound=False, new=new)

    def is_valid(self) -> bool:
        """Whether every row can be read, and no two rows of a day overlap."""
        are_valid = [row.is_valid() for day in self.days for row in day.rows if row.is_bound]
        if all(are_valid):
            for day in self.days:
                _refuse_overlaps(day)
        return not any(row.errors for day in self.days for row in day.rows)

    @property
    def hours(self) -> list[WeeklyHours]:
        """The intervals of the week. Of a valid form."""
        return [value for day in self.days for _row, value in day.values]

    @property
    def errors(self) -> list[tuple[str, forms.BoundField, ErrorList]]:
        """The weekday and row, the field and its errors."""
        return [
            (_("%(day)s, row %(number)s") % {"day": day.name, "number": number}, field, field.errors)
            for day in self.days
            for number, row in enumerate(day.rows, 1)
            for field in row
            if field.errors
        ]

    def _row(self, day: int, number: int, texts: Texts) -> RowForm:
        prefix = f"d{day}-{number}"
        options: Any = {"prefix": prefix, "label_suffix": "", "use_required_attribute": False}
        if self.is_bound and not texts.get("remove"):
            return RowForm({f"{prefix}-{name}": text for name, text in texts.items()}, **options)
        return RowForm(initial=texts, **options)


def _read(data: Mapping[str, str]) -> dict[int, list[Texts]]:
    """The rows of each weekday as they were sent, numbered from 0 without a gap."""
    return {day: list(_rows(data, day)) for day in range(7)}


def _rows(data: Mapping[str, str], day: int) -> Iterator[Texts]:
    for number in count():  # read all rows that were sent: a row that is not read would be removed
        texts = {name: data[key] for name in (*TEXTS, "remove") if (key := f"d{day}-{number}-{name}") in data}
        if not texts:
            return
        yield texts


def _texts_of(value: WeeklyHours) -> Texts:
    """A weekly interval as the texts of a row's fields."""
    end = datetime.combine(date.min, value.starts_at) + timedelta(minutes=value.minutes)
    texts = {"starts_at": _clock(value.starts_at), "ends_at": _clock(end.time())}
    dates = {"valid_from": value.valid_from, "valid_until": value.valid_until}
    return texts | {name: day.isoformat() for name, day in dates.items() if day}


def _clock(at: time) -> str:
    return at.isoformat("auto" if at.second or at.microsecond else "minutes")


def _refuse_overlaps(day: Day) -> None:
    """An error at each row whose interval meets an earlier one while both are valid."""
    ordered = sorted(day.values, key=lambda pair: pair[1].starts_at)
    for (_former, one), (row, other) in combinations(ordered, 2):
        if _overlap(one, other) and not row.errors:
            names = {"interval": describe_interval(one.starts_at, one.minutes)}
            row.add_error("starts_at", _("These hours overlap others of this day: %(interval)s.") % names)


def _overlap(one: WeeklyHours, other: WeeklyHours) -> bool:
    """Whether the two share time and dates; `one` does not start after `other`."""
    gap = datetime.combine(date.min, other.starts_at) - datetime.combine(date.min, one.starts_at)
    first = max(one.valid_from or date.min, other.valid_from or date.min)
    last = min(one.valid_until or date.max, other.valid_until or date.max)
    return gap < timedelta(minutes=one.minutes) and first <= last
