"""One booking and its parts as an example, in a kind's own names."""

from collections.abc import Callable
from datetime import UTC, datetime

from bookings.api.types import Json
from bookings.core.interval import Interval
from bookings.models import Booking
from bookings.models.people import Person
from bookings.models.representation import represent_suggestion, represent_times

HOUR = Interval(datetime(2026, 12, 1, 3, tzinfo=UTC), datetime(2026, 12, 1, 4, tzinfo=UTC))
NEXT_HOUR = Interval(HOUR.end, datetime(2026, 12, 1, 5, tzinfo=UTC))


def key_example(people: type[Person], number: str) -> int | str:
    """An id: one that the seed makes."""
    return 1 if people.key_field == "id" else number


def time_example(kind: type[Booking]) -> Json:
    """The time fields of a request."""
    return represent_suggestion(kind, HOUR)


def slot_example(kind: type[Booking]) -> Json:
    """A free time."""
    return {kind.request_names["provider"]: key_example(kind.provider_model(), "123"), **time_example(kind)}


def request_example(kind: type[Booking]) -> Json:
    """What is sent to book."""
    return {**slot_example(kind), kind.request_names["attendee"]: key_example(kind.attendee_model(), "456")}


def booking_example(kind: type[Booking]) -> Json:
    """A booking as it is answered."""
    made = "2026-11-21T09:00:00Z"
    state = {"status": "booked", "revision": 1, "created_at": made, "updated_at": made}
    return {"id": 17, **request_example(kind), **represent_times(kind, HOUR), **state}


def in_envelope(example: Callable[[type[Booking]], Json]) -> Callable[[type[Booking]], Json]:
    """The example under its kind's noun."""
    return lambda kind: {kind._meta.model_name or "": example(kind)}
