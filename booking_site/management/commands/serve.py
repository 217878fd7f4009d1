"""`manage.py serve`: the production server."""

import sys

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from booking_site.runtime.embedded.configured import database_held
from booking_site.runtime.embedded.errors import EmbeddedServerError
from booking_site.runtime.preflight import refuse_debug
from booking_site.runtime.proxies import describe_trust
from booking_site.runtime.reloading import Reloads
from booking_site.runtime.web_errors import Refused, WebServerError
from booking_site.runtime.web_server import STOPPING, WebServer, until_interrupted


class Command(BaseCommand):
    help = (
        "Serve with WORKERS processes until SIGTERM, where settings, database and static files are fit for a real site"
        " (`manage.py deploy`). SIGHUP takes up new code and settings without a gap."
    )
    requires_system_checks = ()  # the web server's own process makes them

    def handle(self, *args: object, **options: object) -> None:
        refuse_debug()
        web = WebServer(settings.BASE_DIR, settings.VAR_DIR, settings.HOST, settings.PORT, ("--checked",))
        reloads = Reloads()
        try:
            with reloads.by_hangup(), until_interrupted(STOPPING), web.bound() as listener, database_held():
                web.serve(listener, lambda workers: self.announce(web, workers), reloads, self.say)
        except Refused:
            sys.exit(1)
        except (WebServerError, EmbeddedServerError) as error:
            raise CommandError(str(error)) from error

    def announce(self, web: WebServer, workers: int) -> None:
        self.say(f"{describe_trust()}\nServing on {web.address} with {workers} workers.")

    def say(self, text: str) -> None:
        """Write at once: a log file is read while we serve."""
        self.stdout.write(text)
        self.stdout.flush()
