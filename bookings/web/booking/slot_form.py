"""Provider, time and the desk's exceptions: what booking and rescheduling have in common."""

from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
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
from bookings.web.booking.form_group import FormGroup, remove_fields
from bookings.web.booking.time_form import SentTime, TimeForms, not_on_offer
from bookings.web.hours.hours_line import describe_hours

PICKED = ("provider", "service", "attendee", "start", "end")
OVERRIDE_FIELDS = ("override_hours", "override_overlap", "override_reason")


class OverrideForm(forms.Form):
    """The rules that the desk sets aside, and why."""

    override_hours = forms.BooleanField(label=gettext_lazy("Outside the working hours"), required=False)
    override_overlap = forms.BooleanField(label=gettext_lazy("Over another booking"), required=False)
    override_reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=REASON_LIMIT,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class SlotForm(FormGroup):
    """A provider's time: what else is asked, the time, and for the desk its exceptions.

    With `data` the form was sent in order to book; with `initial` alone it is only shown.
    """

    details_class: type[forms.Form]
    """The fields before the time."""
    notes_class: type[forms.Form] = forms.Form
    """The fields at the end."""
    desk_fields: tuple[str, ...] = ()
    """The fields of `details_class` that only the desk has."""

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        kind: type[Booking],
        actor: Actor,
        initial: Mapping[str, object] | None = None,
    ) -> None:
        """Build the fields that this kind and this actor have, with their choices."""
        self.booking_kind = kind
        self.actor = actor
        self.data = data
        self.sent = SentTime.read(data or initial or {})
        self.initial = dict(initial or {})
        self.initial = {**self.first_values(), **self.initial}
        self.details = self.details_class(data, initial=self.initial)
        without = "duration" if kind.time_fields[1] == "end_at" else "end"
        self.time = TimeForms(data, sent=self.sent, without=without, initial=self.initial)
        overrides = OverrideForm(data, initial=self.initial)
        if not actor.is_desk:
            remove_fields(self.details, self.desk_fields)
            remove_fields(overrides, OVERRIDE_FIELDS)
        super().__init__(self.details, self.time, overrides, self.notes_class(data, initial=self.initial))
        self._offer_zones()
        if "provider" in self.details.fields:
            self._offer_providers()

    @property
    def is_bound(self) -> bool:
        """Whether the form was sent in order to book; else it is only shown."""
        return self.data is not None

    @property
    def is_typed(self) -> bool:
        """Whether the time is typed, not picked."""
        return self.sent.is_typed

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which the times are typed."""
        return self.time.typed_time.zone

    @property
    def folds(self) -> list[forms.BoundField]:
        """The questions which of two equal wall times is meant. Of a validated form."""
        return self.time.typed_time.folds

    def typed(self, name: str) -> str:
        """A field's text as it was sent or is shown, before validation; empty when there is none."""
        return str((self.initial if self.data is None else self.data).get(name) or "")

    def first_values(self) -> dict[str, object]:
        """What the form shows before anything is typed."""
        raise NotImplementedError

    def _offer_zones(self) -> None:
        self.time.typed_time.fields["time_zone"].widget.choices = choices.zone_choices(
            self.providers, timezone.get_current_timezone_name(), self.zone.key
        )

    def _offer_providers(self) -> None:
        provider = self.details.fields["provider"]
        provider.label = capfirst(self.booking_kind.provider_model()._meta.verbose_name)
        provider.help_text = describe_hours(self.chosen) if self.chosen else _("Choose one to see the hours.")
        provider.widget.choices = choices.person_choices(self.providers)
        provider.required = self.is_typed

    @cached_property
    def providers(self) -> list[Provider]:
        """The providers to choose from."""
        return choices.offered_providers(self.booking_kind.provider_model())

    @cached_property
    def chosen(self) -> Provider | None:
        """The chosen provider, if it takes bookings; on a fresh form the only provider there is."""
        text = self.typed("provider")
        if not text and not self.is_bound and len(self.providers) == 1:
            return self.providers[0]
        found = choices.find_person(self.booking_kind.provider_model(), text, self.providers)
        return found if found and found.is_active else None

    @cached_property
    def provider_to_book(self) -> Provider | None:
        """The provider of the booking: of the picked time, else the chosen one; None if it takes no bookings."""
        if self.sent.picked is None or not self.sent.picked.provider:
            return self.chosen
        found = choices.find_person(self.booking_kind.provider_model(), self.sent.picked.provider, self.providers)
        return found if found and found.is_active else None

    @property
    def is_exceptional(self) -> bool:
        """Whether the desk's exceptions are in use, so that their part is shown opened."""
        return any(self.typed(name) or (self.is_bound and name in self.errors) for name in OVERRIDE_FIELDS)

    def check(self) -> None:
        """Check that the provider takes bookings and that the picked time matches the other fields.

        Without JavaScript the radios belong to the former choice until the page is loaded again.
        """
        is_slot_right = "slot" not in self.time.errors
        if "provider" in self.details.cleaned_data:
            self._check_provider()
        if is_slot_right and (sentence := self.describe_wrong_slot()):
            self.add_error("slot", sentence)

    def describe_wrong_slot(self) -> str:
        """Why the picked time cannot be used: another provider's, or not of the asked length; else empty."""
        if self._is_of_another():
            return _("Choose a time of %(provider)s.") % {"provider": self.chosen} if self.chosen else not_on_offer()
        picked = self.sent.picked
        if self.sent.is_radio and picked and self.asked_length not in (None, picked.span.length):
            return _("Choose a time again: the length has changed.")
        return ""

    def _is_of_another(self) -> bool:
        """Whether the picked time is of another provider than the chosen one, if any."""
        text = self.typed("provider") if "provider" in self.details.fields else ""
        return bool(text and self.sent.picked and self.sent.picked.provider and text != self.sent.picked.provider)

    @property
    def asked_length(self) -> timedelta | None:
        """The length that a picked time must have; None: any."""
        return None

    def _check_provider(self) -> None:
        """Accept any provider who takes bookings, shown in the list or not."""
        self.details.cleaned_data["provider"] = self.provider_to_book.key if self.provider_to_book else None
        if self.provider_to_book is None and self.is_typed:
            self.add_error("provider", choices.NOT_LISTED)
        elif self.provider_to_book is None and self.sent.picked:
            self.add_error("slot", not_on_offer())

    def make_times(self) -> dict[str, object]:
        """The values of this kind's time fields. Of a valid form."""
        start_field, end_field = self.booking_kind.time_fields
        start = self.cleaned_data["start_at"]
        end = self.cleaned_data["end_at"]
        return {start_field: start, end_field: end if end_field == "end_at" else (end - start) // MINUTE}

    def make_override(self) -> Override:
        """The rules that the desk sets aside. Of a valid form."""
        if "override_hours" not in self.fields:
            return NO_OVERRIDE
        hours, overlap, reason = (self.cleaned_data[name] for name in OVERRIDE_FIELDS)
        return Override(hours=hours, overlap=overlap, reason=reason)

    def refuse(self, error: BookingError) -> None:
        """Show a writer's refusal at the form's fields, or above the form where it has no such field."""
        for part, sentences in error.errors.items():
            place = self._place(part)
            self.add_error(place if place in self.fields else None, sentences)

    def _place(self, part: str) -> str:
        """The field that shows the errors of a part of the booking: the free times for all that was picked there."""
        if not self.is_typed and part in PICKED and not (part == "attendee" and part in self.fields):
            return "slot"
        return {"end": "end" if "end" in self.fields else "duration", "override": "override_reason"}.get(part, part)
