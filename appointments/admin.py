"""Doctors, patients, appointments and services in the admin."""

from django.contrib import admin

from appointments.models import (
    Appointment,
    AppointmentService,
    Doctor,
    DoctorExtraHours,
    DoctorHours,
    DoctorTimeOff,
    Patient,
)
from bookings.admin import (
    AttendeeAdmin,
    BookingAdmin,
    ExtraHoursInline,
    HoursInline,
    ProviderAdmin,
    ServiceAdmin,
    TimeOffInline,
)


class DoctorHoursInline(HoursInline):
    model = DoctorHours


class DoctorExtraHoursInline(ExtraHoursInline):
    model = DoctorExtraHours


class DoctorTimeOffInline(TimeOffInline):
    model = DoctorTimeOff


@admin.register(Doctor)
class DoctorAdmin(ProviderAdmin):
    inlines = [DoctorHoursInline, DoctorExtraHoursInline, DoctorTimeOffInline]


@admin.register(Patient)
class PatientAdmin(AttendeeAdmin):
    pass


@admin.register(Appointment)
class AppointmentAdmin(BookingAdmin):
    pass


@admin.register(AppointmentService)
class AppointmentServiceAdmin(ServiceAdmin):
    pass
