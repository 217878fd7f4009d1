"""The zone in which a reader sees times."""

from zoneinfo import ZoneInfo

from django.conf import settings

from bookings.access.actor import Actor
from bookings.models import Booking
from bookings.models.fields import find_zone


def reader_zone(actor: Actor, kind: type[Booking]) -> ZoneInfo:
    """The zone of the actor's own record as attendee or provider of this kind, else the practice's."""
    if actor.user is not None:
        for people in (kind.attendee_model(), kind.provider_model()):
            names = people._default_manager.filter(user=actor.user).values_list("time_zone", flat=True)
            if name := names.first():
                return zone_named(name)
    return zone_named(settings.TIME_ZONE)


def zone_named(name: str) -> ZoneInfo:
    """The zone of this name; the practice's for one that the tz database does not have (any more)."""
    return find_zone(name) or ZoneInfo(settings.TIME_ZONE)
