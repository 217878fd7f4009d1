"""The form that moves a booking."""

from datetime import timedelta
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from bookings.access.actor import Actor
from bookings.access.permissions import may
from bookings.models import Booking, Provider
from bookings.web.booking.slot_form import OVERRIDE_FIELDS, SlotForm
from bookings.web.detail.action_forms import revision_field
from bookings.web.slot_value import wall_values


class RescheduleForm(SlotForm):
    """Another time, as its provider's clocks show it; for the desk also another provider, and exceptions."""

    revision = revision_field()

    field_order = ["revision", "provider"]
    desk_fields = ("provider", *OVERRIDE_FIELDS)

    def __init__(self, data: Any = None, *, booking: Booking, actor: Actor, initial: Any = None) -> None:
        """As the booking stands, unless told otherwise."""
        self.booking = booking
        super().__init__(
            data, kind=type(booking), actor=actor, initial={"provider": booking.provider_id} | (initial or {})
        )

    def first_values(self) -> dict[str, Any]:
        """The time that it has now, in the zone of the chosen provider."""
        name = (self.chosen or self.booking.provider).time_zone
        self.initial.setdefault("time_zone", name)
        return {"revision": self.booking.revision, **wall_values(self.booking.span, self.zone)}

    def takes_any_time(self) -> bool:
        """Whether times can be typed, not only picked."""
        return may(self.actor, "take_any_span", self.booking)

    @cached_property
    def chosen(self) -> Provider | None:
        """The booking's own provider, unless the desk chooses another one."""
        return super().chosen if "provider" in self.fields else self.booking.provider

    @property
    def length(self) -> timedelta:
        """As long as it is: what is picked only changes when."""
        return self.booking.span.length

    def clean_slot(self) -> str:
        """As any form; only the desk picks a time of somebody else."""
        slot = super().clean_slot()
        if self.picked and "provider" not in self.fields and self.partner != self.booking.provider:
            raise forms.ValidationError(_("This is no time on offer. Choose one of the free times."))
        return slot

    def make_changes(self) -> dict[str, Any]:
        """What is to be changed, by model field. Of a valid form."""
        times = self.make_times()
        if "provider" in self.fields:
            times["provider_id"] = self.cleaned_data["provider"]
        return times

    def show_again(self, revision: int) -> None:
        """Keep what was typed, now that its reader has seen the booking at this revision."""
        self.data = {**dict(self.data.items()), "revision": str(revision)}
