"""Who acts: made from the request's login or token, never from a field of the request."""

from enum import StrEnum
from typing import TYPE_CHECKING

from accounts.demo import is_demo_visitor

if TYPE_CHECKING:
    from django.http import HttpRequest
    from rest_framework.request import Request

    from accounts.models import User
    from bookings.models import Booking
    from bookings.models.people import Person


class Role(StrEnum):
    """What somebody is to a booking. One user may be several."""

    DESK = "desk"
    PROVIDER = "provider"
    ATTENDEE = "attendee"


class Actor:
    """Who acts: a login, the demo's visitor, or the system itself. Its links to people are looked up only once."""

    def __init__(self, user: "User | None" = None, *, is_desk: bool = False, via: str = "shell") -> None:
        """`is_desk` makes an actor without a login the desk (the demo's visitor, the seed, a job).

        `via` is where it acts from, for the history: `page`, `api`, `token`, `admin`, `job`, `shell`.
        """
        self.user = user
        self.via = via
        self.is_desk = is_desk or bool(user and user.is_active and (user.is_staff or user.is_superuser))
        self._keys: dict[type[Person], int | str | None] = {}

    @property
    def is_signed_in(self) -> bool:
        """Whether the actor is a login or the desk, not an anonymous visitor."""
        return self.user is not None or self.is_desk

    def key_in(self, people: "type[Person]") -> int | str | None:
        """The public id of this login's own record among `people`; None without one."""
        if self.user is None:
            return None
        if people not in self._keys:
            records = people._default_manager.filter(user=self.user)
            self._keys[people] = records.values_list(people.key_field, flat=True).first()
        return self._keys[people]

    def forget(self, people: "type[Person]") -> None:
        """Look the login's own record up again: it was just made, or its making was rolled back."""
        self._keys.pop(people, None)

    def roles_for(self, booking: "Booking") -> set[Role]:
        """What the actor is to this booking."""
        roles = {Role.DESK} if self.is_desk else set()
        if booking.attendee_id is not None and self.key_in(booking.attendee_model()) == booking.attendee_id:
            roles.add(Role.ATTENDEE)
        if booking.provider_id is not None and self.key_in(booking.provider_model()) == booking.provider_id:
            roles.add(Role.PROVIDER)
        return roles


VISITOR = Actor()
SYSTEM = Actor(is_desk=True)
JOB = Actor(is_desk=True, via="job")


def actor_of(request: "HttpRequest | Request") -> Actor:
    """The sender of this request, from its login or token; in demo mode a visitor on this machine is the desk."""
    via = _via(request)
    if request.user.is_authenticated:
        return Actor(request.user, via=via)
    return Actor(is_desk=True, via=via) if is_demo_visitor(request) else VISITOR


def _via(request: "HttpRequest | Request") -> str:
    if getattr(request, "auth", None):
        return "token"
    return "api" if request.path.startswith("/api/") else "page"
