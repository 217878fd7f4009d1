"""Retries that book once: the answer to an `Idempotency-Key` is stored in the booking's own transaction.

Only successful answers are kept, for `KEPT_HOURS` per caller; everything else changed nothing and is evaluated anew.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from bookings.core.errors import InProgress, Mismatch
from bookings.core.transactions import unit_of_work
from bookings.models import IdempotencyRecord

KEPT_HOURS = 24
KEPT = timedelta(hours=KEPT_HOURS)


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer that can be kept: status, rendered body, and the headers that belong to it."""

    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)
    is_replay: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """A request that may be repeated: the caller, its key, and a digest of the request."""

    caller: str
    key: str
    request_hash: str


@unit_of_work
def once(claim: Claim, write: Callable[[], Answer]) -> Answer:
    """The stored answer to this claim, or the answer of `write`, which is stored in the same transaction.

    The advisory lock is taken first and held to the end. So a repeat of a request that still runs is refused at once,
    and a repeat of one that has committed gets the stored answer. Raises InProgress, Mismatch, and all that `write`
    raises.
    """
    if not _lock(claim):
        raise InProgress
    now = timezone.now()
    kept = IdempotencyRecord.objects.filter(caller=claim.caller, key=claim.key).first()
    if kept and kept.created_at > now - KEPT:
        if kept.request_hash != claim.request_hash:
            raise Mismatch
        return Answer(kept.status, kept.body, kept.headers, is_replay=True)
    if kept:
        kept.delete()
    answer = write()
    IdempotencyRecord.objects.create(
        caller=claim.caller,
        key=claim.key,
        request_hash=claim.request_hash,
        status=answer.status,
        headers=dict(answer.headers),
        body=answer.body,
    )
    return answer


def purge(now: datetime | None = None) -> int:
    """Delete the answers that are older than `KEPT`. Returns how many there were."""
    before = (now or timezone.now()) - KEPT
    return IdempotencyRecord.objects.filter(created_at__lt=before).delete()[0]


def _lock(claim: Claim) -> bool:
    """Take the claim's lock until the end of the transaction; False when another request holds it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"idempotency {claim.caller} {claim.key}"]
        )
        return bool(cursor.fetchone()[0])
