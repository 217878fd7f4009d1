"""The form that books in the admin."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.booking import Override
from bookings.errors import BookingError
from bookings.models import Booking


class RefusableForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form that shows what the kernel or a constraint refused after the form itself was found valid."""

    refusal: BookingError | None = None

    def clean(self) -> dict[str, Any]:
        """Put each sentence of the refusal at its field, or above the form where it has none here."""
        cleaned = super().clean() or self.cleaned_data
        if self.refusal is not None:
            for part, sentences in self.refusal.errors.items():
                place = self.place_of(part)
                self.add_error(place if place in self.fields else None, sentences)
            if not self.refusal.errors:
                self.add_error(None, self.refusal.message)
        return cleaned

    def place_of(self, part: str) -> str:
        """The field that shows what is wrong with this part."""
        return part


class BookingAdminForm(RefusableForm):
    """Who, when, and the desk's exceptions. An overlap is found by the model's validation, or in a race by `book()`."""

    is_outside_hours = forms.BooleanField(label=gettext_lazy("Outside the working hours on purpose"), required=False)

    @property
    def override(self) -> Override:
        """What the desk sets aside. Of a valid form."""
        asked = self.cleaned_data
        return Override(
            hours=asked["is_outside_hours"],
            overlap=asked["is_overbooked"],
            reason=asked["override_reason"],
        )

    def clean(self) -> dict[str, Any]:
        """An exception needs its reason."""
        cleaned = super().clean()
        is_exception = cleaned.get("is_outside_hours") or cleaned.get("is_overbooked")
        if is_exception and not cleaned.get("override_reason") and "override_reason" not in self.errors:
            self.add_error("override_reason", _("Give a reason for the exception."))
        return cleaned

    def place_of(self, part: str) -> str:
        """The kernel's parts are the fields of this kind of booking."""
        kind: type[Booking] = self._meta.model
        start, end = kind.time_fields
        places = {
            "provider": kind.provider_field,
            "attendee": kind.attendee_field,
            "start": start,
            "end": end,
            "override": "override_reason",
        }
        return places.get(part, part)
