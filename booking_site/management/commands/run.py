"""`manage.py run`: the site with demonstration data, ready to be tried."""

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command

from booking_site.demo import DEMO_LOGINS
from booking_site.embedded.configured import database_held
from booking_site.embedded.errors import EmbeddedServerError
from booking_site.webserver import WebServer, WebServerError, until_interrupted

EXAMPLES = {
    "sessions": '{"session": {"coach_hash_id": "123", "client_hash_id": "456",'
    ' "start": "2022-12-01T14:30:00Z", "duration": 60}}',
    "appointments": '{"appointment": {"doctor_id": 1, "patient_id": 1,'
    ' "start_at": "2026-12-01T10:00:00+07:00", "end_at": "2026-12-01T11:00:00+07:00"}}',
}


class Command(BaseCommand):
    help = "Migrate, seed and serve on HOST and PORT until Ctrl-C; the embedded database stops with it."

    def handle(self, *args: Any, **options: Any) -> None:
        web = WebServer(settings.BASE_DIR, settings.VAR_DIR, settings.HOST, settings.PORT, workers=1)
        try:
            with until_interrupted():
                web.check_port()
                with database_held():
                    self.say("Preparing the database ...")
                    call_command("migrate", verbosity=0, interactive=False)
                    call_command("seed", verbosity=0)
                    web.serve(on_ready=lambda: self.welcome(web))
        except (WebServerError, EmbeddedServerError) as error:
            raise CommandError(str(error)) from error
        self.say("Stopped.")

    def welcome(self, web: WebServer) -> None:
        self.say(f"\nBook at  {web.address}/booking\nAdmin    {web.address}/admin/\nCtrl-C stops the site.")
        if settings.DEMO_MODE:
            self.say("\nDemo logins (role, e-mail, password):")
            for role, email, password in DEMO_LOGINS:
                self.say(f"  {role:<9}{email:<22}{password}")
        self.say("\nBook over the API:")
        for name, body in EXAMPLES.items():
            self.say(
                f"curl -i -X POST http://localhost:{web.port}/api/v1/{name}"
                f" -H 'Content-Type: application/json' -d '{body}'"
            )

    def say(self, text: str) -> None:
        """Write at once: a pipe or a log file is read while we serve."""
        self.stdout.write(text)
        self.stdout.flush()
