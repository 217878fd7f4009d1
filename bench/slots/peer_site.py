"""The peer's process, run by the Python of its own environment: a site with django-appointment and nothing else.

It takes requests on standard input and answers on standard output, a line of JSON each; it knows nothing of ours.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta

SETTINGS: dict[str, object] = {
    "SECRET_KEY": "only for the benchmark",
    "DEBUG": False,
    "USE_TZ": True,
    "USE_I18N": True,
    "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
    "INSTALLED_APPS": [
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "phonenumber_field",
        "appointment",
    ],
    "LOGGING_CONFIG": None,
}


def start(place: dict[str, str]) -> dict[str, object]:
    """Connect to the database `name` of the server `host`, where everything is in the schema `peer`.

    Answers which process of the database serves the connection.
    """
    import django
    from django.conf import settings

    database = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": place["name"],
        "USER": place["user"],
        "HOST": place["host"],
        "OPTIONS": {"options": "-c search_path=peer"},
        "CONN_MAX_AGE": None,
    }
    settings.configure(DATABASES={"default": database}, TIME_ZONE=place["zone"], **SETTINGS)
    django.setup()
    from django.db import connection

    connection.ensure_connection()
    return {"backend": connection.connection.info.backend_pid}


def make_tables() -> None:
    """The tables of the peer's models, with the indexes and constraints they name; it ships no migrations.

    Django makes tables without migrations before all others, so those that they refer to come first by themselves.
    """
    from django.core.management import call_command

    for run_syncdb in (False, True):
        call_command("migrate", run_syncdb=run_syncdb, interactive=False, verbosity=0)


def slots(provider: int, first: str, days: int) -> dict[str, object]:
    """The free slots of one provider over these days, and the cost in seconds of this process.

    The package's function answers for one day.
    """
    from appointment.models import Service, StaffMember  # type: ignore[import-not-found]
    from appointment.services import get_available_slots_for_staff  # type: ignore[import-not-found]
    from appointment.utils.db_helpers import get_weekday_num_from_date  # type: ignore[import-not-found]

    began = time.perf_counter()
    used = time.process_time()
    found = []
    staff_member = StaffMember.objects.get(pk=provider)
    service = Service.objects.get(pk=1)
    for n in range(days):
        day = date.fromisoformat(first) + timedelta(days=n)
        found += get_available_slots_for_staff(day, staff_member, get_weekday_num_from_date(day), service)
    wall = time.perf_counter() - began
    cpu = time.process_time() - used
    return {"wall": wall, "cpu": cpu, "starts": [at.isoformat() for at in found]}


def count_statements(provider: int, first: str, days: int) -> dict[str, object]:
    """The number of statements of the same question."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        slots(provider, first, days)
    return {"statements": len(queries)}


ANSWERS: dict[str, Callable[..., object]] = {
    "start": start,
    "make_tables": make_tables,
    "slots": slots,
    "count_statements": count_statements,
}


def main() -> None:
    """Answer questions until the input ends. The package prints, so its output goes to standard error."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        request = json.loads(line)
        answer = ANSWERS[request["do"]](*request["with"])
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
