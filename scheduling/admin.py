"""Coaches, clients, sessions and services in the admin."""

from django.contrib import admin

from bookings.admin import (
    AttendeeAdmin,
    BookingAdmin,
    ExtraHoursInline,
    HoursInline,
    ProviderAdmin,
    ServiceAdmin,
    TimeOffInline,
)
from scheduling.models import Client, Coach, CoachExtraHours, CoachHours, CoachTimeOff, Session, SessionService


class CoachHoursInline(HoursInline):
    model = CoachHours


class CoachExtraHoursInline(ExtraHoursInline):
    model = CoachExtraHours


class CoachTimeOffInline(TimeOffInline):
    model = CoachTimeOff


@admin.register(Coach)
class CoachAdmin(ProviderAdmin):
    inlines = [CoachHoursInline, CoachExtraHoursInline, CoachTimeOffInline]


@admin.register(Client)
class ClientAdmin(AttendeeAdmin):
    pass


@admin.register(Session)
class SessionAdmin(BookingAdmin):
    pass


@admin.register(SessionService)
class SessionServiceAdmin(ServiceAdmin):
    pass
