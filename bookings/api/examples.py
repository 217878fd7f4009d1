"""One booking and its parts as examples, in a kind's own names."""

from datetime import UTC, datetime

from bookings.api.types import Json
from bookings.core.interval import Interval
from bookings.models import Booking
from bookings.models.people import Person
from bookings.models.representation import represent_suggestion, represent_times

HOUR = Interval(datetime(2026, 12, 1, 3, tzinfo=UTC), datetime(2026, 12, 1, 4, tzinfo=UTC))
NEXT_HOUR = Interval(HOUR.end, datetime(2026, 12, 1, 5, tzinfo=UTC))
ATTENDEE = {"name": "Ada", "email": "ada@example.org", "phone": "+62 21 555", "time_zone": "Asia/Jakarta"}


def times(kind: type[Booking]) -> Json:
    """The time fields of a request."""
    return represent_suggestion(kind, HOUR)


def slot(kind: type[Booking]) -> Json:
    return {kind.request_names["provider"]: _key(kind.provider_model(), "123"), **times(kind)}


def slots(kind: type[Booking]) -> Json:
    return {"slots": [slot(kind)], "time_zone": "Asia/Jakarta"}


def request(kind: type[Booking]) -> Json:
    return {**slot(kind), kind.request_names["attendee"]: _key(kind.attendee_model(), "456")}


def booking(kind: type[Booking]) -> Json:
    made = "2026-11-21T09:00:00Z"
    state = {"status": "booked", "revision": 1, "created_at": made, "updated_at": made}
    return {"id": 17, **request(kind), **represent_times(kind, HOUR), **state}


def envelope(kind: type[Booking]) -> Json:
    return {"{booking}": booking(kind)}


def _key(people: type[Person], number: str) -> int | str:
    """An id: one that the seed makes."""
    return 1 if people.key_field == "id" else number
