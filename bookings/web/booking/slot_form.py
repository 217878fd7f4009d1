"""With whom, when, and the desk's exceptions: what booking and rescheduling have in common."""

from datetime import timedelta
from functools import cached_property
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.access.actor import Actor
from bookings.actions import NO_OVERRIDE, Override
from bookings.core.errors import BookingError
from bookings.core.interval import MINUTE
from bookings.models import Booking, Provider
from bookings.models.booking import REASON_LIMIT
from bookings.web.booking import choices
from bookings.web.booking.time_form import WhenForm
from bookings.web.hours.hours_line import describe_hours

PICKED = ("provider", "service", "attendee", "start", "end")
OVERRIDE_FIELDS = ("override_hours", "override_overlap", "override_reason")


class SlotForm(WhenForm):
    """A provider's time. With `data` it is to be taken; with `initial` alone it is only shown.

    Only the desk has the fields for exceptions.
    """

    provider = forms.CharField(widget=forms.Select)
    override_hours = forms.BooleanField(label=gettext_lazy("Outside the working hours"), required=False)
    override_overlap = forms.BooleanField(label=gettext_lazy("Over another booking"), required=False)
    override_reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=REASON_LIMIT,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    desk_fields: tuple[str, ...] = OVERRIDE_FIELDS

    def __init__(self, data: Any = None, *, kind: type[Booking], actor: Actor, initial: Any = None) -> None:
        """The fields that this kind and this actor have, and what they offer."""
        self.booking_kind, self.actor = kind, actor
        super().__init__(data, initial=initial)
        for name in self._absent():
            del self.fields[name]
        self.initial = {**self.first_values(), **self.initial}
        self._offer_zones()
        if "provider" in self.fields:
            self._offer_providers()

    def _absent(self) -> set[str]:
        absent = {"duration" if self.booking_kind.time_fields[1] == "end_at" else "end"}
        return absent if self.actor.is_desk else absent | set(self.desk_fields)

    def first_values(self) -> dict[str, Any]:
        """What the form shows before anything is typed."""
        raise NotImplementedError

    def _offer_zones(self) -> None:
        self.fields["time_zone"].widget.choices = choices.zone_choices(
            self.providers, timezone.get_current_timezone_name(), self.zone.key
        )

    def _offer_providers(self) -> None:
        provider = self.fields["provider"]
        provider.label = capfirst(self.booking_kind.provider_model()._meta.verbose_name)
        provider.help_text = describe_hours(self.chosen) if self.chosen else _("Choose one to see the hours.")
        provider.widget.choices = choices.person_choices(self.providers)
        provider.required = self.is_typed

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
    def partner(self) -> Provider | None:
        """With whom the booking is to be: at the time that was picked, else the chosen provider; if it takes any."""
        if self.picked is None or not self.picked.provider:
            return self.chosen
        found = choices.find_person(self.booking_kind.provider_model(), self.picked.provider, self.providers)
        return found if found and found.is_active else None

    @property
    def is_exceptional(self) -> bool:
        """Whether the desk's exceptions are in use, and so shown opened."""
        return any(self.typed(name) or (self.is_bound and name in self.errors) for name in OVERRIDE_FIELDS)

    def clean_slot(self) -> str:
        """As any form; what is picked is with the chosen provider, and a radio's time as long as is asked for.

        Without JavaScript the radios stay those of the former choice until the page is asked for others.
        """
        slot = super().clean_slot()
        if self._is_of_another():
            sentence = (
                _("Choose a time of %(provider)s.")
                if self.chosen
                else _("This is no time on offer. Choose one of the free times.")
            )
            raise forms.ValidationError(sentence % {"provider": self.chosen})
        if self.is_radio and self.picked and self.asked_length not in (None, self.picked.span.length):
            raise forms.ValidationError(_("Choose a time again: the length has changed."))
        return slot

    def _is_of_another(self) -> bool:
        """Whether the time that was picked is of another provider than the one who is chosen, if any is."""
        text = self.typed("provider") if "provider" in self.fields else ""
        return bool(text and self.picked and self.picked.provider and text != self.picked.provider)

    @property
    def asked_length(self) -> timedelta | None:
        """How long a picked time is to be; None: as long as it is."""
        return None

    def clean_provider(self) -> int | str | None:
        """Any who takes bookings, shown in the list or not."""
        if self.partner:
            return self.partner.key
        if self.is_typed:
            raise forms.ValidationError(_("Choose one of the list."))
        if self.picked:
            self.add_error("slot", _("This is no time on offer. Choose one of the free times."))
        return None

    def make_times(self) -> dict[str, Any]:
        """The time in this kind's fields. Of a valid form."""
        start_field, end_field = self.booking_kind.time_fields
        start, end = self.cleaned_data["start_at"], self.cleaned_data["end_at"]
        return {start_field: start, end_field: end if end_field == "end_at" else (end - start) // MINUTE}

    def make_override(self) -> Override:
        """What the desk sets aside. Of a valid form."""
        if "override_hours" not in self.fields:
            return NO_OVERRIDE
        hours, overlap, reason = (self.cleaned_data[name] for name in OVERRIDE_FIELDS)
        return Override(hours=hours, overlap=overlap, reason=reason)

    def refuse(self, error: BookingError) -> None:
        """Show what the kernel refused at its fields, or above the form where it has none here."""
        for part, sentences in error.errors.items():
            place = self._place(part)
            self.add_error(place if place in self.fields else None, sentences)

    def _place(self, part: str) -> str:
        """The field of a part of the booking: the list of free times for all that was picked there."""
        if not self.is_typed and part in PICKED and not (part == "attendee" and part in self.fields):
            return "slot"
        return {"end": "end" if "end" in self.fields else "duration", "override": "override_reason"}.get(part, part)
