"""`manage.py webserver`: the process that `serve` and `run` start; not for use by hand."""

import errno
from multiprocessing.connection import Connection

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser
from django.db import connections

from booking_site.runtime import web_process
from booking_site.runtime.preflight import check_site


class Command(BaseCommand):
    help = "Not to be called by hand: `serve` and `run` start it, on a socket of theirs."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--working-dir", help="Whose web server it is.")
        parser.add_argument("--listener", type=int, required=True, help="The descriptor of the listening socket.")
        parser.add_argument("--report", type=int, required=True, help="The descriptor of the pipe to the parent.")
        parser.add_argument("--workers", type=int, help="How many, where WORKERS does not say it.")
        parser.add_argument("--checked", action="store_true", help="Serve only what is fit for a real site.")

    def handle(self, *, listener: int, report: int, workers: int | None, checked: bool, **options: object) -> None:
        if checked:
            check_site()
        connections.close_all()  # the workers are forks of this process
        count = workers or settings.WORKERS
        parent = Connection(report, readable=False)
        parent.send((settings.HOST, settings.PORT, count))
        try:
            web_process.serve(listener, parent, workers=count)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise CommandError(f"PORT={settings.PORT} is taken: another server began to listen on it.") from error
