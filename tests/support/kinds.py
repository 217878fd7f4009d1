"""Both kinds of booking, described alike, so that one contract suite tests them both."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import factory
from django.apps import apps

from appointments.models import Appointment
from bookings.access.actor import SYSTEM, Actor
from bookings.actions import NO_OVERRIDE, Override, book
from bookings.core.interval import Interval
from bookings.models import Attendee, Booking, Provider, Service
from scheduling.models import Session
from tests.support.appointment_factories import (
    AppointmentFactory,
    AppointmentServiceFactory,
    DoctorFactory,
    PatientFactory,
)
from tests.support.session_factories import ClientFactory, CoachFactory, SessionFactory, SessionServiceFactory


@dataclass(frozen=True)
class Kind:
    """One kind of booking with what a test needs to make some."""

    model: type[Booking]
    provider_factory: type[factory.django.DjangoModelFactory[Any]]
    attendee_factory: type[factory.django.DjangoModelFactory[Any]]
    service_factory: type[factory.django.DjangoModelFactory[Any]]
    factory: type[factory.django.DjangoModelFactory[Any]]
    plural: str
    """The collection's name in paths, tables and envelopes."""

    def __str__(self) -> str:
        return self.plural

    @property
    def provider_model(self) -> type[Provider]:
        """The provider's table."""
        return self.model.provider_model()

    @property
    def attendee_model(self) -> type[Attendee]:
        """The attendee's table."""
        return self.model.attendee_model()

    @property
    def service_model(self) -> type[Service]:
        """The services' table."""
        return self.model.service_model()

    @property
    def history_model(self) -> Any:
        """The history's table."""
        return apps.get_model(f"{self.model._meta.label}Event")

    @property
    def envelope(self) -> str:
        """The name around one booking in requests and answers."""
        return self.model._meta.model_name or ""

    def provider(self, **fields: Any) -> Any:
        """A saved provider."""
        return self.provider_factory.create(**fields)

    def attendee(self, **fields: Any) -> Any:
        """A saved attendee."""
        return self.attendee_factory.create(**fields)

    def service(self, *providers: Any, **fields: Any) -> Any:
        """A saved service of half an hour, offered by these providers."""
        return self.service_factory.create(providers=providers, **fields)

    def build(self, span: Interval | tuple[datetime, datetime], **fields: Any) -> Booking:
        """An unsaved booking; `provider` and `attendee` are new unless given; the span may be wrong on purpose."""
        start, end = (span.start, span.end) if isinstance(span, Interval) else span
        length = {"duration": (end - start) // timedelta(minutes=1)} if self.model is Session else {"end_at": end}
        for party, make in (("provider", self.provider), ("attendee", self.attendee)):
            if party not in fields and f"{party}_id" not in fields:
                fields[party] = make()
        return self.model(start_at=start, **length, **fields)

    def times(self, span: Interval, provider: Any = None) -> dict[str, Any]:
        """What `reschedule` takes to move a booking to `span`, and to the provider with this key."""
        start, end = span.start, span.end
        length = {"duration": (end - start) // timedelta(minutes=1)} if self.model is Session else {"end_at": end}
        moved = {} if provider is None else {"provider_id": provider}
        return {"start_at": start, **length, **moved}

    def book(
        self,
        span: Interval | tuple[datetime, datetime],
        *,
        by: Actor = SYSTEM,
        override: Override = NO_OVERRIDE,
        now: datetime | None = None,
        **fields: Any,
    ) -> Booking:
        """Build and book."""
        return book(self.build(span, **fields), by=by, override=override, now=now)


SESSIONS = Kind(Session, CoachFactory, ClientFactory, SessionServiceFactory, SessionFactory, "sessions")
APPOINTMENTS = Kind(
    Appointment, DoctorFactory, PatientFactory, AppointmentServiceFactory, AppointmentFactory, "appointments"
)
KINDS = (SESSIONS, APPOINTMENTS)


def at(hour: int, minute: int = 0, *, day: int = 7) -> datetime:
    """An instant of January 2030 in UTC; the 7th is a Monday."""
    return datetime(2030, 1, day, hour, minute, tzinfo=UTC)


def span(start: int, end: int, *, day: int = 7) -> Interval:
    """From one full hour to another of a day in January 2030, in UTC."""
    return Interval(at(start, day=day), at(end, day=day))


def stored(booking: Booking) -> Booking:
    """As it is in the database."""
    found: Booking = type(booking)._default_manager.get(pk=booking.pk)
    return found
