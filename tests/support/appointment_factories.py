"""Doctors, patients and appointments to test with."""

from datetime import timedelta

import factory

from appointments.models import Appointment, AppointmentService, Doctor, Patient
from tests.support.factories import BookingFactory, ServiceFactory


class DoctorFactory(factory.django.DjangoModelFactory[Doctor]):
    """A doctor in UTC, open at all times."""

    class Meta:
        model = Doctor

    name = factory.Sequence(lambda n: f"Dr. Number {n}")
    time_zone = "UTC"
    is_always_open = True


class PatientFactory(factory.django.DjangoModelFactory[Patient]):
    class Meta:
        model = Patient

    name = factory.Sequence(lambda n: f"Patient Number {n}")
    time_zone = "UTC"


class AppointmentFactory(BookingFactory):
    """A booked hour of a new patient with a new doctor."""

    class Meta:
        model = Appointment

    provider = factory.SubFactory(DoctorFactory)
    attendee = factory.SubFactory(PatientFactory)
    end_at = factory.LazyAttribute(lambda booking: booking.start_at + timedelta(hours=1))


class AppointmentServiceFactory(ServiceFactory):
    class Meta:
        model = AppointmentService
