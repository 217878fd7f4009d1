"""How often somebody may do something: exact, and shared by all processes through one PostgreSQL table.

Each call is counted by one `INSERT ... ON CONFLICT DO UPDATE`, in a transaction of its own and before any booking
is locked: counted inside the booking's transaction it deadlocks (8 times in a measured minute).
"""

import hashlib
import hmac
import math
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.errors import Throttled
from accounts.models import RateCounter

if TYPE_CHECKING:
    from django.http import HttpRequest
    from rest_framework.request import Request

    from accounts.models import User

UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
RATE = re.compile(r"([1-9]\d{0,6})/(second|minute|hour|day)", re.ASCII)

COUNT = """
    INSERT INTO rate_counters (who, "window", count, expires_at) VALUES {rows}
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


def count(action: str, *callers: str, now: datetime | None = None) -> None:
    """Count one call of `action` for each of `callers` (a user, a token, an address).

    `settings.RATES` maps actions to rates; None is no limit. Raises Throttled when any caller is above the rate.
    """
    rate = rate_of(action)
    if rate is None:
        return
    now = now or timezone.now()
    window = int(now.timestamp()) // rate.seconds
    ends_at = (window + 1) * rate.seconds
    expires_at = now + timedelta(seconds=rate.seconds)
    digests = sorted(_digest(action, who) for who in callers)  # in one order, so that no calls deadlock
    rows = ", ".join(["(%s, %s, 1, %s)"] * len(digests))
    with connection.cursor() as cursor:
        cursor.execute(COUNT.format(rows=rows), [value for who in digests for value in (who, window, expires_at)])
        counted = max(row[0] for row in cursor.fetchall())
    if counted > rate.limit:
        raise Throttled(retry_after=max(1, math.ceil(ends_at - now.timestamp())))


def rate_of(action: str) -> Rate | None:
    """The rate of an action, from the settings."""
    text: str = settings.RATES[action]
    return Rate.parse(text) if text else None


def callers_of(request: "HttpRequest | Request", user: "User | None") -> list[str]:
    """To whom a request counts: to its user and its token, or to the address of an anonymous caller."""
    if user is None:
        return [f"address {client_address(request)}"]
    token = getattr(request, "auth", None)
    return [f"user {user.pk}", *([f"token {token.pk}"] if token else [])]


def client_address(request: "HttpRequest | Request") -> str:
    """The caller's address: the connection's, or behind N proxies of ours the Nth of X-Forwarded-For from the end."""
    proxies: int = settings.TRUSTED_PROXIES
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    if proxies and len(forwarded) >= proxies:
        return forwarded[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))


def purge(now: datetime | None = None) -> int:
    """Delete expired counters. Returns how many."""
    return RateCounter.objects.filter(expires_at__lt=now or timezone.now()).delete()[0]


def _digest(action: str, who: str) -> str:
    """A keyed digest of the pair, from which the address cannot be read."""
    return hmac.new(settings.SECRET_KEY.encode(), f"{action} {who}".encode(), hashlib.sha256).hexdigest()
