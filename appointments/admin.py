"""Doctors, patients and appointments in the admin."""

from django.contrib import admin

from appointments.models import Appointment, Doctor, DoctorHours, DoctorTimeOff, Patient
from bookings.admin import AttendeeAdmin, BookingAdmin, HoursInline, ProviderAdmin, TimeOffInline


class DoctorHoursInline(HoursInline):
    model = DoctorHours


class DoctorTimeOffInline(TimeOffInline):
    model = DoctorTimeOff


@admin.register(Doctor)
class DoctorAdmin(ProviderAdmin):
    inlines = [DoctorHoursInline, DoctorTimeOffInline]


@admin.register(Patient)
class PatientAdmin(AttendeeAdmin):
    pass


@admin.register(Appointment)
class AppointmentAdmin(BookingAdmin):
    pass
