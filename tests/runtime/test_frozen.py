"""The served site while its database is frozen, killed or read-only: 503 with Retry-After, never 500, never for long.

No clock decides: a freeze lasts until the answers have come.
"""

import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.environment import BASE_DIR
from tests.support.frozen_database import Site
from tests.support.processes import free_port, manage, production
from tests.support.waiting import wait_until

pytestmark = pytest.mark.timeout(300)  # a site is made first

PAGES = ("/booking", "/api/v1/doctors", "/api/v1/appointments")
STYLE_SHEET = "/static/site.css"
WEB, COMMAND = "import booking_site.wsgi", "import django; django.setup()"
SHOW = (
    "from django.db import connection; cursor = connection.cursor();"
    "cursor.execute('SHOW statement_timeout'); print(cursor.fetchone()[0])"
)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """Served; its database is stopped and removed in the end."""
    place = Path(tempfile.mkdtemp(prefix="bs-", dir="/tmp")).resolve()
    place.chmod(0o755)
    env = production(VAR_DIR=str(place / "var"), STATIC_ROOT=str(place / "static"), PORT=str(free_port()))
    site = Site(env)
    with site.server.held():
        site.prepare()
        with site.run_server():
            yield site
    shutil.rmtree(site.server.layout.home)
    shutil.rmtree(place)


def test_frozen_database_is_a_503_on_kept_and_new_connections(site: Site) -> None:
    site.await_answers()

    with site.frozen():
        answers = [site.call("GET", path) for _ in range(2) for path in PAGES]
        booking = site.book(8)
        style = site.call("GET", STYLE_SHEET)

    assert {answer.status for answer in answers} == {503}
    assert {"Retry-After" in answer.headers for answer in answers} == {True}
    assert (booking.status, booking.body["code"]) == (503, "unavailable")
    assert style.status == 200
    site.await_answers()
    assert site.book(8).status == 201


def test_database_that_freezes_within_a_statement_is_a_503(site: Site) -> None:
    site.await_answers()
    answers = []
    with site.superuser() as admin, site.superuser() as watcher, admin.transaction():
        admin.execute("LOCK TABLE appointments")
        caller = threading.Thread(target=lambda: answers.append(site.book(9)))
        caller.start()
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'app' AND wait_event_type = 'Lock'"
        wait_until(lambda: watcher.execute(waiting).fetchone() == (1,))
        with site.frozen():
            caller.join()

    assert [answer.status for answer in answers] == [503]
    site.await_answers()
    assert site.book(9).status == 201  # what was given up has not booked


def test_killed_backends_are_no_fault_of_ours(site: Site) -> None:
    site.await_answers()
    with site.superuser() as admin:
        killed = admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'")
        assert killed.rowcount > 0

    answers = [site.call("GET", path) for path in PAGES] + [site.book(11)]

    assert {answer.status for answer in answers} <= {200, 201, 503}
    site.await_answers()


def test_demoted_database_refuses_writes_until_a_primary_is_back(site: Site) -> None:
    site.await_answers()

    with site.demoted():
        answers = [site.book(12), site.call("GET", "/booking"), site.book(12)]
        expire = manage("expire", env=dict(site.env))

    assert [(answer.status, "Retry-After" in answer.headers) for answer in answers] == [(503, True)] * 3
    assert expire.stderr.startswith("CommandError: The database is read-only: ")
    site.await_answers()
    assert site.book(12).status == 201


@pytest.mark.parametrize(("first", "limit"), [(WEB, "10s"), (COMMAND, "0")])
def test_statements_are_bounded_in_web_processes_alone(site: Site, first: str, limit: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"{first}; {SHOW}"],
        cwd=BASE_DIR,
        env={**site.env, "DJANGO_SETTINGS_MODULE": "booking_site.settings"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout.strip() == limit, done.stderr
