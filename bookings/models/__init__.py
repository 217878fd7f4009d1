"""The tables: users and tokens are concrete, everything about bookings is abstract and concrete in the two apps."""

from bookings.models.booking import Booking
from bookings.models.hours import TimeOff, WorkingHours
from bookings.models.ledger import IdempotencyRecord, RateCounter
from bookings.models.people import Attendee, Provider
from bookings.models.sessions import LoginSession
from bookings.models.users import Token, User

__all__ = [
    "Attendee",
    "Booking",
    "IdempotencyRecord",
    "LoginSession",
    "Provider",
    "RateCounter",
    "TimeOff",
    "Token",
    "User",
    "WorkingHours",
]
