"""`manage.py serve`: the production server."""

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command

from booking_site.embedded.configured import database_held
from booking_site.embedded.errors import EmbeddedServerError
from booking_site.webserver import WebServer, WebServerError, until_interrupted


class Command(BaseCommand):
    help = "Check the settings, migrate, collect static files and serve with WORKERS processes until SIGTERM."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.DEBUG:
            raise CommandError("DEBUG is on: unset it to serve a real site, or use `make run`.")
        web = WebServer(settings.BASE_DIR, settings.VAR_DIR, settings.HOST, settings.PORT, settings.WORKERS)
        try:
            with until_interrupted():
                call_command("check", deploy=True, fail_level="WARNING")
                web.check_port()
                with database_held():
                    call_command("migrate", verbosity=0, interactive=False)
                    call_command("collectstatic", verbosity=0, interactive=False)
                    web.serve(on_ready=lambda: self.announce(web))
        except (WebServerError, EmbeddedServerError) as error:
            raise CommandError(str(error)) from error

    def announce(self, web: WebServer) -> None:
        self.stdout.write(f"Serving on {web.address} with {web.workers} workers.")
        self.stdout.flush()
