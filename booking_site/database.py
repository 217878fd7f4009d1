"""What a command says of a database that it cannot use: one sentence, never the address, which may hold a password."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.conf import settings
from django.core.management import CommandError
from django.db import InterfaceError, OperationalError, ProgrammingError, connection

from booking_site.embedded.configured import configured_server
from booking_site.embedded.errors import EmbeddedServerError


@contextmanager
def database_or_sentence() -> Iterator[None]:
    """Connect, and do the block. Raises CommandError when the database cannot be reached, or goes away meanwhile."""
    try:
        connection.ensure_connection()
    except (OperationalError, InterfaceError, ProgrammingError) as error:  # the last: an unknown option in the URL
        raise CommandError(_sentence(error)) from error
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise CommandError(_sentence(error)) from error


def _sentence(error: Exception) -> str:
    cause = error.__cause__
    if isinstance(cause, EmbeddedServerError):
        return str(cause)
    if isinstance(cause, psycopg.errors.LockNotAvailable | psycopg.errors.DeadlockDetected):
        return "The database is busy: try again in a moment."
    if settings.EMBEDDED_DATABASE:
        return f"The embedded database does not answer: {configured_server().layout.log} may say why."
    return "The database cannot be used: check in DATABASE_URL its server, port, user, password, name and options."
