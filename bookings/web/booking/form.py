"""The form of `/booking`, the same for both kinds of booking."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property

from django import forms
from django.http import QueryDict
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
from bookings.web.booking.form_group import RenewableUUIDField, remove_fields, renew
from bookings.web.booking.slot_form import SlotForm


class BookingDetailsForm(forms.Form):
    """The fields that come before the time: the attendee, the provider and the service."""

    kind = forms.CharField(widget=forms.HiddenInput)
    uid = RenewableUUIDField(widget=forms.HiddenInput)
    searched = forms.CharField(required=False, widget=forms.HiddenInput)
    attendee_search = forms.CharField(
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("By name, e-mail, phone or id; narrows the list below."),
    )
    attendee = forms.CharField(widget=forms.Select)
    provider = forms.CharField(widget=forms.Select)
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


class NoteForm(forms.Form):
    """The note for the other side."""

    note = forms.CharField(
        label=gettext_lazy("Note (optional)"),
        required=False,
        max_length=NOTE_LIMIT,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )


class BookingForm(SlotForm):
    """Who, what, when, and a note; `book()` checks the rules. Only the desk chooses an attendee.

    Only the desk sets the length of the free times, and sees the fields in which any time can be typed.
    """

    details_class = BookingDetailsForm
    notes_class = NoteForm
    desk_fields = ("attendee", "attendee_search", "searched", "minutes")

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        kind: type[Booking],
        actor: Actor,
        initial: Mapping[str, object] | None = None,
    ) -> None:
        """Build the fields; the desk's form lists attendees to choose from."""
        super().__init__(data, kind=kind, actor=actor, initial=initial)
        if not may_become_attendee(actor, kind.attendee_model()):
            remove_fields(self.details, ["name"])  # the login has a record already
        if actor.is_desk:
            self._offer_attendees()
        self.details.fields["service"].widget.choices = choices.service_choices(self.services)

    def first_values(self) -> dict[str, object]:
        """The usual length, or the slot length of the first provider, in that provider's zone."""
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
        """The services to choose from: those of the chosen provider, else of all providers."""
        return choices.offered_services(self.booking_kind, self.chosen)

    @property
    def chosen_service(self) -> Service | None:
        """None without a choice, and for a service that is not offered here."""
        asked = self.typed("service")
        return next((service for service in self.services if str(service.pk) == asked), None)

    @cached_property
    def offering(self) -> list[Provider]:
        """The providers who offer the chosen service; all providers without one."""
        if self.chosen_service is None:
            return self.providers
        return choices.offered_providers(self.booking_kind.provider_model(), self.chosen_service)

    def name_providers(self, named: choices.Choices) -> None:
        """Use these as the choices of providers."""
        self.details.fields["provider"].widget.choices = named

    @property
    def length(self) -> timedelta | None:
        """The length of the free times that the desk asks for; None: the usual one."""
        text = self.typed("minutes") if self.actor.is_desk else ""
        return int(text) * MINUTE if is_number(text) and 1 <= int(text) <= DAY_MINUTES else None

    @property
    def asked_length(self) -> timedelta | None:
        """The length that the desk asks for, else the service's. A suggestion keeps the length of the refused time."""
        service = self.chosen_service
        return self.length or (service.duration_minutes * MINUTE if service else None)

    def _offer_attendees(self) -> None:
        attendee = self.details.fields["attendee"]
        noun = self.booking_kind.attendee_model()._meta.verbose_name
        attendee.label = capfirst(noun)
        self.details.fields["attendee_search"].label = _("Find a %(noun)s") % {"noun": noun}
        found = choices.find_attendees(self.booking_kind.attendee_model(), self.search)
        if self.chosen_attendee and self.chosen_attendee not in found:
            found.insert(0, self.chosen_attendee)
        attendee.widget.choices = choices.person_choices(found)

    @cached_property
    def chosen_attendee(self) -> Attendee | None:
        """The attendee for whom the desk books, shown in the list or not."""
        return choices.find_person(self.booking_kind.attendee_model(), self.typed("attendee"))

    @property
    def search(self) -> str:
        """The text by which the desk searches for an attendee."""
        return choices.clean_search(self.typed("attendee_search"))

    def check(self) -> None:
        """Check also that the attendee and the service exist, shown in their lists or not."""
        found = self.details.cleaned_data
        if "attendee" in found:
            self._check_attendee(found)
        if "service" in found:
            self._check_service(found)
        super().check()

    def _check_attendee(self, found: dict[str, object]) -> None:
        if self.chosen_attendee is None:
            self.add_error("attendee", choices.NOT_LISTED)
        else:
            found["attendee"] = self.chosen_attendee.key

    def _check_service(self, found: dict[str, object]) -> None:
        """Accept any service that exists: `book()` checks whether the provider offers it."""
        text = str(found["service"])
        services = self.booking_kind.service_model()._default_manager
        if text and not (is_number(text) and services.filter(pk=text).exists()):
            self.add_error("service", choices.NOT_LISTED)
        else:
            found["service"] = int(text) if text else None

    def make_booking(self) -> Booking:
        """The unsaved booking. Of a valid form."""
        kind = self.booking_kind
        asked = self.cleaned_data
        attendee = asked["attendee"] if "attendee" in asked else self.actor.key_in(kind.attendee_model())
        values = {"provider_id": asked["provider"], "attendee_id": attendee, "service_id": asked["service"]}
        return kind(**values, **self.make_times(), note=asked["note"], uid=asked["uid"])

    def refuse(self, error: BookingError) -> None:
        """Show the refusal; renew the uid where it was used already, so that the next try books."""
        super().refuse(error)
        if isinstance(error, Conflict) and not error.errors:
            renew(self.details, "uid", str(uuid.uuid4()))
