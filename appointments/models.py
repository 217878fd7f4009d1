"""Doctors, patients, appointments: names, tables and fields. The rules are in `bookings`."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bookings.core.constraints import BUSY_TIME, OWN_TIME, no_overlap, party_index, service_index
from bookings.models import Attendee, Booking, ExtraHours, Provider, Service, TimeOff, WorkingHours
from bookings.models.history import tracked
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


@tracked("doctor", "patient", name="AppointmentEvent", table="appointment_history")
class Appointment(Booking):
    """A patient's time with a doctor: from start to end."""

    provider_field = "doctor"
    attendee_field = "patient"

    doctor = models.ForeignKey(
        Doctor,
        on_delete=models.PROTECT,
        related_name="appointments",
        db_index=False,
        verbose_name=_("doctor"),
    )
    patient = models.ForeignKey(
        Patient,
        on_delete=models.PROTECT,
        related_name="appointments",
        db_index=False,
        verbose_name=_("patient"),
    )
    service = service_key(AppointmentService)

    class Meta(Booking.Meta):
        db_table = "appointments"
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints = [
            *Booking.Meta.constraints,
            no_overlap("doctor", BUSY_TIME),
            no_overlap("patient", OWN_TIME),
        ]
        indexes = [*Booking.Meta.indexes, party_index("doctor"), party_index("patient"), service_index()]
