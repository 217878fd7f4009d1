"""Row locks, in the one order that the docstring of `bookings.actions` says.

Always `FOR NO KEY UPDATE`: `FOR UPDATE` conflicts with the share locks that foreign keys take, and would deadlock. So
would an UPDATE that changes a column of a unique index to which a foreign key could refer. Logins are locked last.
"""

from collections.abc import Iterable
from functools import cache
from typing import TypeVar

from django.db import connection

from bookings.core.sql import compose
from bookings.models import Booking
from bookings.models.people import Person
from bookings.models.querysets import BookingQuerySet

B = TypeVar("B", bound=Booking)


def lock_booking(booking: B) -> B:
    """The booking as it is now, its row locked until the end of the transaction."""
    return BookingQuerySet(type(booking)).select_for_update(no_key=True).get(pk=booking.pk)


def lock_parties(kind: type[Booking], providers: Iterable[object], attendees: Iterable[object]) -> None:
    """Lock the rows of these providers, then of these attendees, each in the order of their keys."""
    lock_people(kind.provider_model(), providers)
    lock_people(kind.attendee_model(), attendees)


def lock_people(people: type[Person], keys: Iterable[object]) -> None:
    """Lock the rows of one table of people, in the order of their keys.

    The cast keeps the key's index usable, whatever the driver sends.
    """
    if locked := list(keys):
        with connection.cursor() as cursor:
            cursor.execute(_statement(people), {"keys": locked})


LOCK = "SELECT FROM {people} WHERE {key} = ANY(%(keys)s::{key_type}[]) ORDER BY {key} FOR NO KEY UPDATE"


@cache
def _statement(people: type[Person]) -> str:
    return compose(LOCK, people=people._meta.db_table, key=people.key_field, key_type=people.key_type())
