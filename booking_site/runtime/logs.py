"""The form of log lines, and what is removed from them: values, addresses, query strings, secrets of links.

Text for people, JSON for machines. Both formatters remove the same; no library for JSON lines does that.
"""

import json
import logging
import re
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime

import django.db
import psycopg

from bookings.core.current_request import current_request, request_id
from bookings.core.failures import database_message, name_of

FIELDS = ("status", "ms", "error", "code", "left_out")
"""What a record may say besides its message, as keys of a JSON line."""

QUERY = re.compile(r"\?[^\s\"']*")
CUT = (
    (re.compile(r"[^\s@\"'<>()=,;:/]+(?:@|%40)[^\s@\"'<>()=,;:/]+\.\w+"), "[e-mail]"),
    (re.compile(r"(/sign-in/forgotten/\w+-)[^\s/\"']+"), r"\1[key]"),  # a link from a mail, which lets anybody in
)


class WithoutQuery(logging.Filter):
    """Cuts query strings out of logged request lines and paths: they may hold personal data."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(QUERY.sub("", arg) if isinstance(arg, str) else arg for arg in record.args)
        return True


class WithoutEcho(logging.Filter):
    """Drops what the access line says as well, and the traceback of a refused request.

    Django logs each answer from 400 on as a warning or an error; of those only tracebacks of programming errors matter.
    `bookings.core.failures` logs the cause of a 503.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        status = getattr(record, "status_code", None)
        if status is None:
            return True
        if record.name == "django.request":
            return status == 500 and bool(record.exc_info)
        if record.name.startswith("django.security") and status < 500:
            record.exc_info = record.exc_text = None
            record.levelno = logging.INFO
            record.levelname = "INFO"
        return True


class TextLine(logging.Formatter):
    """Time, level, logger, request id and message; then a traceback, if any."""

    def format(self, record: logging.LogRecord) -> str:
        line = f"{time_of(record)} {record.levelname} {record.name} [{request_id() or '-'}] {record.getMessage()}"
        return clean("\n".join([line, *failure_of(record)]))


class JsonLine(logging.Formatter):
    """One JSON object without empty fields."""

    def format(self, record: logging.LogRecord) -> str:
        request = current_request.get()
        line: dict[str, object] = {
            "time": time_of(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": request.id,
            "method": request.method,
            "path": request.path,
            **{name: getattr(record, name, "") for name in FIELDS},
            "traceback": "\n".join(failure_of(record)),
        }
        texts = {name: clean(value) if isinstance(value, str) else value for name, value in line.items()}
        return json.dumps({name: value for name, value in texts.items() if value != ""}, default=str)


def time_of(record: logging.LogRecord) -> str:
    """The record's time in UTC with the offset (ISO 8601)."""
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def failure_of(record: logging.LogRecord) -> list[str]:
    """The record's traceback in lines."""
    error = record.exc_info[1] if record.exc_info else None
    return "".join(tell(error)).splitlines() if error else []


def tell(error: BaseException) -> Iterator[str]:
    """The tracebacks of an exception and of its causes, causes first, without the values that a database repeats."""
    former = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if former is not None:
        yield from tell(former)
        yield "\nwhich led to:\n\n"
    yield from traceback.format_tb(error.__traceback__)
    is_of_database = isinstance(error, psycopg.Error | django.db.Error)
    message = database_message(error) if is_of_database else str(error)
    yield f"{name_of(type(error))}: {message}\n"


def clean(text: str) -> str:
    """The text without e-mail addresses and secrets."""
    for pattern, instead in CUT:
        text = pattern.sub(instead, text)
    return text
