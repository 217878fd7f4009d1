"""Which errors mean that the database cannot serve now, though the request may be right: 503, try again later."""

import psycopg
from django.db import DatabaseError, InterfaceError, OperationalError

from bookings.core.errors import Unavailable

READ_ONLY = "25006"  # a primary that was demoted; a full disk, as some hosts treat it
SQLSTATES = frozenset(
    {
        READ_ONLY,
        "25P03",  # a transaction that was idle for too long, because this process stood still
        "25P04",  # transaction_timeout, PostgreSQL 17
    }
)
"""Those that arrive as an InternalError. All others are OperationalErrors: away (08, 57P01 to 57P03), full (53), locked
(55P03), too slow (57014), deadlocks (40), input and output (58)."""


def is_unavailable(error: BaseException | None) -> bool:
    """Whether this error (Django's, psycopg's or ours) comes from the database's state and not from the request."""
    if isinstance(error, Unavailable | OperationalError | InterfaceError):
        return True
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return True
    return sqlstate_of(error) in SQLSTATES


def is_read_only(error: BaseException) -> bool:
    """Whether the database takes no writes; a connection that must write says so without an SQLSTATE."""
    return sqlstate_of(error) == READ_ONLY or "session is read-only" in str(error)


def sqlstate_of(error: BaseException | None) -> str | None:
    """PostgreSQL's code for this error (Django's or psycopg's); None where the server did not send one."""
    cause = error.__cause__ if isinstance(error, DatabaseError) else error
    return cause.sqlstate if isinstance(cause, psycopg.Error) else None
