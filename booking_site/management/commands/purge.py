"""`manage.py purge`: delete what is out of date. To be run daily, at any time, any number of times."""

from importlib import import_module

from django.conf import settings
from django.core.management import BaseCommand

from accounts import rate_limits
from booking_site.runtime.database import database_or_sentence
from bookings.actions import idempotency
from bookings.actions.delete_logins import forget_unconfirmed


class Command(BaseCommand):
    help = (
        "Forget addresses that nobody confirmed within a day,"
        f" answers to retries after {idempotency.KEPT_HOURS} hours,"
        " counts of calls whose time is over, and sessions that have ended."
    )

    def handle(self, *args: object, **options: object) -> None:
        with database_or_sentence():
            self.purge()

    def purge(self) -> None:
        """Delete one sort of rows after the other, and report how many each had."""
        for what, purge in (
            ("unconfirmed addresses", forget_unconfirmed),
            ("answers to retries", idempotency.purge),
            ("counts of calls", rate_limits.purge),
        ):
            self.stdout.write(f"Forgot {purge():,} {what}.")
        import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
        self.stdout.write("Forgot the sessions that have ended.")
