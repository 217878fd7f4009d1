"""The record for which a login books: it follows from the login alone, never from a field of the request (ADR 6)."""

from copy import copy
from datetime import datetime
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.access.actor import Actor
from bookings.access.permissions import may_become_attendee, unlinked_records
from bookings.actions import NO_OVERRIDE, Override, book
from bookings.actions.row_locks import lock_parties
from bookings.core.errors import Forbidden
from bookings.core.transactions import unit_of_work
from bookings.models import Attendee, Booking

B = TypeVar("B", bound=Booking)


@unit_of_work
def book_for_self(
    booking: B, *, by: Actor, name: str = "", override: Override = NO_OVERRIDE, now: datetime | None = None
) -> B:
    """Book, and return the booking. One without an attendee is copied and booked for the login's own record.

    The record is made at the first booking, in the same transaction. Raises what `book` raises; then the record is not
    made either.
    """
    if booking.attendee_id is not None or by.is_desk:
        return book(booking, by=by, override=override, now=now)
    people = booking.attendee_model()
    own = copy(booking)
    try:
        lock_parties(type(booking), {booking.provider_id}, ())  # before the record that is about to be linked
        own.attendee_id = attendee_for(by, people, name=name)
        return book(own, by=by, override=override, now=now)
    except Exception:
        by.forget(people)  # what was made is rolled back
        raise


@unit_of_work
def attendee_for(actor: Actor, people: type[Attendee], *, name: str = "") -> int | str:
    """The public id of the login's own record: the linked one, else the only one with its address, else a new one.

    Raises Forbidden for an actor who may not become one of `people`. Also where unlinked records have the login's
    address, but there are several of them, or nobody has confirmed the address.
    """
    actor.forget(people)
    key = actor.key_in(people)
    if key is not None:
        return key
    user = actor.user
    if user is None or not may_become_attendee(actor, people):
        raise Forbidden
    candidates = list(unlinked_records(user, people).values_list("pk", flat=True)[:2])
    if len(candidates) > 1 or (candidates and not user.has_verified_email):
        raise Forbidden(_("We have your address already. Please ask the practice to link your record to your login."))
    if not (candidates and _link(people, candidates[0], user)):
        _make(people, user, name)
    actor.forget(people)
    key = actor.key_in(people)
    if key is None:
        raise Forbidden
    return key


def _link(people: type[Attendee], pk: int, user: User) -> bool:
    """Link an unlinked record. False when another request has just linked it, or linked the login to another record."""
    unlinked = people._default_manager.filter(pk=pk, user=None)
    try:
        with transaction.atomic():
            return unlinked.update(user=user, updated_at=timezone.now()) == 1
    except IntegrityError:
        return False


def _make(people: type[Attendee], user: User, name: str) -> None:
    """Make a record for this login. Where another request makes one at the same time, wait: that one is used."""
    record = people(user=user, email=user.email, name=name.strip() or user.get_full_name())
    people._default_manager.bulk_create([record], ignore_conflicts=True)
