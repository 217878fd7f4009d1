"""`manage.py seed`: example data for a fresh installation."""

import random

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from accounts.demo import is_demo_mode
from booking_site.runtime.database import database_or_sentence
from booking_site.seeding.example import KINDS, add_bookings
from booking_site.seeding.people import remove_demo_logins, seed_people
from booking_site.seeding.progress import Progress
from bookings.core.errors import BookingError

MOST_BOOKINGS = 10_000_000
MOST_DAYS = 3650
INTERRUPTED = 130  # the exit status of a command that Ctrl-C ended


class Command(BaseCommand):
    help = (
        "Make the first coaches and clients, unless they are there, and the first doctors, patients and services,"
        " unless there are any; in the embedded database in demo mode the demo logins, too. With --bookings also"
        " invented people with as many bookings."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--bookings", default="0", help="How many bookings to add, half of each kind (0).")
        parser.add_argument("--days", default="365", help="Over how many days, half of them in the past (365).")
        parser.add_argument(
            "--demo-logins",
            action="store_true",
            help="Make the demo logins in another database than the embedded one, too; their password is public.",
        )
        parser.add_argument(
            "--remove-demo-logins",
            action="store_true",
            help="Only delete the demo logins, with their sessions and tokens.",
        )
        parser.add_argument("--random-seed", help="A number; the same one makes the same people and times on a day.")

    def handle(self, *, verbosity: int, demo_logins: bool, **options: object) -> None:
        count = whole_number("--bookings", options["bookings"], least=0, most=MOST_BOOKINGS)
        days = whole_number("--days", options["days"], least=1, most=MOST_DAYS)
        chosen = options["random_seed"]
        seed = None if chosen is None else whole_number("--random-seed", chosen, least=0, most=2**63 - 1)
        is_loud = verbosity > 0
        if demo_logins and not is_demo_mode():
            raise CommandError("--demo-logins: these logins work in demo mode only, so set DEBUG=1 and DEMO_MODE=1.")
        with database_or_sentence():
            if options["remove_demo_logins"]:
                self.stdout.write(f"Deleted {remove_demo_logins()} demo logins.")
                return
            self.seed_people(with_demo_logins=demo_logins or makes_demo_logins(), is_loud=is_loud)
            if count:
                self.add_bookings(count, days, random.Random(seed), is_loud=is_loud)  # noqa: S311

    def seed_people(self, *, with_demo_logins: bool, is_loud: bool) -> None:
        """Make the people, and print how many of each."""
        try:
            made = seed_people(with_demo_logins=with_demo_logins)
        except BookingError as error:
            raise CommandError(error.message) from error
        if is_loud:
            parts = ", ".join(f"{number} {noun}" for noun, number in made.items())
            self.stdout.write(f"Made {parts}." if parts else "The first people are there already.")

    def add_bookings(self, count: int, days: int, source: random.Random, *, is_loud: bool) -> None:
        """Add batch after batch. After an interruption whole batches remain, and their number is printed."""
        progress = Progress(self.stderr, count)
        done = 0
        try:
            for batch in add_bookings(count, days=days, random=source, today=timezone.localdate()):
                done += batch
                if is_loud:
                    progress.show(done)
        except KeyboardInterrupt as error:
            raise CommandError(f"Interrupted: {done:,} of {count:,} bookings made.", returncode=INTERRUPTED) from error
        finally:
            if is_loud:
                progress.end()
        self.analyze()
        if is_loud:
            self.stdout.write(f"Made {done:,} bookings.")

    def analyze(self) -> None:
        """Update the planner's statistics now: by itself PostgreSQL does so only after minutes."""
        models = [m for kind in KINDS for m in (kind.model, kind.model.provider_model(), kind.model.attendee_model())]
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE " + ", ".join(model._meta.db_table for model in models))


def makes_demo_logins() -> bool:
    """Whether demo logins are made without an option: never in a database that a DATABASE_URL names."""
    return is_demo_mode() and settings.EMBEDDED_DATABASE


def whole_number(option: str, value: object, *, least: int, most: int) -> int:
    """The typed number. Raises CommandError, one line, when it is no number or out of bounds.

    (argparse would put its usage text in front.)
    """
    text = str(value)
    if not (text.isascii() and text.isdecimal() and len(text) <= 19 and least <= int(text) <= most):
        raise CommandError(f"{option} {text}: give a whole number from {least:,} to {most:,}.")
    return int(text)
