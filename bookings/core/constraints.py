"""Builders of the database constraints: one for each kind of rule, named by template, the same for every table.

The database decides: a constraint refuses the same for the API, the pages, the admin, a shell and in a race.
`transactions` turns a violation, by the constraint's name, into the error that people see.
"""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db.models import (
    CheckConstraint,
    DurationField,
    ExpressionWrapper,
    F,
    Func,
    Index,
    Lookup,
    Q,
    Value,
)
from django.db.models.lookups import Exact, LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from bookings.core.interval import MINUTE
from bookings.core.lifecycle import Status

if TYPE_CHECKING:
    from django.db.models.expressions import CombinedExpression
    from django_stubs_ext import StrOrPromise

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime(2201, 1, 1, tzinfo=UTC)
LONGEST_BOOKING = timedelta(hours=24)
LONGEST_BUFFER = timedelta(hours=12)

OWN_TIME = ("start_at", "end_at")
BUSY_TIME = ("busy_from", "busy_until")
NAME = "%(app_label)s_%(class)s_"

HOLDS_TIME = ~Q(status=Status.CANCELLED) & Q(is_overbooked=False)
"""The bookings that may not overlap: blocking (`lifecycle.BLOCKING`) and not deliberately overbooked."""


def can_be_booked(at: object) -> bool:
    """Whether `at` is an aware datetime of the years 1900 to 2200: computing with it cannot overflow."""
    return isinstance(at, datetime) and at.tzinfo is not None and EARLIEST <= at <= LATEST


def no_overlap(party: str, during: tuple[str, str]) -> ExclusionConstraint:
    """No two bookings that hold their time share `party` at one instant of the half-open span `during`.

    Never deferrable, so that `INSERT ... ON CONFLICT DO NOTHING` can use it as arbiter.
    """
    span = Func(*during, Value("[)"), function="TSTZRANGE")
    return ExclusionConstraint(
        name=f"{NAME}no_overlap_{party}",
        expressions=[(party, RangeOperators.EQUAL), (span, RangeOperators.OVERLAPS)],
        condition=HOLDS_TIME,
        violation_error_code="overlap",
        violation_error_message=_("This time is already taken."),
    )


def party_index(party: str) -> Index:
    """A btree for the bounded look-ups by party and time: the constraint's GiST index cannot serve them.

    (btree_gist has no cross-type operators: an int4 literal against a bigint column scans it whole.)
    """
    return Index(fields=[party, "start_at"], name=f"%(class)s_{party}_start")


def service_index() -> Index:
    """Serves the foreign key's look-up when a service is deleted; partial, because most bookings name no service."""
    return Index(fields=["service"], name="%(class)s_service", condition=Q(service__isnull=False))


def check(name: str, condition: "Q | Lookup[bool]", message: "StrOrPromise") -> CheckConstraint:
    """A check constraint on the columns of one row."""
    return CheckConstraint(name=f"{NAME}{name}", condition=condition, violation_error_message=message)


def at_most(longest: timedelta, since: str, until: str) -> "Lookup[bool]":
    """`until - since <= longest`: as a difference, because instant + interval depends on the session's zone."""
    return LessThanOrEqual(_difference(since, until), Value(longest, output_field=DurationField()))


def lasts_minutes(since: str, until: str, minutes: str) -> "Lookup[bool]":
    """`until` is `minutes` after `since`."""
    one = Value(MINUTE, output_field=DurationField())
    return Exact(
        _difference(since, until),
        ExpressionWrapper(F(minutes) * one, output_field=DurationField()),
    )


def _difference(since: str, until: str) -> "ExpressionWrapper[CombinedExpression]":
    return ExpressionWrapper(F(until) - F(since), output_field=DurationField())
