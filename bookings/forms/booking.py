"""The form of `/booking`, the same for both kinds of booking."""

import uuid
from functools import cached_property
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.booking import NO_OVERRIDE, Override
from bookings.errors import BookingError, Conflict
from bookings.forms import choices
from bookings.forms.hours import describe_hours
from bookings.forms.when import MINUTE, WhenForm
from bookings.models import Attendee, Booking, Provider
from bookings.models.booking import NOTE_LIMIT
from bookings.policy import Actor

OVERRIDE_FIELDS = ("override_hours", "override_overlap", "override_reason")
DESK_FIELDS = ("attendee", "attendee_search", "searched", *OVERRIDE_FIELDS)
USUAL_MINUTES = 60


class BookingForm(WhenForm):
    """Who, when, and a note; the rules are `book()`'s.

    With `data` it is to be booked; with `initial` alone it is only shown. An attendee books for itself: only the
    desk has a field for the attendee and for exceptions.
    """

    kind = forms.CharField(widget=forms.HiddenInput)
    uid = forms.UUIDField(widget=forms.HiddenInput)
    provider = forms.CharField(widget=forms.Select)
    searched = forms.CharField(required=False, widget=forms.HiddenInput)
    attendee_search = forms.CharField(
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("By name, e-mail, phone or id; narrows the list below."),
    )
    attendee = forms.CharField(widget=forms.Select)
    note = forms.CharField(
        label=gettext_lazy("Note (optional)"),
        required=False,
        max_length=NOTE_LIMIT,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )
    override_hours = forms.BooleanField(label=gettext_lazy("Outside the working hours"), required=False)
    override_overlap = forms.BooleanField(label=gettext_lazy("Over another booking"), required=False)
    override_reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    field_order = ["kind", "uid", "provider", "searched", "attendee_search", "attendee"]

    def __init__(self, data: Any = None, *, kind: type[Booking], actor: Actor, initial: Any = None) -> None:
        """The fields that this kind and this actor have, and what they offer."""
        self.booking_kind, self.actor = kind, actor
        super().__init__(data, initial=initial)
        for name in self._absent():
            del self.fields[name]
        self.initial = {**self._first_values(), **self.initial}
        self._offer_providers()
        if "attendee" in self.fields:
            self._offer_attendees()

    def _absent(self) -> set[str]:
        absent = {"duration" if self.booking_kind.time_fields[1] == "end_at" else "end"}
        return absent if self.actor.is_desk else absent | set(DESK_FIELDS)

    def _first_values(self) -> dict[str, Any]:
        first = self.chosen or next(iter(self.providers), None)
        return {
            "kind": self.booking_kind._meta.model_name,
            "uid": str(uuid.uuid4()),
            "provider": self.chosen.key if self.chosen else "",
            "time_zone": first.time_zone if first else timezone.get_current_timezone_name(),
            "duration": (first and first.slot_minutes) or USUAL_MINUTES,
        }

    def _offer_providers(self) -> None:
        provider = self.fields["provider"]
        provider.label = capfirst(self.booking_kind.provider_model()._meta.verbose_name)
        provider.help_text = describe_hours(self.chosen) if self.chosen else _("Choose one to see the hours.")
        provider.widget.choices = choices.person_choices(self.providers)
        self.fields["time_zone"].widget.choices = choices.zone_choices(
            self.providers, timezone.get_current_timezone_name(), self.zone.key
        )

    def _offer_attendees(self) -> None:
        attendee = self.fields["attendee"]
        noun = self.booking_kind.attendee_model()._meta.verbose_name
        attendee.label = capfirst(noun)
        self.fields["attendee_search"].label = _("Find a %(noun)s") % {"noun": noun}
        found = choices.find_attendees(self.booking_kind.attendee_model(), self.search)
        if self.chosen_attendee and self.chosen_attendee not in found:
            found.insert(0, self.chosen_attendee)
        attendee.widget.choices = choices.person_choices(found)

    @cached_property
    def providers(self) -> list[Provider]:
        """Those who can be chosen."""
        return choices.offered_providers(self.booking_kind.provider_model())

    @cached_property
    def chosen(self) -> Provider | None:
        """The chosen provider, if it takes bookings; at first the only one there is."""
        text = self.typed("provider")
        if not text and not self.is_bound and len(self.providers) == 1:
            return self.providers[0]
        found = choices.find_person(self.booking_kind.provider_model(), text, self.providers)
        return found if found and found.is_active else None

    @cached_property
    def chosen_attendee(self) -> Attendee | None:
        """Whom the desk books for; any existing one, shown in the list or not."""
        person: Attendee | None = choices.find_person(self.booking_kind.attendee_model(), self.typed("attendee"))
        return person

    @property
    def search(self) -> str:
        """Whom the desk looks for."""
        return choices.clean_search(self.typed("attendee_search"))

    @property
    def is_exceptional(self) -> bool:
        """Whether the desk's exceptions are in use, and so shown opened."""
        return any(self.typed(name) or (self.is_bound and name in self.errors) for name in OVERRIDE_FIELDS)

    def clean_provider(self) -> int | str:
        """Any who takes bookings, shown in the list or not."""
        if self.chosen is None:
            raise forms.ValidationError(_("Choose one of the list."))
        return self.chosen.key

    def clean_attendee(self) -> int | str:
        """Anybody who exists, shown in the list or not."""
        if self.chosen_attendee is None:
            raise forms.ValidationError(_("Choose one of the list."))
        return self.chosen_attendee.key

    def make_booking(self) -> Booking:
        """The booking that was asked for, unsaved. Of a valid form."""
        kind, asked = self.booking_kind, self.cleaned_data
        start_field, end_field = kind.time_fields
        end = asked["end_at"] if end_field == "end_at" else (asked["end_at"] - asked["start_at"]) // MINUTE
        attendee = asked["attendee"] if "attendee" in asked else self.actor.key_in(kind.attendee_model())
        parties = {kind.provider_field: asked["provider"], kind.attendee_field: attendee}
        return kind(
            **{f"{party}_id": key for party, key in parties.items()},
            **{start_field: asked["start_at"], end_field: end},
            note=asked["note"],
            uid=asked["uid"],
        )

    def make_override(self) -> Override:
        """What the desk sets aside. Of a valid form."""
        if "override_hours" not in self.fields:
            return NO_OVERRIDE
        hours, overlap, reason = (self.cleaned_data[name] for name in OVERRIDE_FIELDS)
        return Override(hours=hours, overlap=overlap, reason=reason)

    def refuse(self, error: BookingError) -> None:
        """Show what the kernel refused at its fields, or above the form where it has none here."""
        end = "end" if "end" in self.fields else "duration"
        places = {"end": end, "override": "override_reason"}
        for part, sentences in error.errors.items():
            place = places.get(part, part)
            self.add_error(place if place in self.fields else None, sentences)
        if isinstance(error, Conflict) and not error.errors:  # booked before with this uid: another one may follow
            self.data = {**dict(self.data.items()), "uid": str(uuid.uuid4())}
