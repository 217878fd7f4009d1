"""The vocabulary of look-ups among bookings: each predicate as a query set's method.

Some are needed in another form, too: in plain SQL (`IS_BLOCKING`, `IS_EXPIRED`), in Python (`Booking.holds_time`,
`Booking.status_at`, `lifecycle.BLOCKING`) and in the constraints' condition (`constraints.HOLDS_TIME`). Whoever changes
one changes all: tests compare them with each other (`tests/rules/test_predicates.py`).

Overlap is written as `start < x AND end > y` with the start bounded on both sides, so that the btrees on
(party, start) are used whatever the size of the table; only the constraints use the range operator.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Generic, Self, TypeVar

from django.db import models
from django.db.models import Q

from bookings.core.constraints import HOLDS_TIME, LONGEST_BOOKING, LONGEST_BUFFER
from bookings.core.interval import Interval
from bookings.core.lifecycle import ACTIVE, Status
from bookings.core.sql import Fragment, compose

if TYPE_CHECKING:
    from bookings.models import Booking

B = TypeVar("B", bound="Booking")

IS_BLOCKING = Fragment(f"(status <> '{Status.CANCELLED}' AND id IS DISTINCT FROM %(excluding)s)")
"""`BookingQuerySet.blocking` in plain SQL, but for the one booking with the id `excluding` (None: for none)."""
IS_EXPIRED = Fragment(f"((status = '{Status.PENDING}' AND expires_at <= %(now)s) IS TRUE)")
"""`BookingQuerySet.expired` in plain SQL."""


def _is_expired(now: datetime) -> Q:
    """Nobody approved it in time. Where this is negated, Django adds `IS NOT NULL`: no deadline, not expired."""
    return Q(status=Status.PENDING, expires_at__lte=now)


@cache
def statement_about(kind: "type[Booking]", template: str) -> str:
    """`template` for one kind: its table and columns, `{is_blocking}`, `{is_expired}` and the providers' `{key_type}`.

    A cast to the key's type keeps its index usable, whatever the driver sends.
    """
    key_type = kind.provider_model().key_type()
    return compose(template, **kind.columns(), key_type=key_type, is_expired=IS_EXPIRED, is_blocking=IS_BLOCKING)


class BookingQuerySet(models.QuerySet[B], Generic[B]):
    """Look-ups among the bookings of one kind."""

    def holding_time(self) -> Self:
        """Those that may not overlap: `Booking.holds_time` in SQL."""
        return self.filter(HOLDS_TIME)

    def blocking(self) -> Self:
        """Those that make their time busy, deliberate overbookings included: `lifecycle.BLOCKING` in SQL."""
        return self.exclude(status=Status.CANCELLED)

    def expired(self, now: datetime) -> Self:
        """Those that nobody approved in time, shown as cancelled: `Booking.status_at` in SQL."""
        return self.filter(_is_expired(now))

    def unexpired(self, now: datetime) -> Self:
        """All but the `expired`: those without a deadline included."""
        return self.exclude(_is_expired(now))

    def pending(self, now: datetime) -> Self:
        """Those that wait for approval and have not expired."""
        return self.filter(status=Status.PENDING).unexpired(now)

    def open_after(self, now: datetime) -> Self:
        """Those that are still to come and count as open."""
        return self.filter(status__in=ACTIVE, start_at__gt=now).unexpired(now)

    def with_status(self, status: str, now: datetime) -> Self:
        """Those in this state as readers see it: an expired one counts as cancelled."""
        if status == Status.CANCELLED:
            return self.filter(Q(status=status) | _is_expired(now))
        return self.filter(status=status).unexpired(now)

    def of_provider(self, key: int | str | None) -> Self:
        """Those at one provider, by the provider's public id."""
        return self.filter(provider_id=key)

    def of_providers(self, keys: Iterable[int | str]) -> Self:
        """Those at any of these providers."""
        return self.filter(provider_id__in=list(keys))

    def of_attendee(self, key: int | str | None) -> Self:
        """Those of one attendee, by the attendee's public id."""
        return self.filter(attendee_id=key)

    def busy_during(self, span: Interval) -> Self:
        """Those whose busy time, buffers included, shares an instant with `span`."""
        return self.filter(
            busy_from__lt=span.end,
            busy_until__gt=span.start,
            start_at__gt=span.start - LONGEST_BOOKING - LONGEST_BUFFER,
            start_at__lt=span.end + LONGEST_BUFFER,
        )

    def during(self, span: Interval) -> Self:
        """Those whose own time shares an instant with `span`."""
        return self.filter(
            start_at__lt=span.end,
            end_at__gt=span.start,
            start_at__gt=span.start - LONGEST_BOOKING,
        )

    def starting_within(self, earliest: datetime | None, latest: datetime | None) -> Self:
        """Those that start at or after `earliest` and before `latest`; None leaves a side open."""
        found = self if earliest is None else self.filter(start_at__gte=earliest)
        return found if latest is None else found.filter(start_at__lt=latest)

    def with_parties(self) -> Self:
        """Fetch both parties in the same query."""
        return self.select_related("provider", "attendee")

    def with_parties_and_service(self) -> Self:
        """Both parties and the service, if any, in the same query."""
        return self.with_parties().select_related("service")
