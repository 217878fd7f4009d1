"""`manage.py seed`: something to look at on a fresh installation."""

import random
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from booking_site.seeding.example import KINDS, add_bookings
from booking_site.seeding.people import seed_people
from booking_site.seeding.progress import Progress
from bookings.errors import BookingError

MOST_BOOKINGS = 10_000_000
MOST_DAYS = 3650
INTERRUPTED = 130  # the exit status of a command that Ctrl-C ended


class Command(BaseCommand):
    help = (
        "Make the first doctors, patients, coaches and clients, unless they are there; in demo mode the demo logins,"
        " too. With --bookings also invented people with as many bookings."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--bookings", default="0", help="How many bookings to add, half of each kind (0).")
        parser.add_argument("--days", default="365", help="Over how many days, half of them in the past (365).")
        parser.add_argument("--random-seed", help="A number; the same one makes the same people and times on a day.")

    def handle(self, *args: Any, **options: Any) -> None:
        count = whole_number("--bookings", options["bookings"], least=0, most=MOST_BOOKINGS)
        days = whole_number("--days", options["days"], least=1, most=MOST_DAYS)
        chosen = options["random_seed"]
        seed = None if chosen is None else whole_number("--random-seed", chosen, least=0, most=2**63 - 1)
        is_loud = options["verbosity"] > 0
        try:
            made = seed_people()
        except BookingError as error:
            raise CommandError(error.message) from error
        if is_loud:
            parts = ", ".join(f"{number} {noun}" for noun, number in made.items())
            self.stdout.write(f"Made {parts}." if parts else "The first people are there already.")
        if count:
            self.add_bookings(count, days, random.Random(seed), is_loud=is_loud)  # noqa: S311

    def add_bookings(self, count: int, days: int, source: random.Random, *, is_loud: bool) -> None:
        """Add batch after batch; what an interruption leaves is whole batches, and it says how many bookings."""
        progress, done = Progress(self.stderr, count), 0
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
        """Tell the planner at once how large the tables are; by itself PostgreSQL would within minutes."""
        models = [m for kind in KINDS for m in (kind.model, kind.model.provider_model(), kind.model.attendee_model())]
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE " + ", ".join(model._meta.db_table for model in models))


def whole_number(option: str, value: object, *, least: int, most: int) -> int:
    """The number that was typed; raises CommandError, one line, when it is none or out of bounds.

    (argparse would put its usage text in front.)
    """
    text = str(value)
    if not (text.isascii() and text.isdecimal() and len(text) <= 19 and least <= int(text) <= most):
        raise CommandError(f"{option} {text}: give a whole number from {least:,} to {most:,}.")
    return int(text)
