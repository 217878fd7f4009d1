"""What the race tests ask PostgreSQL meanwhile: who waits, and how many deadlocks it has counted."""

from typing import Any

from django.db import connection

from tests.support.waiting import wait_until


def deadlocks() -> int:
    """The deadlocks of the test database, once all other connections have ended and reported theirs."""
    wait_until(lambda: sessions("pid <> pg_backend_pid()") == 0)
    return int(read("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"))


def waiting() -> int:
    """How many statements wait for another transaction."""
    return sessions("wait_event_type = 'Lock'")


def sessions(condition: str) -> int:
    """How many clients of the test database are so."""
    clients = "datname = current_database() AND backend_type = 'client backend'"
    return int(read(f"SELECT count(*) FROM pg_stat_activity WHERE {clients} AND {condition}"))


def read(sql: str) -> Any:
    """The one value that a statement returns, from fresh statistics."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(sql)
        return cursor.fetchone()[0]
