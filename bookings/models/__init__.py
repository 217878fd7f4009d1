"""What is stored, and how is it asked? Everything about bookings is abstract here and concrete in the two apps.

- booking, people, services, hours: the tables
- requests: answers to requests that may be repeated
- fields, base: columns that several tables share
- querysets: the predicates of bookings, as methods
- overlaps, no_overlap: what is in the way of a booking, and the rule in words
- history, history_text: who did what when, and the same in words
- representation: a booking as the API writes it
- search: finding people by what somebody types
"""

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
