"""`manage.py run`: the site with demonstration data, to try it out."""

import sys

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command

from accounts.demo import DEMO_LOGINS
from accounts.models import User
from appointments.models import Doctor
from booking_site.demo import example_calls
from booking_site.management.commands.seed import makes_demo_logins
from booking_site.runtime.database import database_or_sentence
from booking_site.runtime.embedded.configured import database_held
from booking_site.runtime.embedded.errors import EmbeddedServerError
from booking_site.runtime.migrating import migrate, migrating_alone
from booking_site.runtime.web_errors import Refused, WebServerError
from booking_site.runtime.web_server import WebServer, until_interrupted
from scheduling.models import Coach


class Command(BaseCommand):
    help = "Migrate, seed and serve on HOST and PORT until Ctrl-C; the embedded database stops with it."

    def handle(self, *args: object, **options: object) -> None:
        web = WebServer(settings.BASE_DIR, settings.VAR_DIR, settings.HOST, settings.PORT, ("--workers", "1"))
        try:
            with until_interrupted(), web.bound() as listener, database_held():
                self.say("Preparing the database ...")
                with database_or_sentence(), migrating_alone(self.say):
                    migrate(self.say, verbosity=0)
                    if is_new():
                        call_command("seed", verbosity=0)
                    self.has_demo_logins = User.objects.filter(is_demo=True).exists()
                web.serve(listener, lambda workers: self.welcome(web))
        except Refused:
            sys.exit(1)
        except (WebServerError, EmbeddedServerError) as error:
            raise CommandError(str(error)) from error
        self.say("Stopped.")

    def welcome(self, web: WebServer) -> None:
        self.say(f"\nBook at  {web.address}/booking\nAdmin    {web.address}/admin/\nCtrl-C stops the site.")
        if settings.DEMO_MODE and self.has_demo_logins:
            self.say("\nDemo logins (role, e-mail, password):")
            for role, email, password in DEMO_LOGINS:
                self.say(f"  {role:<9}{email:<22}{password}")
        self.say("\nBook over the API:")
        for call in example_calls(web.port):
            self.say(call)

    def say(self, text: str) -> None:
        """Write at once: a pipe or a log file is read while we serve."""
        self.stdout.write(text)
        self.stdout.flush()


def is_new() -> bool:
    """Whether there are no people yet, or demo mode lacks its logins. Later starts add nothing back."""
    has_logins = not makes_demo_logins() or User.objects.filter(email=DEMO_LOGINS[0][1]).exists()
    return not has_logins or not (Doctor.objects.exists() or Coach.objects.exists())
