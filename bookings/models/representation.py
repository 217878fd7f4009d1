"""A booking as the API writes it: a plain dict, built without a serializer."""

from datetime import UTC, datetime

from django.utils import timezone

from bookings.core.interval import Interval
from bookings.models import Booking


def represent(booking: Booking, *, for_desk: bool = False) -> dict[str, object]:
    """The booking's public fields, instants in UTC. `for_desk` adds what only the desk may read."""
    names = booking.request_names
    data: dict[str, object] = {
        "id": booking.pk,
        names["provider"]: booking.provider_id,
        names["attendee"]: booking.attendee_id,
        **represent_times(booking, booking.span),
        **represent_service(booking.service_id),
        "status": booking.status_at(timezone.now()),
        "revision": booking.revision,
        "created_at": instant(booking.created_at),
        "updated_at": instant(booking.updated_at),
    }
    if booking.note:
        data["note"] = booking.note
    if booking.cancel_reason:
        data["cancel_reason"] = booking.cancel_reason
    if for_desk and booking.override_reason:
        data["override"] = {
            "hours": booking.is_outside_hours,
            "overlap": booking.is_overbooked,
            "reason": booking.override_reason,
        }
    return data


def represent_times(booking: type[Booking] | Booking, span: Interval) -> dict[str, object]:
    """A span in the fields of this kind of booking."""
    times = booking.describe_times(span)
    return {name: instant(value) if isinstance(value, datetime) else value for name, value in times.items()}


def represent_suggestion(booking: type[Booking] | Booking, span: Interval) -> dict[str, object]:
    """A free span in exactly the request's time fields."""
    names = booking.request_names
    times = represent_times(booking, span)
    return {name: times[name] for name in (names["start"], names["end"])}


def represent_service(service: int | None) -> dict[str, object]:
    """The service's field in a request and an answer; empty without a service."""
    return {} if service is None else {"service_id": service}


def instant(at: datetime) -> str:
    """RFC 3339 in UTC, with `Z`."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
