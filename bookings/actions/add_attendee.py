"""The desk adds a patient or a client."""

from typing import TypeVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from psycopg.errors import UniqueViolation

from bookings.access import permissions
from bookings.access.actor import Actor
from bookings.core.errors import Invalid
from bookings.core.transactions import unit_of_work
from bookings.models import Attendee

A = TypeVar("A", bound=Attendee)


@unit_of_work
def add_attendee(attendee: A, *, by: Actor) -> A:
    """Save an unsaved record, linked to no login. Raises Forbidden, or Invalid when its public id is taken."""
    permissions.check_may_manage_attendees(by)
    try:
        with transaction.atomic():
            attendee.save(force_insert=True)
    except IntegrityError as error:
        if isinstance(error.__cause__, UniqueViolation):
            raise Invalid(errors={attendee.key_field: [_("This id is taken already.")]}) from error
        raise
    return attendee
