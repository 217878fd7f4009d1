"""The providers of the questions: hours on weekdays, a morning and an afternoon, in half-hours."""

from datetime import time

from appointments.models import Doctor, DoctorHours
from bench.slots.data import PROVIDERS, SLOT_MINUTES, ZONE

HOURS = ((time(8), 240), (time(12), 240))


def make_providers() -> None:
    """Make the providers, with numbers from 1 and names in the same order."""
    numbers = range(1, PROVIDERS + 1)
    Doctor.objects.bulk_create(
        Doctor(pk=n, name=f"Doctor {n:03}", time_zone=ZONE, slot_minutes=SLOT_MINUTES) for n in numbers
    )
    DoctorHours.objects.bulk_create(
        DoctorHours(provider_id=n, weekday=day, starts_at=starts_at, minutes=minutes)
        for n in numbers
        for day in range(5)
        for starts_at, minutes in HOURS
    )
