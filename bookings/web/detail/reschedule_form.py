"""The form that moves a booking."""

from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property

from django import forms
from django.http import QueryDict

from bookings.access.actor import Actor
from bookings.access.permissions import may
from bookings.models import Booking, Provider
from bookings.web.booking.form_group import RenewableIntegerField, renew
from bookings.web.booking.slot_form import SlotForm
from bookings.web.booking.time_form import not_on_offer, zone_of
from bookings.web.detail.action_forms import REVISION_LIMIT
from bookings.web.slot_value import wall_values


class RescheduleDetailsForm(forms.Form):
    """The revision that the person saw, and the provider."""

    revision = RenewableIntegerField(widget=forms.HiddenInput, min_value=1, max_value=REVISION_LIMIT)
    provider = forms.CharField(widget=forms.Select)


class RescheduleForm(SlotForm):
    """Another time in the provider's wall time; for the desk also another provider, and exceptions."""

    details_class = RescheduleDetailsForm
    desk_fields = ("provider",)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        booking: Booking,
        actor: Actor,
        initial: Mapping[str, object] | None = None,
    ) -> None:
        """Fill the form with the booking as it is, unless `initial` says otherwise."""
        self.booking = booking
        first = {"provider": booking.provider_id, **(initial or {})}
        super().__init__(data, kind=type(booking), actor=actor, initial=first)

    def first_values(self) -> dict[str, object]:
        """The booking's present time, in the zone of the chosen provider."""
        name = str(self.initial.get("time_zone", (self.chosen or self.booking.provider).time_zone))
        return {
            "revision": self.booking.revision,
            "time_zone": name,
            **wall_values(self.booking.span, zone_of(name)),
        }

    def takes_any_time(self) -> bool:
        """Whether times can be typed, not only picked."""
        return may(self.actor, "take_any_span", self.booking)

    @cached_property
    def chosen(self) -> Provider | None:
        """The booking's own provider, unless the desk chooses another one."""
        return super().chosen if self.actor.is_desk else self.booking.provider

    @property
    def length(self) -> timedelta:
        """The booking's own length: a picked time only changes the start."""
        return self.booking.span.length

    def describe_wrong_slot(self) -> str:
        """Refuse also another provider's time, which only the desk may pick."""
        is_of_another = self.sent.picked and not self.actor.is_desk and self.provider_to_book != self.booking.provider
        return super().describe_wrong_slot() or (not_on_offer() if is_of_another else "")

    def make_changes(self) -> dict[str, object]:
        """The changes by model field. Of a valid form."""
        times = self.make_times()
        if self.actor.is_desk:
            times["provider_id"] = self.cleaned_data["provider"]
        return times

    def show_again(self, revision: int) -> None:
        """Keep the input, and show this revision as the one that the person has seen."""
        renew(self.details, "revision", str(revision))
