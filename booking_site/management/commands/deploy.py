"""`manage.py deploy`: make database and static files fit this code; before each start or reload of a new version."""

from django.core.management import BaseCommand, CommandError, call_command

from booking_site.runtime.database import database_or_sentence
from booking_site.runtime.embedded.configured import database_held
from booking_site.runtime.embedded.errors import EmbeddedServerError
from booking_site.runtime.migrating import migrate, migrating_alone
from booking_site.runtime.preflight import refuse_debug


class Command(BaseCommand):
    help = (
        "Check the settings for a real site, migrate and collect static files. To be run on every host, also at the"
        " same time: one works, the others wait for it. Behind PgBouncer give it a DATABASE_URL of PostgreSQL itself."
    )

    def handle(self, *, verbosity: int, **options: object) -> None:
        refuse_debug()
        call_command("check", deploy=True, fail_level="WARNING")
        try:
            with database_held(), database_or_sentence(), migrating_alone(self.say):
                migrate(self.say, verbosity=verbosity)
                # Under the lock, too: hosts may share the directory.
                call_command("collectstatic", verbosity=min(verbosity, 1), interactive=False)
        except EmbeddedServerError as error:
            raise CommandError(str(error)) from error
        self.say("Deployed: a site that runs takes the new code up by SIGHUP or a restart.")

    def say(self, text: str) -> None:
        """Write at once: somebody may be watching."""
        self.stdout.write(text)
        self.stdout.flush()
