"""The one outermost transaction of a write, and the one place that turns database errors into domain errors."""

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

import psycopg
from django.apps import apps
from django.db import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    connection,
    models,
    transaction,
)
from django.utils.translation import gettext as _
from psycopg.errors import (
    DeadlockDetected,
    ForeignKeyViolation,
    SerializationFailure,
)

from bookings.core.errors import BookingError, Conflict, Invalid, Unavailable
from bookings.core.failures import log_failure
from bookings.core.unavailable import is_unavailable

ATTEMPTS = 4
REPEATABLE = (DeadlockDetected, SerializationFailure)

P = ParamSpec("P")
R = TypeVar("R")


_is_inside: ContextVar[bool] = ContextVar("is_inside_unit_of_work", default=False)


def unit_of_work(write: Callable[P, R]) -> Callable[P, R]:
    """Run `write` in a transaction, whole or not at all; repeat it whole on a deadlock or serialization failure.

    Inside another unit of work it is a part of that one. Inside any other transaction it gets a savepoint and is not
    repeated. `write` may run several times, so it must do no I/O but the database's.
    Raises the domain errors of `errors`.
    """

    @wraps(write)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if _is_inside.get():
            return write(*args, **kwargs)
        token = _is_inside.set(True)
        try:
            return _repeat(lambda: write(*args, **kwargs))
        finally:
            _is_inside.reset(token)

    return run


def _repeat(write: Callable[[], R]) -> R:
    """Run the outermost transaction up to `ATTEMPTS` times."""
    is_foreign = connection.in_atomic_block
    attempts = 1 if is_foreign else ATTEMPTS
    for attempt in range(1, attempts + 1):
        try:
            with transaction.atomic():
                return write()
        except (DatabaseError, InterfaceError) as error:
            is_repeatable = isinstance(error.__cause__, REPEATABLE)
            if is_repeatable and attempt < attempts:
                continue
            if is_repeatable and is_foreign:
                raise
            meaning = domain_error(error)
            if isinstance(meaning, Unavailable):
                log_failure(error)
            raise meaning from error
    raise Unavailable


def domain_error(error: Exception) -> BookingError:
    """The domain error for this database error; re-raises `error` when there is none."""
    cause = error.__cause__
    if isinstance(error, IntegrityError) and isinstance(cause, psycopg.Error):
        return _violation(cause)
    if is_unavailable(error):
        return Unavailable()  # lock_timeout and a deadlock to the end, too
    if isinstance(error, DataError):
        return Invalid()  # a value that no column of PostgreSQL takes, such as text with a NUL
    raise error


def _violation(cause: psycopg.Error) -> BookingError:
    """The domain error for a violated constraint, found by the constraint's name."""
    table = cause.diag.table_name or ""
    name = cause.diag.constraint_name or ""
    model = next((m for m in apps.get_models() if m._meta.db_table == table), None)
    if model is None:
        return Invalid()
    if isinstance(cause, ForeignKeyViolation):
        return _unknown_party(model, name)
    for constraint in model._meta.constraints:
        if constraint.name == name:
            is_overlap = constraint.violation_error_code == Conflict.code  # of bookings; hours exclude each other, too
            return Conflict() if is_overlap else Invalid(str(constraint.get_violation_error_message()))
    return Invalid()


def _unknown_party(model: type[models.Model], constraint: str) -> Invalid:
    """The error for a violated foreign key; Django names the constraint after the table and the column."""
    for part, column in model.request_names.items() if hasattr(model, "request_names") else ():
        if constraint.startswith(f"{model._meta.db_table}_{column}_"):
            return unknown_party(part)
    return Invalid()


def unknown_party(part: str) -> Invalid:
    """The error for a provider or attendee who does not exist or takes no bookings."""
    return Invalid(errors={part: [_("There is none with this id.")]})
