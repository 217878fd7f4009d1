"""`manage.py serve`: the production server."""

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command

from booking_site.database import database_or_sentence
from booking_site.embedded.configured import database_held
from booking_site.embedded.errors import EmbeddedServerError
from booking_site.proxies import describe_trust
from booking_site.webserver import WebServer, WebServerError, until_interrupted
from bookings.models import User


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
                    with database_or_sentence():
                        call_command("migrate", verbosity=0, interactive=False)
                        refuse_demo_logins()
                    call_command("collectstatic", verbosity=0, interactive=False)
                    web.serve(on_ready=lambda: self.announce(web))
        except (WebServerError, EmbeddedServerError) as error:
            raise CommandError(str(error)) from error

    def announce(self, web: WebServer) -> None:
        self.stdout.write(describe_trust())
        self.stdout.write(f"Serving on {web.address} with {web.workers} workers.")
        self.stdout.flush()


def refuse_demo_logins() -> None:
    """Raise CommandError while there are logins whose password is public; they would not work, but do not belong."""
    if User.objects.filter(is_demo=True).exists():
        raise CommandError(
            "This database has the demo's logins, whose password is public: "
            "`manage.py seed --remove-demo-logins` deletes them."
        )
