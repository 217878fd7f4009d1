"""Coaches, clients and sessions in the admin."""

from django.contrib import admin

from bookings.admin import AttendeeAdmin, BookingAdmin, HoursInline, ProviderAdmin, TimeOffInline
from scheduling.models import Client, Coach, CoachHours, CoachTimeOff, Session


class CoachHoursInline(HoursInline):
    model = CoachHours


class CoachTimeOffInline(TimeOffInline):
    model = CoachTimeOff


@admin.register(Coach)
class CoachAdmin(ProviderAdmin):
    inlines = [CoachHoursInline, CoachTimeOffInline]


@admin.register(Client)
class ClientAdmin(AttendeeAdmin):
    pass


@admin.register(Session)
class SessionAdmin(BookingAdmin):
    pass
