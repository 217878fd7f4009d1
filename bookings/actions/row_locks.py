"""Row locks, in the one order that holds everywhere: booking rows by id, provider rows by key, attendee rows by key.

`FOR NO KEY UPDATE` throughout: `FOR UPDATE` would meet the share locks that foreign keys take, and deadlock. So would
an UPDATE that changes a column of a unique index to which a foreign key could refer. Logins come last of all.
"""

from collections.abc import Iterable
from typing import TypeVar

from django.db import connection

from bookings.models import Booking
from bookings.models.people import Person

B = TypeVar("B", bound=Booking)


def lock_booking(booking: B) -> B:
    """The booking as it is now, its row locked until the end of the transaction."""
    locked: B = type(booking).objects.select_for_update(no_key=True).get(pk=booking.pk)
    return locked


def lock_parties(kind: type[Booking], providers: Iterable[object], attendees: Iterable[object]) -> None:
    """Lock the rows of these providers, then of these attendees, each in the order of their keys."""
    lock_people(kind.provider_model(), providers)
    lock_people(kind.attendee_model(), attendees)


def lock_people(people: type[Person], keys: Iterable[object]) -> None:
    """Lock the rows of one table of people, in the order of their keys.

    Names come from the model; the cast keeps the key's index usable, whatever the driver sends.
    """
    if not (locked := list(keys)):
        return
    key, key_type = people.key_field, people.key_type()
    rows = f'SELECT FROM "{people._meta.db_table}" WHERE "{key}" = ANY(%s::{key_type}[])'
    with connection.cursor() as cursor:
        cursor.execute(f'{rows} ORDER BY "{key}" FOR NO KEY UPDATE', [locked])
