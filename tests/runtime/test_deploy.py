"""`manage.py deploy`, on several hosts at once and beside live bookings, as real processes."""

from pathlib import Path

import psycopg
import pytest

from booking_site.runtime.migrating import LOCK
from tests.runtime.conftest import Launch
from tests.support.processes import manage
from tests.support.waiting import wait_until

pytestmark = pytest.mark.timeout(900)  # many processes, which a busy machine starts slowly

ROUNDS = 3


@pytest.mark.parametrize("number", range(ROUNDS))
def test_deploys_at_once_on_an_empty_database_all_succeed(site: dict[str, str], launch: Launch, number: int) -> None:
    both = [launch("deploy", env=site) for _host in range(2)]

    for deploy in both:
        deploy.await_output("Deployed: ")
        assert deploy.process.wait() == 0, deploy.output

    applied = "Applying appointments.0001_initial... OK"
    assert sorted(deploy.output.count(applied) for deploy in both) == [0, 1]


def test_deploy_says_what_it_waits_for(deployed: dict[str, str], launch: Launch) -> None:
    with psycopg.connect(deployed["DATABASE_URL"]) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        deploy = launch("deploy", env=deployed)
        pid = other.info.backend_pid
        deploy.await_output(f"Waiting for another deploy of this database (PostgreSQL's process {pid}) ...")
        assert deploy.process.poll() is None

    assert deploy.process.wait() == 0, deploy.output


def test_deploy_lets_live_bookings_through(deployed: dict[str, str], launch: Launch) -> None:
    assert manage("migrate", "appointments", "0001", env=deployed).returncode == 0
    with psycopg.connect(deployed["DATABASE_URL"]) as booking:
        booking.execute("SELECT FROM appointments")

        deploy = launch("deploy", env=deployed)
        deploy.await_output("(attempt 2 of ")
        # It does not stand in the way of others while it pauses.
        wait_until(lambda: not_waiting(deployed["DATABASE_URL"]))

    assert deploy.process.wait() == 0, deploy.output
    assert "Applying appointments.0002_guards... OK" in deploy.output


def not_waiting(url: str) -> bool:
    """Whether no session waits for a lock of this database."""
    with psycopg.connect(url) as connection:
        (count,) = connection.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND database ="
            " (SELECT oid FROM pg_database WHERE datname = current_database())"
        ).fetchone() or (0,)
        return bool(count == 0)


def test_deploy_behind_pgbouncer_asks_for_postgresql_itself(deployed: dict[str, str]) -> None:
    done = manage("deploy", env=deployed | {"BEHIND_PGBOUNCER": "1"})

    assert done.returncode == 1
    assert done.stderr.startswith("CommandError: Migrating needs a session of its own, which PgBouncer does not give: ")


def test_deploy_with_a_finding_changes_nothing(site: dict[str, str]) -> None:
    done = manage("deploy", env=site | {"SECRET_KEY": "short"})

    assert done.returncode == 1
    assert "security.W009" in done.stderr
    with psycopg.connect(site["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT FROM pg_tables WHERE schemaname = 'public'").fetchall() == []


def test_serve_asks_for_deploy_while_migrations_are_unapplied(site: dict[str, str]) -> None:
    done = manage("serve", env=site)

    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith("CommandError: The database lacks the migration contenttypes.0001_initial and ")
    assert done.stderr.endswith(" more: run `make deploy` (or `manage.py deploy`) first.\n")


def test_serve_asks_for_deploy_where_no_static_files_are(deployed: dict[str, str], place: Path) -> None:
    done = manage("serve", env=deployed | {"STATIC_ROOT": str(place / "elsewhere")})

    sentence = f"There are no static files in {place}/elsewhere: run `make deploy` (or `manage.py deploy`) first."
    assert (done.returncode, done.stderr) == (1, f"CommandError: {sentence}\n")
