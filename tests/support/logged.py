"""What the site writes to its log, read as the operator reads it."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from booking_site.runtime import access_log
from booking_site.runtime.logs import JsonLine
from bookings.core import failures
from bookings.core.failures import Limiter


@dataclass
class Log:
    """The log since the test began."""

    stream: io.StringIO = field(default_factory=io.StringIO)

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @property
    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]

    def of(self, name: str) -> list[str]:
        """The lines of this logger."""
        return [line for line in self.lines if f" {name} [" in line]


@contextmanager
def logged(*, as_json: bool = False) -> Iterator[Log]:
    """What the configured handler writes meanwhile; what was limited before is not limited now."""
    log = Log()
    (handler,) = (each for each in logging.getLogger("django").handlers if each.name == "console")
    assert isinstance(handler, logging.StreamHandler)
    former, formatter = handler.setStream(log.stream), handler.formatter
    limiters = failures.limiter, access_log.once_an_hour
    failures.limiter, access_log.once_an_hour = Limiter(limiters[0].seconds), Limiter(limiters[1].seconds)
    handler.setFormatter(JsonLine() if as_json else formatter)
    try:
        yield log
    finally:
        failures.limiter, access_log.once_an_hour = limiters
        handler.setFormatter(formatter)
        handler.setStream(former or io.StringIO())
