"""The forms of dated exceptions: time off and extra hours, in the provider's wall time."""

from datetime import date, time

from django import forms
from django.forms.utils import ErrorList
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from bookings.models import ExtraHours, Provider, TimeOff
from bookings.models.fields import END_TOO_EARLY, NOT_IN_A_LINE, UNREADABLE
from bookings.models.hours import LAST_DAY_TOO_EARLY
from bookings.web.fields import day_field, time_field
from bookings.web.hours.week_form import derive_minutes

PAST = gettext_lazy("This is in the past.")


class ExceptionForm(forms.Form):
    """An exception to add; `today` is the provider's, and earlier days are refused."""

    def __init__(self, data: QueryDict | None = None, *, today: date) -> None:
        super().__init__(data, label_suffix="", use_required_attribute=False)
        self.today = today

    @property
    def when(self) -> list[forms.BoundField]:
        """All fields but the reason."""
        return [field for field in self if field.name != "reason"]

    @property
    def wrong(self) -> list[tuple[str, forms.BoundField, ErrorList]]:
        """The fields with errors, in the shape of `WeekForm.errors`; here the place is empty."""
        return [("", field, field.errors) for field in self if field.errors]

    def make_row(self, provider: Provider) -> TimeOff | ExtraHours:
        """The unsaved row. Of a valid form."""
        raise NotImplementedError


class TimeOffForm(ExceptionForm):
    """Whole days, or from a time to a time."""

    starts_on = day_field(gettext_lazy("First day"))
    starts_at = time_field(gettext_lazy("From (optional)"), required=False)
    ends_on = day_field(gettext_lazy("Last day (optional)"), required=False, help_text=gettext_lazy("Empty: one day."))
    ends_at = time_field(gettext_lazy("To (optional)"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Reason (optional)"),
        required=False,
        max_length=TimeOff._meta.get_field("reason").max_length,
        help_text=gettext_lazy("Only you and the desk can read it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_ends_at(self) -> time | None:
        """Midnight means the end of the last day, not its beginning."""
        ends_at: time | None = self.cleaned_data["ends_at"]
        return None if ends_at == time.min else ends_at

    def clean_reason(self) -> str:
        """One line of readable characters."""
        reason: str = self.cleaned_data["reason"]
        if NOT_IN_A_LINE.search(reason):
            raise forms.ValidationError(UNREADABLE)
        return reason

    def clean(self) -> dict[str, object]:
        """Check that the end is after the start and not in the past."""
        found = self.cleaned_data
        if self.errors:
            return found
        found["ends_on"] = last = found["ends_on"] or found["starts_on"]
        if last < found["starts_on"]:
            self.add_error("ends_on", LAST_DAY_TOO_EARLY)
        elif last < self.today:
            self.add_error("ends_on", PAST)
        elif last == found["starts_on"] and found["ends_at"] and found["ends_at"] <= (found["starts_at"] or time.min):
            self.add_error("ends_at", END_TOO_EARLY)
        return found

    def make_row(self, provider: Provider) -> TimeOff:
        return provider.time_off.model(**self.cleaned_data | {"provider": provider})


class ExtraHoursForm(ExceptionForm):
    """One interval of one day; an end that is not after the start is one of the next day."""

    starts_on = day_field(gettext_lazy("Day"))
    starts_at = time_field(gettext_lazy("Start"))
    ends_at = time_field(gettext_lazy("End"), help_text=gettext_lazy("Not after the start: the next day."))

    def clean_starts_on(self) -> date:
        """Refuse a day in the past."""
        day: date = self.cleaned_data["starts_on"]
        if day < self.today:
            raise forms.ValidationError(PAST)
        return day

    def clean(self) -> dict[str, object]:
        """Derive the length in minutes from the two times."""
        if not self.errors:
            derive_minutes(self)
        return self.cleaned_data

    def make_row(self, provider: Provider) -> ExtraHours:
        values = {name: self.cleaned_data[name] for name in ("starts_on", "starts_at", "minutes")}
        return provider.extra_hours.model(**values | {"provider": provider})
