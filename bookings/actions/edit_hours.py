"""The writers of a provider's hours and of their exceptions. Existing bookings stay as they are.

Each locks the provider's row first, so that of two changes at the same time the second sees the result of the first. A
booking reads the hours without a lock: one that is made during a change follows the hours as they were before.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, time

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from bookings.access import permissions
from bookings.access.actor import Actor
from bookings.actions.row_locks import lock_parties
from bookings.core.constraints import LATEST
from bookings.core.errors import BookingError, Invalid, Stale
from bookings.core.failures import unavailable
from bookings.core.interval import Interval
from bookings.core.transactions import unit_of_work
from bookings.models import Booking, ExtraHours, Provider, TimeOff, WorkingHours
from bookings.models.querysets import BookingQuerySet
from bookings.schedule.loading import Schedule, read_schedule
from bookings.schedule.rules import WeeklyHours

MOST_SHOWN = 50
FIELDS = ("weekday", "starts_at", "minutes", "valid_from", "valid_until")
Exceptional = TimeOff | ExtraHours


class LeavesOutside(BookingError):
    code = "leaves_outside"
    default_message = gettext_noop("Some bookings would lie outside the hours.")

    def __init__(self, bookings: Sequence[Booking] = (), *, count: int = 0, token: str = "") -> None:
        """`bookings` are the first of `count`. Who passes `token` as `confirmed` accepts all of them, and no others."""
        message = ngettext(
            "One booking would lie outside the hours.", "%(count)s bookings would lie outside the hours.", count
        )
        super().__init__(message % {"count": count} if count else "")
        self.bookings = list(bookings)
        self.count = count
        self.token = token


@unit_of_work
def set_weekly_hours(
    provider: Provider,
    hours: Iterable[WeeklyHours],
    *,
    by: Actor,
    seen: str,
    confirmed: str = "",
    now: datetime | None = None,
) -> None:
    """Replace all weekly hours of the provider by these; rows that stay the same are not touched.

    `seen` is the `version_of` the hours that the editor was shown. Raises Forbidden, Invalid, Stale, Unavailable, or
    LeavesOutside unless its token is given as `confirmed`; the database is then unchanged.
    """
    wanted = set(hours)
    with _keeping_bookings(provider, by=by, confirmed=confirmed, now=now or timezone.now()):
        rows = weekly_rows(provider)
        present = {value_of(row): row for row in rows}
        if wanted == set(present):
            return
        if seen != version_of(present):
            raise Stale(_("The hours were changed in the meantime."))
        model = provider.working_hours.model
        gone = [row.pk for value, row in present.items() if value not in wanted]
        model._default_manager.filter(pk__in=gone).delete()
        for value in sorted(wanted - set(present), key=_order):
            _insert(model(**{"provider": provider, **{name: getattr(value, name) for name in FIELDS}}))


@unit_of_work
def add_exception(row: Exceptional, *, by: Actor, confirmed: str = "", now: datetime | None = None) -> None:
    """Save unsaved time off or extra hours of a provider. A row that exists already is not saved twice.

    Raises Forbidden, Invalid, Unavailable, or LeavesOutside as `set_weekly_hours`.
    """
    with _keeping_bookings(row.provider, by=by, confirmed=confirmed, now=now or timezone.now()):
        system = {"id", "created_at", "updated_at"}
        values = {field.name: getattr(row, field.name) for field in row._meta.fields if field.name not in system}
        if not type(row)._default_manager.filter(**values).exists():
            _insert(row)


@unit_of_work
def remove_exception(row: Exceptional, *, by: Actor, confirmed: str = "", now: datetime | None = None) -> None:
    """Delete time off or extra hours; a row that is gone already is no error. Raises as `add_exception`."""
    with _keeping_bookings(row.provider, by=by, confirmed=confirmed, now=now or timezone.now()):
        type(row)._default_manager.filter(pk=row.pk).delete()


def weekly_rows(provider: Provider) -> list[WorkingHours]:
    """The provider's weekly hours in the order of the week. One query."""
    return list(provider.working_hours.all())


def value_of(row: WorkingHours) -> WeeklyHours:
    """One weekly interval as a plain value."""
    return WeeklyHours(*(getattr(row, name) for name in FIELDS))


def version_of(hours: Iterable[WeeklyHours]) -> str:
    """A text that differs between two sets of weekly hours, whatever the order of their rows."""
    return _digest([tuple(getattr(value, name) for name in FIELDS) for value in sorted(hours, key=_order)])


def booking_kind(provider: Provider) -> type[Booking]:
    """The kind that is booked with this provider."""
    related = (relation.related_model for relation in provider._meta.related_objects)
    return next(model for model in related if isinstance(model, type) and issubclass(model, Booking))


@contextmanager
def _keeping_bookings(provider: Provider, *, by: Actor, confirmed: str, now: datetime) -> Iterator[None]:
    """Context manager: lock, run the change, raise LeavesOutside if bookings now fall outside the hours."""
    permissions.check_may_edit_hours(by, provider)
    kind = booking_kind(provider)
    lock_parties(kind, [provider.key], [])
    former = _schedule(provider, now)
    yield
    left = _left_outside(_upcoming(kind, provider, now), former, _schedule(provider, now))
    if left and (token := _digest(left)) != confirmed:
        shown = kind.objects.with_parties().filter(pk__in=left[:MOST_SHOWN]).order_by("start_at", "pk")
        raise LeavesOutside(list(shown), count=len(left), token=token)


def _schedule(provider: Provider, now: datetime) -> Schedule:
    """The rules from `now` on, as `book()` reads them."""
    schedule = read_schedule(type(provider), provider.key, Interval(now, LATEST))
    if schedule is None:
        raise unavailable("the provider was deleted in this very moment")
    return schedule


def _upcoming(kind: type[Booking], provider: Provider, now: datetime) -> BookingQuerySet[Booking]:
    """The bookings that start from now on and are meant to lie in the hours."""
    future = kind.objects.of_provider(provider.key).starting_within(now, None)
    return future.blocking().unexpired(now).filter(is_outside_hours=False).order_by("start_at", "pk")


def _left_outside(upcoming: BookingQuerySet[Booking], former: Schedule, latter: Schedule) -> list[int]:
    """The ids of the bookings that were inside the former hours and are outside the new ones, soonest first."""
    spans = ((pk, Interval(start, end)) for pk, start, end in upcoming.values_list("pk", "start_at", "end_at"))
    return [pk for pk, span in spans if not latter.is_open(span) and former.is_open(span)]


def _insert(row: WorkingHours | Exceptional) -> None:
    """Save a new row. Its fields' own rules are checked here, all others by the constraints."""
    try:
        row.clean_fields(exclude=["provider"])
        row.clean()
    except ValidationError as error:
        raise Invalid(errors=error.message_dict) from error
    row.save(force_insert=True)


def _order(value: WeeklyHours) -> tuple[int, time, int, str, str]:
    return (value.weekday, value.starts_at, value.minutes, str(value.valid_from or ""), str(value.valid_until or ""))


def _digest(values: Sequence[object]) -> str:
    return hashlib.sha256(repr(values).encode()).hexdigest()[:32]
