"""The form of `/booking`, the same for both kinds of booking."""

import uuid
from datetime import timedelta
from functools import cached_property
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.access.actor import Actor
from bookings.access.permissions import may_become_attendee
from bookings.core.errors import BookingError, Conflict
from bookings.core.interval import MINUTE
from bookings.models import Attendee, Booking, Provider, Service
from bookings.models.booking import NOTE_LIMIT
from bookings.models.fields import DAY_MINUTES
from bookings.models.search import is_number
from bookings.schedule.slots import USUAL_LENGTH
from bookings.web.booking import choices
from bookings.web.booking.slot_form import OVERRIDE_FIELDS, SlotForm


class BookingForm(SlotForm):
    """Who, what, when, and a note; the rules are `book()`'s. Only the desk says for whom: an attendee books for itself.

    Only the desk says how long the free times are to be; and only it sees the fields in which any time can be typed.
    """

    kind = forms.CharField(widget=forms.HiddenInput)
    uid = forms.UUIDField(widget=forms.HiddenInput)
    searched = forms.CharField(required=False, widget=forms.HiddenInput)
    attendee_search = forms.CharField(
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("By name, e-mail, phone or id; narrows the list below."),
    )
    attendee = forms.CharField(widget=forms.Select)
    service = forms.CharField(label=gettext_lazy("Service"), required=False, widget=forms.Select)
    minutes = forms.IntegerField(
        label=gettext_lazy("Length in minutes"),
        required=False,
        min_value=1,
        max_value=DAY_MINUTES,
        help_text=gettext_lazy("Empty: the usual length."),
    )
    name = forms.CharField(
        label=gettext_lazy("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    note = forms.CharField(
        label=gettext_lazy("Note (optional)"),
        required=False,
        max_length=NOTE_LIMIT,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )

    field_order = ["kind", "uid", "searched", "attendee_search", "attendee", "provider", "service", "minutes", "name"]
    desk_fields = ("attendee", "attendee_search", "searched", "minutes", *OVERRIDE_FIELDS)

    def __init__(self, data: Any = None, *, kind: type[Booking], actor: Actor, initial: Any = None) -> None:
        """As a form for a time, with the attendees that the desk may choose from."""
        super().__init__(data, kind=kind, actor=actor, initial=initial)
        if not may_become_attendee(actor, kind.attendee_model()):
            del self.fields["name"]  # whose first booking it is not
        if "attendee" in self.fields:
            self._offer_attendees()
        self.fields["service"].widget.choices = choices.service_choices(self.services)

    def first_values(self) -> dict[str, Any]:
        """An hour, or the slot of the only provider there is, in its zone."""
        first = self.chosen or next(iter(self.providers), None)
        return {
            "kind": self.booking_kind._meta.model_name,
            "uid": str(uuid.uuid4()),
            "provider": self.chosen.key if self.chosen else "",
            "time_zone": first.time_zone if first else timezone.get_current_timezone_name(),
            "duration": (first and first.slot_minutes) or USUAL_LENGTH // MINUTE,
        }

    @cached_property
    def services(self) -> list[Service]:
        """What can be chosen: of the chosen provider, else of anybody."""
        return choices.offered_services(self.booking_kind, self.chosen)

    @property
    def chosen_service(self) -> Service | None:
        """What was chosen; None for nothing in particular, and for what is not offered here."""
        asked = self.typed("service")
        return next((service for service in self.services if str(service.pk) == asked), None)

    @cached_property
    def offering(self) -> list[Provider]:
        """The providers who offer the chosen service; all without one."""
        if self.chosen_service is None:
            return self.providers
        return choices.offered_providers(self.booking_kind.provider_model(), self.chosen_service)

    def name_providers(self, named: choices.Choices) -> None:
        """Offer these, as they are named."""
        self.fields["provider"].widget.choices = named

    @property
    def length(self) -> timedelta | None:
        """How long the desk wants the free times to be; None: as usual."""
        text = self.typed("minutes") if "minutes" in self.fields else ""
        return int(text) * MINUTE if is_number(text) and 1 <= int(text) <= DAY_MINUTES else None

    @property
    def asked_length(self) -> timedelta | None:
        """What the desk wants, else the service's; suggestions are as long as what they stand for."""
        service = self.chosen_service
        return self.length or (service.duration_minutes * MINUTE if service else None)

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
    def chosen_attendee(self) -> Attendee | None:
        """Whom the desk books for; any existing one, shown in the list or not."""
        person: Attendee | None = choices.find_person(self.booking_kind.attendee_model(), self.typed("attendee"))
        return person

    @property
    def search(self) -> str:
        """Whom the desk looks for."""
        return choices.clean_search(self.typed("attendee_search"))

    def clean_attendee(self) -> int | str:
        """Anybody who exists, shown in the list or not."""
        if self.chosen_attendee is None:
            raise forms.ValidationError(_("Choose one of the list."))
        return self.chosen_attendee.key

    def clean_service(self) -> int | None:
        """Any that exists; whether the provider offers it is `book()`'s to say."""
        text = self.cleaned_data["service"]
        if not text:
            return None
        if not (is_number(text) and self.booking_kind.service_model()._default_manager.filter(pk=text).exists()):
            raise forms.ValidationError(_("Choose one of the list."))
        return int(text)

    def make_booking(self) -> Booking:
        """The booking that was asked for, unsaved. Of a valid form."""
        kind, asked = self.booking_kind, self.cleaned_data
        attendee = asked["attendee"] if "attendee" in asked else self.actor.key_in(kind.attendee_model())
        values = {"provider_id": asked["provider"], "attendee_id": attendee, "service_id": asked["service"]}
        return kind(**values, **self.make_times(), note=asked["note"], uid=asked["uid"])

    def refuse(self, error: BookingError) -> None:
        """As any form; what was booked before with this uid may be followed by another one."""
        super().refuse(error)
        if isinstance(error, Conflict) and not error.errors:
            self.data = {**dict(self.data.items()), "uid": str(uuid.uuid4())}
