"""The tables: users and tokens are concrete, everything about bookings is abstract and concrete in the two apps."""

from bookings.models.booking import Booking
from bookings.models.hours import ExtraHours, TimeOff, WorkingHours
from bookings.models.people import Attendee, Provider
from bookings.models.requests import IdempotencyRecord
from bookings.models.services import Service

__all__ = [
    "Attendee",
    "Booking",
    "ExtraHours",
    "IdempotencyRecord",
    "Provider",
    "Service",
    "TimeOff",
    "WorkingHours",
]
