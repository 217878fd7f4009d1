"""What the frame of every page needs: the actor."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from bookings.access.actor import actor_of


def actor(request: HttpRequest) -> dict[str, object]:
    """`actor`, looked up only where a template asks; the pages that have one already pass their own."""
    return {"actor": SimpleLazyObject(lambda: actor_of(request))}
