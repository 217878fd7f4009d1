"""`manage.py stop`: end what a killed run left behind."""

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from booking_site.runtime.embedded.configured import configured_server
from booking_site.runtime.embedded.errors import EmbeddedServerError
from booking_site.runtime.web_server import stop_left_behind


class Command(BaseCommand):
    help = "Stop this checkout's web servers and its embedded database; nobody else's."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            web_servers = stop_left_behind(settings.VAR_DIR, settings.BASE_DIR)
            database = configured_server().stop()
        except (EmbeddedServerError, PermissionError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Stopped: {web_servers} web server(s), {'the' if database else 'no'} embedded database.")
