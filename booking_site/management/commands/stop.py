"""`manage.py stop`: end the processes that a killed run left behind."""

from pathlib import Path

from django.core.management import BaseCommand, CommandError

from booking_site.runtime import environment as env
from booking_site.runtime.embedded.errors import EmbeddedServerError
from booking_site.runtime.embedded.server import Server
from booking_site.runtime.web_server import stop_left_behind

BASE_DIR = Path(__file__).resolve().parents[3]


class Command(BaseCommand):
    """Reads VAR_DIR itself: `manage.py` runs it without the settings, which may be broken."""

    help = "Stop this checkout's web servers and its embedded database; nobody else's."
    requires_system_checks = ()

    def handle(self, *args: object, **options: object) -> None:
        env.read_env_file(env.env_file(BASE_DIR), is_strict=False)
        var_dir = env.directory("VAR_DIR", BASE_DIR / "var")
        try:
            web_servers = stop_left_behind(var_dir, BASE_DIR)
            database = Server(var_dir).stop()
        except (EmbeddedServerError, PermissionError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Stopped: {web_servers} web server(s), {'the' if database else 'no'} embedded database.")
