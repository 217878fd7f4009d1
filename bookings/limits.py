"""How often somebody may do something: exact, and shared by all processes through one PostgreSQL table.

Each call is counted by one `INSERT ... ON CONFLICT DO UPDATE`, in a transaction of its own and before any booking
is locked: counted inside the booking's transaction it would deadlock (ADR 8).
"""

import hashlib
import hmac
import math
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from bookings.errors import Throttled
from bookings.models import RateCounter

UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
RATE = re.compile(r"([1-9]\d{0,6})/(second|minute|hour|day)", re.ASCII)

COUNT = """
    INSERT INTO rate_counters (who, "window", count, expires_at) VALUES (%s, %s, 1, %s)
    ON CONFLICT (who, "window") DO UPDATE SET count = rate_counters.count + 1
    RETURNING count
"""


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `limit` calls in each window of `seconds`."""

    limit: int
    seconds: int

    @classmethod
    def parse(cls, text: str) -> "Rate":
        """Read `60/minute`. Raises ValueError on anything else."""
        match = RATE.fullmatch(text)
        if not match:
            raise ValueError(f"{text!r} is no rate; write for example 60/minute (second, minute, hour, day).")
        return cls(int(match[1]), UNITS[match[2]])


def count(action: str, who: str, *, now: datetime | None = None) -> None:
    """Count one call of `action` (a name in `settings.RATES`) by `who`. Raises Throttled above its rate."""
    rate: Rate | None = settings.RATES[action]
    if rate is None:
        return
    now = now or timezone.now()
    window = int(now.timestamp()) // rate.seconds
    ends_at = (window + 1) * rate.seconds
    expires_at = now + timedelta(seconds=rate.seconds)
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [_digest(action, who), window, expires_at])
        counted = cursor.fetchone()[0]
    if counted > rate.limit:
        raise Throttled(retry_after=max(1, math.ceil(ends_at - now.timestamp())))


def purge(now: datetime | None = None) -> int:
    """Forget the counts of windows that are over; how many there were."""
    return RateCounter.objects.filter(expires_at__lt=now or timezone.now()).delete()[0]


def _digest(action: str, who: str) -> str:
    """A name for the pair that tells nobody the address in it."""
    return hmac.new(settings.SECRET_KEY.encode(), f"{action} {who}".encode(), hashlib.sha256).hexdigest()
