"""`manage.py expire`: cancel the bookings that nobody approved in time."""

from django.core.management import BaseCommand, CommandError

from appointments.models import Appointment
from booking_site.runtime.database import database_or_sentence
from bookings.actions import expire
from bookings.core.errors import BookingError
from scheduling.models import Session


class Command(BaseCommand):
    help = (
        "Cancel the bookings whose time to be approved is over; run it every few minutes. Their times are free already."
        " Safe to run twice at once."
    )

    def handle(self, *, verbosity: int, **options: object) -> None:
        try:
            with database_or_sentence():
                counts = {kind._meta.verbose_name_plural: expire_all(kind) for kind in (Appointment, Session)}
        except BookingError as error:
            raise CommandError(error.message) from error
        if verbosity > 0:
            parts = ", ".join(f"{count} {noun}" for noun, count in counts.items() if count)
            self.stdout.write(f"Cancelled {parts}." if parts else "Nothing to do: no booking has expired.")


def expire_all(kind: type[Appointment] | type[Session]) -> int:
    """Expire batch after batch, each in its own transaction, until none is left; returns how many in all."""
    total = 0
    while count := expire(kind):
        total += count
    return total
