"""The message of a command that cannot use the database: one sentence, without the address and its password."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.conf import settings
from django.core.management import CommandError
from django.db import Error, ProgrammingError, connection

from booking_site.runtime.embedded.configured import configured_server
from booking_site.runtime.embedded.errors import EmbeddedServerError
from bookings.core.unavailable import is_read_only, is_unavailable


@contextmanager
def database_or_sentence() -> Iterator[None]:
    """Connect, and run the block. Raises CommandError when the database cannot be reached or is lost."""
    try:
        connection.ensure_connection()
    except Error as error:
        if not (is_unavailable(error) or isinstance(error, ProgrammingError)):  # the last: an unknown option in the URL
            raise
        raise CommandError(_sentence(error)) from error
    try:
        yield
    except Error as error:
        if not is_unavailable(error):
            raise
        raise CommandError(_sentence(error)) from error


def _sentence(error: Exception) -> str:
    cause = error.__cause__
    if isinstance(cause, EmbeddedServerError):
        return str(cause)
    if isinstance(cause, psycopg.errors.LockNotAvailable | psycopg.errors.DeadlockDetected):
        return "The database is busy: try again in a moment."
    if is_read_only(error):
        return "The database is read-only: name in DATABASE_URL the server that takes writes, the primary."
    if "unsupported startup parameter" in str(error):
        return "PgBouncer refuses the site's start-up options: set BEHIND_PGBOUNCER=1 (.env.example says what else)."
    if settings.EMBEDDED_DATABASE:
        return f"The embedded database does not answer: {configured_server().layout.log} may say why."
    return "The database cannot be used: check in DATABASE_URL its server, port, user, password, name and options."
