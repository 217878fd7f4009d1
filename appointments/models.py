"""Doctors, patients, appointments: names, tables and fields. The rules are in `bookings`."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bookings.models import Attendee, Booking, ExtraHours, Provider, Service, TimeOff, WorkingHours
from bookings.models.history import tracked
from bookings.models.people import party_key
from bookings.models.services import service_key


class Doctor(Provider):
    class Meta(Provider.Meta):
        db_table = "doctors"
        verbose_name = _("doctor")
        verbose_name_plural = _("doctors")


class DoctorHours(WorkingHours):
    provider = models.ForeignKey(Doctor, on_delete=models.CASCADE, related_name="working_hours", db_index=False)

    class Meta(WorkingHours.Meta):
        db_table = "doctor_hours"


class DoctorExtraHours(ExtraHours):
    provider = models.ForeignKey(Doctor, on_delete=models.CASCADE, related_name="extra_hours", db_index=False)

    class Meta(ExtraHours.Meta):
        db_table = "doctor_extra_hours"


class DoctorTimeOff(TimeOff):
    provider = models.ForeignKey(Doctor, on_delete=models.CASCADE, related_name="time_off", db_index=False)

    class Meta(TimeOff.Meta):
        db_table = "doctor_time_off"


class AppointmentService(Service):
    providers = models.ManyToManyField(Doctor, related_name="services", blank=True, verbose_name=_("doctors"))

    class Meta(Service.Meta):
        db_table = "appointment_services"


class Patient(Attendee):
    class Meta(Attendee.Meta):
        db_table = "patients"
        verbose_name = _("patient")
        verbose_name_plural = _("patients")


@tracked(name="AppointmentEvent", table="appointment_history")
class Appointment(Booking):
    """A patient's time with a doctor: from start to end."""

    request_names = {
        "provider": "doctor_id",
        "attendee": "patient_id",
        "start": "start_at",
        "end": "end_at",
        "service": "service_id",
    }

    provider = party_key(Doctor, db_column="doctor_id")
    attendee = party_key(Patient, db_column="patient_id")
    service = service_key(AppointmentService)

    class Meta(Booking.Meta):
        db_table = "appointments"
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
