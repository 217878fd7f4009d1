"""Who may do what, for the API, the pages and the admin alike.

Two rules are elsewhere: until when an attendee may cancel or reschedule (`change_state.is_too_late`), and who may open
which page of the admin (`bookings.admin.roles`).
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.logins import signs_in_by_password
from bookings.access.actor import Actor, Role
from bookings.core.errors import Forbidden
from bookings.core.lifecycle import Action
from bookings.schedule.terms import DESK_TERMS, BookingTerms

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import Token, User
    from bookings.models import Booking, Provider
    from bookings.models.people import P, Person
    from bookings.models.querysets import BookingQuerySet


MAY: dict[str, frozenset[Role]] = {
    "book": frozenset({Role.DESK, Role.ATTENDEE}),
    "read": frozenset({Role.DESK, Role.PROVIDER, Role.ATTENDEE}),
    Action.APPROVE: frozenset({Role.DESK, Role.PROVIDER}),
    Action.RESCHEDULE: frozenset({Role.DESK, Role.PROVIDER, Role.ATTENDEE}),
    Action.CANCEL: frozenset({Role.DESK, Role.PROVIDER, Role.ATTENDEE}),
    Action.CHECK_IN: frozenset({Role.DESK, Role.PROVIDER}),
    Action.COMPLETE: frozenset({Role.DESK, Role.PROVIDER}),
    Action.NO_SHOW: frozenset({Role.DESK, Role.PROVIDER}),
    Action.UNDO: frozenset({Role.DESK}),
    "change_provider": frozenset({Role.DESK}),
    "override": frozenset({Role.DESK}),
    "book_for_others": frozenset({Role.DESK}),
    "ignore_time_limits": frozenset({Role.DESK}),
    "take_any_span": frozenset({Role.DESK, Role.PROVIDER}),
}
"""An action -> the roles that may do it. `read` is done by `visible`, as a query; a test compares the two."""


def token_allows(token: "Token", method: str | None, kind: "type[Booking] | None") -> bool:
    """Whether the token's scope covers the method and its kind the view's. `kind` is None for a view of no one kind."""
    is_read = method in ("GET", "HEAD", "OPTIONS")
    is_of_kind = kind is None or token.kind in ("", kind._meta.model_name)
    return (is_read or token.scope == token.Scope.WRITE) and is_of_kind


def roles_of(actor: Actor, kinds: "Iterable[type[Booking]]") -> list[str]:
    """The actor's roles on the site, the least first: `attendee`, `provider`, `desk`, `admin`."""
    kinds = tuple(kinds)
    found = {
        "attendee": any(actor.key_in(kind.attendee_model()) is not None for kind in kinds),
        "provider": any(actor.key_in(kind.provider_model()) is not None for kind in kinds),
        "desk": actor.is_desk,
        "admin": actor.is_desk and actor.user is not None and actor.user.is_superuser,
    }
    return [role for role, is_held in found.items() if is_held]


def check_may_manage_attendees(actor: Actor) -> None:
    """Raise Forbidden unless the actor may see and add patients and clients: the desk's records of people."""
    if not actor.is_desk:
        raise Forbidden


def may_edit_hours(actor: Actor, provider: "Provider") -> bool:
    """Whether the actor may see and change this provider's hours and time off: its own, or the desk anyone's."""
    return actor.is_desk or actor.key_in(type(provider)) == provider.key


def check_may_edit_hours(actor: Actor, provider: "Provider") -> None:
    """Raise Forbidden unless the actor may change this provider's hours and time off."""
    if not may_edit_hours(actor, provider):
        raise Forbidden


def may(actor: Actor, action: str, booking: "Booking") -> bool:
    """Whether the actor may do this to the booking, by any of its roles."""
    if actor.is_desk and Role.DESK in MAY[action]:
        return True
    return not MAY[action].isdisjoint(actor.roles_for(booking))


def may_book_kind(actor: Actor, kind: "type[Booking]") -> bool:
    """Whether the actor may book this kind at all: the desk for anyone, an attendee for itself."""
    people = kind.attendee_model()
    return actor.is_desk or actor.key_in(people) is not None or may_become_attendee(actor, people)


def may_become_attendee(actor: Actor, people: "type[Person]") -> bool:
    """Whether a first booking makes this login one of `people`. Providers and the desk are linked by an admin."""
    user = actor.user
    return user is not None and not actor.is_desk and actor.key_in(people) is None and not signs_in_by_password(user)


def terms_for(actor: Actor, booking: "Booking") -> BookingTerms:
    """The terms on which this actor books or moves this booking."""
    return BookingTerms(
        attendee=booking.attendee_id,
        is_limited=not may(actor, "ignore_time_limits", booking),
        picks_slots=not may(actor, "take_any_span", booking),
    )


def terms_for_listing(actor: Actor, kind: "type[Booking]", attendee: int | str | None = None) -> BookingTerms:
    """The terms for listing free times: the desk's, for any `attendee` that it names; for others their own.

    Raises Forbidden when anybody but the desk names another attendee, whether that one exists or not.
    """
    if actor.is_desk:
        return replace(DESK_TERMS, attendee=attendee)
    people = kind.attendee_model()
    own = actor.key_in(people)
    if attendee not in (None, own):
        raise _only_for_oneself()
    return BookingTerms(attendee=_key_to_be_linked(actor, people) if own is None else own)


def _key_to_be_linked(actor: Actor, people: "type[Person]") -> int | str | None:
    """The public id of the record that `book_for_self.attendee_for` would link to this login, if there is one."""
    user = actor.user
    if user is None or not may_become_attendee(actor, people) or not user.has_verified_email:
        return None
    keys = list(unlinked_records(user, people).values_list(people.key_field, flat=True)[:2])
    return keys[0] if len(keys) == 1 else None


def unlinked_records(user: "User", people: "type[P]") -> "QuerySet[P]":
    """The records among `people` with this login's address and no login: a first booking may link one of them."""
    return people._default_manager.filter(user=None, email__iexact=user.email).order_by("pk")


def check(actor: Actor, action: str, booking: "Booking") -> None:
    """Raise Forbidden unless the actor may do this to the booking."""
    if not may(actor, action, booking):
        raise Forbidden


def check_may_book(actor: Actor, booking: "Booking") -> None:
    """Raise Forbidden unless the actor may make this booking. It does not tell whether another attendee exists."""
    if not may(actor, "book", booking):
        raise _only_for_oneself()


def _only_for_oneself() -> Forbidden:
    sentence = _("You may book for yourself only.")
    return Forbidden(sentence, errors={"attendee": [sentence]})


def visible(actor: Actor, bookings: "BookingQuerySet[Booking]") -> "BookingQuerySet[Booking]":
    """The part of `bookings` that the actor may see."""
    if actor.is_desk:
        return bookings
    provider = actor.key_in(bookings.model.provider_model())
    attendee = actor.key_in(bookings.model.attendee_model())
    found: BookingQuerySet[Booking] = bookings.none()
    if provider is not None:
        found = found | bookings.of_provider(provider)
    if attendee is not None:
        found = found | bookings.of_attendee(attendee)
    return found
