"""The form that books and reschedules in the admin."""

from dataclasses import replace
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.actions import Override
from bookings.core.errors import BookingError, Stale
from bookings.core.formatting import describe_span
from bookings.models import Booking
from bookings.models.booking import REASON_MISSING
from bookings.models.no_overlap import NoOverlap
from bookings.schedule.slots import next_free
from bookings.schedule.terms import DESK_TERMS

M = TypeVar("M", bound=Model)


class RefusableForm(forms.ModelForm[M]):
    """A form that shows a refusal by a writer or a constraint, which comes after the form was found valid."""

    refusal: BookingError | None = None

    def clean(self) -> dict[str, object]:
        """Add each sentence of the refusal to its field, or to the form where there is no such field."""
        cleaned = super().clean() or self.cleaned_data
        if self.refusal is not None:
            for part, sentences in self.refusal.errors.items():
                place = self.place_of(part)
                self.add_error(place if place in self.fields else None, sentences)
            if not self.refusal.errors:
                self.add_error(None, self.refusal.message)
        return cleaned

    def place_of(self, part: str) -> str:
        """The field that shows errors of this part."""
        return part


class BookingAdminForm(RefusableForm[Booking]):
    """Who, when, and the desk's exceptions. An overlap is found by the model's validation, or in a race by the writer.

    For a booking that exists: its new time and provider, and the revision that the desk has seen.
    """

    is_outside_hours = forms.BooleanField(label=gettext_lazy("Outside the working hours on purpose"), required=False)
    seen_revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Keep the revision only for a booking that exists."""
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            del self.fields["seen_revision"]
        else:
            self.initial["seen_revision"] = self.instance.revision

    def _update_errors(self, errors: ValidationError) -> None:
        """Add the next free time to an overlap that the model's validation has found."""
        found = [error for of_field in getattr(errors, "error_dict", {}).values() for error in of_field]
        for error in found:
            if error.code == NoOverlap.code:
                error.message = " ".join([error.message, *describe_next_free(self.instance)])
        super()._update_errors(errors)  # type: ignore[misc]  # Django has no public hook between validation and the form

    @property
    def moves(self) -> dict[str, object]:
        """What the desk changed about time and provider, by model field. Of a valid form."""
        kind = self._meta.model
        names = {"provider": "provider_id"} | {name: name for name in kind.time_fields}
        changed = [names[name] for name in names if name in self.changed_data]
        return {name: getattr(self.instance, name) for name in changed}

    @property
    def is_asking(self) -> bool:
        """Whether the desk changed anything about an existing booking."""
        return bool(set(self.changed_data) - {"seen_revision"})

    @property
    def override(self) -> Override:
        """The rules that the desk sets aside. Of a valid form."""
        asked = self.cleaned_data
        return Override(
            hours=asked["is_outside_hours"],
            overlap=asked["is_overbooked"],
            reason=asked["override_reason"],
        )

    def clean(self) -> dict[str, object]:
        """Require a reason for an exception. After somebody else's change show the new time and accept the next try."""
        cleaned = super().clean()
        if isinstance(self.refusal, Stale):
            names = {"when": describe_span(self.instance.span), "who": self.instance.provider}
            self.add_error(None, _("It is now %(when)s with %(who)s.") % names)
            self.data = {**dict(self.data.items()), "seen_revision": str(self.instance.revision)}
        is_exception = cleaned.get("is_outside_hours") or cleaned.get("is_overbooked")
        if is_exception and not cleaned.get("override_reason") and "override_reason" not in self.errors:
            self.add_error("override_reason", REASON_MISSING)
        return cleaned

    def place_of(self, part: str) -> str:
        """The field of this kind of booking for a part that a `BookingError` names."""
        kind = self._meta.model
        start, end = kind.time_fields
        return {"start": start, "end": end, "override": "override_reason"}.get(part, part)


def describe_next_free(booking: Booking) -> list[str]:
    """A sentence about the next time that the desk could book instead; none without a free time in the next days."""
    terms = replace(DESK_TERMS, attendee=booking.attendee_id)
    free = next_free(booking, terms=terms, now=timezone.now())[:1]
    return [_("Next free: %(when)s.") % {"when": describe_span(span)} for span in free]
