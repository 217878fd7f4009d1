"""Migrating a database while other processes migrate it or book in it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

LOCK = 7_233_602  # any number that no other advisory lock of ours has
POLL_SECONDS = 0.5
REPEAT_SECONDS = 30  # between two messages of a process that waits

# A migration that waits for a table makes the bookings behind it wait, too, which give up after three seconds.
SESSION = (
    "SET lock_timeout = '1s'",
    "SET statement_timeout = 0",
    "SET idle_in_transaction_session_timeout = 0",
)
ATTEMPTS = 30
PAUSE_SECONDS = 2  # between attempts: the bookings that waited get through
WAITED = (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected)

HOLDER = """
    SELECT host(activity.client_addr), activity.pid
    FROM pg_locks AS held JOIN pg_stat_activity AS activity USING (pid)
    WHERE held.locktype = 'advisory' AND held.granted AND held.classid = 0 AND held.objid = %s
      AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""

Say = Callable[[str], None]


def unapplied_migrations() -> list[str]:
    """The names of the migrations that the database lacks, in their order; all of them where it is empty."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _is_backwards in plan]


@contextmanager
def migrating_alone(say: Say) -> Iterator[None]:
    """Run the block while no other process runs one on this database; `say` gets a message about what is waited for.

    The lock belongs to the connection that migrates, so it ends with that connection, even after a `kill -9`.
    Raises CommandError behind PgBouncer, which gives each transaction another session.
    """
    if settings.BEHIND_PGBOUNCER:
        raise CommandError(
            "Migrating needs a session of its own, which PgBouncer does not give: "
            "run it with BEHIND_PGBOUNCER=0 and a DATABASE_URL that names PostgreSQL itself."
        )
    try:
        with connection.cursor() as cursor:
            for statement in SESSION:
                cursor.execute(statement)
        _take_lock(say)
        yield
    finally:
        connection.close()  # ends the lock and what was SET


def migrate(say: Say, *, verbosity: int) -> None:
    """Apply all migrations. One that has to wait for live bookings lets them pass and is tried again.

    Raises CommandError after many attempts. What was applied stays; the next run goes on from there.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            call_command("migrate", verbosity=verbosity, interactive=False)
        except OperationalError as error:
            if not isinstance(error.__cause__, WAITED):
                raise
            say(f"The migration waits for the site's own transactions (attempt {attempt} of {ATTEMPTS}).")
            time.sleep(PAUSE_SECONDS)
        else:
            return
    raise CommandError("The site is too busy to migrate: run this again at a quieter time, or stop the site meanwhile.")


def _take_lock(say: Say) -> None:
    """Poll for the lock: a statement that waits would hold a snapshot, for which CREATE INDEX CONCURRENTLY waits."""
    said_at = float("-inf")
    while not _ask("SELECT pg_try_advisory_lock(%s)")[0]:
        if time.monotonic() - said_at > REPEAT_SECONDS and (holder := _ask(HOLDER)):
            address, pid = holder
            where = f" from {address}" if address else ""
            say(f"Waiting for another deploy of this database{where} (PostgreSQL's process {pid}) ...")
            said_at = time.monotonic()
        time.sleep(POLL_SECONDS)


def _ask(statement: str) -> tuple[object, ...]:
    """The first row of a statement about the lock; empty when there is no row."""
    with connection.cursor() as cursor:
        cursor.execute(statement, [LOCK])
        return cursor.fetchone() or ()
