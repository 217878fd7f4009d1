"""The database refuses by itself: each constraint is hit past all of the site's own checks, for both kinds."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.db.models import ProtectedError

from bookings.core.errors import Conflict, Invalid
from bookings.core.transactions import unit_of_work
from bookings.models import Booking
from tests.support.kinds import KINDS, Kind, at, span

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def violated(write: Callable[[], object]) -> str:
    """The name of the constraint that `write` violates, at the statement itself."""
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        write()
    name: str = refused.value.__cause__.diag.constraint_name  # type: ignore[union-attr]
    return name


def times(kind: Kind, start: datetime, end: datetime, **busy: datetime) -> dict[str, Any]:
    """Columns that place a booking, right by themselves but for what a test breaks."""
    columns = {"start_at": start, "end_at": end, "busy_from": start, "busy_until": end, **busy}
    return columns | ({"duration": (end - start) // MINUTE} if kind.plural == "sessions" else {})


def faults(kind: Kind) -> dict[str, dict[str, Any]]:
    """A check constraint of bookings -> columns that break it and no other."""
    start, end = at(10), at(11)
    found: dict[str, dict[str, Any]] = {
        "end_after_start": times(kind, start, start),
        "at_most_24_hours": times(kind, start, start + 24 * HOUR + MINUTE),
        "busy_contains_booking": times(kind, start, end, busy_from=start + MINUTE),
        "busy_bounded": times(kind, start, end, busy_from=start - 12 * HOUR - MINUTE),
        "status_known": {"status": "banana"},
        "changed_via_known": {"changed_via": "fax", "updated_at": start},  # as a writer of ours: it sets both
        "exception_with_reason": {"is_overbooked": True},
    }
    if kind.plural == "sessions":
        found["end_is_start_plus_duration"] = {"duration": 61}
    return found


CHECKS = [(kind, name) for kind in KINDS for name in faults(kind)]


def full_name(model: type[models.Model], name: str) -> str:
    return f"{model._meta.app_label}_{model._meta.model_name}_{name}"


@pytest.mark.parametrize(("kind", "name"), CHECKS, ids=str)
def test_check_refuses_an_update_past_the_writer(kind: Kind, name: str) -> None:
    booking = kind.book(span(10, 11))
    fault = faults(kind)[name]
    row = kind.model.objects.filter(pk=booking.pk)
    assert violated(lambda: row.update(**fault)) == full_name(kind.model, name)


@pytest.mark.parametrize(("kind", "name"), CHECKS, ids=str)
def test_check_violated_in_a_unit_of_work_is_its_own_sentence(kind: Kind, name: str) -> None:
    booking = kind.book(span(10, 11))
    update = unit_of_work(lambda: kind.model.objects.filter(pk=booking.pk).update(**faults(kind)[name]))
    with pytest.raises(Invalid) as refused:
        update()
    constraint = next(c for c in kind.model._meta.constraints if c.name == full_name(kind.model, name))
    assert str(refused.value) == str(constraint.get_violation_error_message())


def test_checks_of_the_kind_are_all_tested(kind: Kind) -> None:
    tested = {full_name(kind.model, name) for name in faults(kind)}
    checks = {c.name for c in kind.model._meta.constraints if isinstance(c, models.CheckConstraint)}
    assert tested == checks


@pytest.mark.parametrize("late", [{"busy_until": at(11) + 12 * HOUR + MINUTE}, {"busy_until": at(11) - MINUTE}])
def test_check_guards_the_end_of_the_busy_time_too(kind: Kind, late: dict[str, datetime]) -> None:
    booking = kind.book(span(10, 11))
    row = kind.model.objects.filter(pk=booking.pk)
    assert violated(lambda: row.update(**late)).startswith(full_name(kind.model, "busy_"))


@pytest.mark.parametrize("part", ["provider", "attendee"])
def test_exclusion_refuses_bulk_create(kind: Kind, part: str) -> None:
    booking = kind.book(span(10, 11))
    twin = _placed(kind, **{part: getattr(booking, part)})
    assert violated(lambda: kind.model.objects.bulk_create([twin])) == _exclusion(kind, part)


@pytest.mark.parametrize("part", ["provider", "attendee"])
def test_exclusion_refuses_an_update(kind: Kind, part: str) -> None:
    booking = kind.book(span(10, 11))
    later = kind.book(span(14, 15), **{part: getattr(booking, part)})
    row = kind.model.objects.filter(pk=later.pk)
    assert violated(lambda: row.update(**times(kind, at(10, 59), at(11, 59)))) == _exclusion(kind, part)


def test_exclusion_refuses_the_revival_of_a_cancelled_booking(kind: Kind) -> None:
    gone = kind.book(span(10, 11), status="cancelled")
    kind.book(span(10, 11), provider=gone.provider)
    row = kind.model.objects.filter(pk=gone.pk)
    assert violated(lambda: row.update(status="booked")) == _exclusion(kind, "provider")


def test_exclusion_refuses_an_overbooking_taken_back_over_another(kind: Kind) -> None:
    booked = kind.book(span(10, 11))
    forced = _placed(kind, provider=booked.provider, is_overbooked=True, override_reason="Emergency")
    forced.save()
    row = kind.model.objects.filter(pk=forced.pk)
    assert violated(lambda: row.update(is_overbooked=False)) == _exclusion(kind, "provider")


def test_exclusion_of_the_provider_counts_the_buffers(kind: Kind) -> None:
    booking = kind.book(span(10, 11), provider=kind.provider(buffer_after_minutes=15))
    next_one = _placed(kind, at(11), at(12), provider=booking.provider)
    assert violated(lambda: kind.model.objects.bulk_create([next_one])) == _exclusion(kind, "provider")


@pytest.mark.parametrize("part", ["provider", "attendee"])
def test_exclusion_violated_in_a_unit_of_work_is_a_conflict(kind: Kind, part: str) -> None:
    booking = kind.book(span(10, 11))
    twin = _placed(kind, **{part: getattr(booking, part)})
    with pytest.raises(Conflict) as refused:
        unit_of_work(twin.save)()
    assert refused.value.code == "overlap"


@pytest.mark.parametrize("part", ["provider", "attendee"])
def test_unknown_party_in_an_outer_transaction_fails_at_the_statement(kind: Kind, part: str) -> None:
    unknown: dict[str, Any] = {f"{part}_id": _unknown(kind)}
    stray = _placed(kind, **unknown)
    with transaction.atomic():
        assert _column(kind, part) in violated(lambda: kind.model.objects.bulk_create([stray]))
        assert kind.book(span(10, 11)).pk  # the outer transaction goes on


@pytest.mark.parametrize("part", ["provider", "attendee"])
def test_unknown_party_in_a_unit_of_work_is_invalid_there(kind: Kind, part: str) -> None:
    unknown: dict[str, Any] = {f"{part}_id": _unknown(kind)}
    with pytest.raises(Invalid) as refused:
        unit_of_work(_placed(kind, **unknown).save)()
    assert list(refused.value.errors) == [part]


def test_constraints_of_bookings_are_immediate(kind: Kind) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND condeferrable",
            [kind.model._meta.db_table],
        )
        deferrable = {name for (name,) in cursor.fetchall()}
    assert deferrable == set()


def test_exclusions_are_valid_in_the_database(kind: Kind) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'x' AND convalidated",
            [kind.model._meta.db_table],
        )
        assert {name for (name,) in cursor.fetchall()} == {_exclusion(kind, part) for part in ("provider", "attendee")}


@pytest.mark.parametrize("how", ["object", "query set", "raw SQL"])
def test_delete_of_a_booking_is_refused(kind: Kind, how: str) -> None:
    booking = kind.book(span(10, 11), status="cancelled")
    delete: dict[str, Callable[[], object]] = {
        "object": booking.delete,
        "query set": kind.model.objects.all().delete,
        "raw SQL": lambda: connection.cursor().execute(f"DELETE FROM {kind.model._meta.db_table}"),
    }
    with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic():
        delete[how]()
    assert kind.model.objects.count() == 1


@pytest.mark.parametrize("part", ["provider", "attendee"])
def test_delete_of_a_booked_party_is_refused(kind: Kind, part: str) -> None:
    party = getattr(kind.book(span(10, 11), status="cancelled"), part)
    with pytest.raises(ProtectedError):
        party.delete()
    delete = f"DELETE FROM {party._meta.db_table} WHERE id = %s"
    assert _column(kind, part) in violated(lambda: connection.cursor().execute(delete, [party.pk]))


def _placed(kind: Kind, start: datetime | None = None, end: datetime | None = None, **fields: Any) -> Booking:
    """An unsaved booking with its busy time set, as a careless script would make it; at ten unless given."""
    start, end = start or at(10), end or at(11)
    booking = kind.build((start, end), **fields)
    for name, value in times(kind, start, end).items():
        setattr(booking, name, value)
    return booking


def _exclusion(kind: Kind, part: str) -> str:
    return full_name(kind.model, f"no_overlap_{part}")


def _column(kind: Kind, part: str) -> str:
    return kind.model.request_names[part]


def _unknown(kind: Kind) -> int | str:
    return "nobody" if kind.plural == "sessions" else 2**40
