"""Why something is unavailable, for the operator's log: what failed and how, without values."""

import errno
import logging
import re
import threading
import time
from collections.abc import Hashable, Iterable
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import NamedTuple

import psycopg
from django.db import Error as DjangoDatabaseError
from django.db import connection

from bookings.core.current_request import current_request
from bookings.core.errors import Unavailable

logger = logging.getLogger(__name__)

# From an opening quotation mark, as PostgreSQL's languages have them, to the last one: a value may hold some itself.
QUOTED = re.compile(r"""(?:["„“«»]|(?<!\w)')(?:.*["“”«»']|.*)""", re.DOTALL)
NUMBER = re.compile(r"(?<!\w)\d[\d.:-]*")


class Limiter:
    """Lets one event of a kind be logged in so many seconds, and counts those that it suppresses."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._lock = threading.Lock()
        self._passed: dict[Hashable, tuple[float, int]] = {}  # when one passed, and how many have not since then

    def admit(self, kind: Hashable) -> int | None:
        """Whether to log this event: the number suppressed since the last one, or None to suppress it."""
        now = time.monotonic()
        with self._lock:
            passed_at, left_out = self._passed.get(kind, (float("-inf"), 0))
            if now - passed_at < self.seconds:
                self._passed[kind] = (passed_at, left_out + 1)
                return None
            self._passed[kind] = (now, 0)
            return left_out


class Cause(NamedTuple):
    """What failed: the exception's class, its SQLSTATE, SMTP code or errno, and words without values."""

    error: str
    code: str = ""
    message: str = ""

    def __str__(self) -> str:
        name = f"{self.error} ({self.code})" if self.code else self.error
        return f"{name}: {self.message}" if self.message else name


limiter = Limiter(seconds=1)


def unavailable(reason: str) -> Unavailable:
    """The error to raise where no exception is the cause, logged with its reason."""
    _log("the database", Cause(name_of(Unavailable), message=reason))
    return Unavailable()


def log_failure(error: BaseException, *, source: str = "the database") -> None:
    """Log why `source` could not serve; one line per cause and second, the next one says how many were left out."""
    _log(source, cause_of(error))


def _log(source: str, cause: Cause) -> None:
    left_out = limiter.admit((source, cause))
    if left_out is None:
        return
    request = current_request.get()
    place = f" at {request.method} {request.path}" if request.path else ""
    more = f" ({left_out} more like this since the last such line)" if left_out else ""
    fields = {"error": cause.error, "code": cause.code, "left_out": left_out}
    logger.error("Unavailable%s: %s: %s%s", place, source, cause, more, extra=fields)


def cause_of(error: BaseException) -> Cause:
    """The driver's error behind `error`, else the first error in its chain of causes."""
    while not isinstance(error, psycopg.Error) and error.__cause__ is not None:
        error = error.__cause__
    name = name_of(type(error))
    if isinstance(error, psycopg.Error):
        return Cause(name, error.sqlstate or "", database_message(error))
    if isinstance(error, DjangoDatabaseError):
        return Cause(name, message=database_message(error))
    if isinstance(error, SMTPException):  # an OSError, too; its words may repeat the address
        return Cause(name, _smtp_code(error))
    if isinstance(error, OSError):
        return Cause(name, errno.errorcode.get(error.errno or 0, ""), error.strerror or "")
    return Cause(name)


def _smtp_code(error: SMTPException) -> str:
    """The code of the server's answer, or the codes for the single recipients."""
    if isinstance(error, SMTPRecipientsRefused):
        return "/".join(sorted({str(code) for code, _reason in error.recipients.values()}))
    return str(getattr(error, "smtp_code", ""))


def database_message(error: BaseException) -> str:
    """The first line of the server's or the driver's message, without numbers and quoted values.

    The names of tables, columns and constraints, the database's, the role's and the server's stay.
    """
    driver_error = error if isinstance(error, psycopg.Error) else error.__cause__
    if isinstance(driver_error, psycopg.Error) and (primary := driver_error.diag.message_primary):
        diag = driver_error.diag
        names = (diag.schema_name, diag.table_name, diag.column_name, diag.constraint_name, diag.datatype_name)
        return without_values(primary, filter(None, names))
    return without_values(str(error).partition("\n")[0])


def without_values(message: str, names: Iterable[str] = ()) -> str:
    """The first line of `message` without numbers and quoted values; a quoted text that is in `names` stays."""
    kept = {*names, *_configured_names()}
    for name in kept:
        message = message.replace(f'"{name}"', name).replace(f"'{name}'", name)
    message = QUOTED.sub("…", message).partition("\n")[0].strip()
    return NUMBER.sub(lambda number: number[0] if number[0] in kept else "…", message)


def _configured_names() -> list[str]:
    """The parts of DATABASE_URL without the password: they may be logged."""
    settings = connection.settings_dict
    return [str(settings[name]) for name in ("NAME", "USER", "HOST", "PORT") if settings.get(name)]


def name_of(error: type[BaseException]) -> str:
    """The qualified name of an exception's class."""
    return error.__qualname__ if error.__module__ == "builtins" else f"{error.__module__}.{error.__qualname__}"
