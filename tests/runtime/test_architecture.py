"""Walks all models and query sets: what each must have, so that nobody forgets it."""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import PROTECT, DateField, DateTimeField, ForeignKey, TimeField
from django.test.utils import isolate_apps
from knox.models import AbstractAuthToken

from appointments.models import AppointmentService, Doctor, Patient
from bookings.actions import Override
from bookings.checks import check_booking_models, check_guards
from bookings.core.constraints import BUSY_TIME, OWN_TIME, no_overlap, party_index
from bookings.core.interval import Interval
from bookings.core.lifecycle import BLOCKING, Status
from bookings.models import Booking
from tests.support.kinds import KINDS, Kind, at, span

OURS = [
    model
    for name in ("accounts", "bookings", "scheduling", "appointments")
    for model in apps.get_app_config(name).get_models()
]
LIBRARY = AbstractUser | AbstractAuthToken | AbstractBaseSession
LIBRARIES = {field.name for model in LIBRARY.__args__ for field in model._meta.get_fields()}
DOCUMENTED = {"busy_from", "busy_until", "valid_from", "valid_until"}
CAUSED_BY_NOBODY = {"created_at", "updated_at", "start_at", "end_at", "expires_at", "last_used_at", "pgh_created_at"}


def own_fields() -> Iterator[tuple[str, "models.Field[Any, Any]"]]:
    """Every column that we named ourselves, with its model's name."""
    for model in OURS:
        for field in model._meta.local_concrete_fields:
            if not (field.name in LIBRARIES and issubclass(model, LIBRARY)):
                yield f"{model.__name__}.{field.name}", field


def test_booking_models_carry_their_guards() -> None:
    assert check_booking_models(None) == []


def made(*constraints: models.BaseConstraint, indexed: Sequence[str] = ("provider", "attendee")) -> type[Booking]:
    """A booking model with these constraints and the indexes of these parties, outside of the site's own apps."""
    found_indexes = [party_index(party) for party in indexed]
    found_constraints = list(constraints)
    with isolate_apps("appointments"):

        class Made(Booking):
            provider = ForeignKey(Doctor, PROTECT, related_name="+")
            attendee = ForeignKey(Patient, PROTECT, related_name="+")
            service = ForeignKey(AppointmentService, PROTECT, null=True, related_name="+")

            class Meta:
                app_label = "appointments"
                constraints = found_constraints
                indexes = found_indexes

    return Made


BASE = [rule for rule in Booking.Meta.constraints if not isinstance(rule, ExclusionConstraint)]
GUARDS = (no_overlap("provider", BUSY_TIME), no_overlap("attendee", OWN_TIME))


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (made(*BASE, *GUARDS), []),
        (made(*BASE, GUARDS[0]), ["bookings.E001"]),
        (made(*BASE, GUARDS[1]), ["bookings.E001"]),
        (made(*BASE, no_overlap("provider", OWN_TIME), GUARDS[1]), ["bookings.E001"]),  # forgets the buffers
        (made(*BASE, *GUARDS, indexed=["provider"]), ["bookings.E002"]),
        (made(*BASE, *GUARDS, indexed=["attendee"]), ["bookings.E002"]),
        (made(*BASE[1:], *GUARDS), ["bookings.E003"]),
        (made(indexed=[]), ["bookings.E001", "bookings.E002"] * 2 + ["bookings.E003"] * len(BASE)),
    ],
)
def test_booking_model_that_forgets_a_guard_is_refused_by_id(model: type[Booking], expected: list[str]) -> None:
    messages = check_guards(model)
    assert [message.id for message in messages] == expected
    assert all(message.hint for message in messages)


def test_parties_of_bookings_are_protected(kind: Kind) -> None:
    for name in ("provider", "attendee"):
        assert kind.model._meta.get_field(name).remote_field.on_delete is PROTECT  # type: ignore[union-attr]


def test_fields_are_named_after_what_they_hold() -> None:
    wrong = []
    for name, field in own_fields():
        is_instant = isinstance(field, DateTimeField | TimeField)
        is_date = isinstance(field, DateField) and not is_instant
        is_flag = isinstance(field, models.BooleanField)
        is_right = (
            (is_instant == field.name.endswith("_at") or field.name in DOCUMENTED)
            and (is_date == field.name.endswith("_on") or field.name in DOCUMENTED)
            and is_flag == field.name.startswith(("is_", "has_", "needs_"))
        )
        wrong += [] if is_right else [name]
    assert wrong == []


def test_instants_that_a_person_causes_say_who() -> None:
    names = {name for name, _field in own_fields()}
    instants = {name for name, field in own_fields() if isinstance(field, DateTimeField) and name.endswith("_at")}
    caused = {name for name in instants if name.partition(".")[2] not in CAUSED_BY_NOBODY}
    assert {f"{name.removesuffix('_at')}_by" for name in caused} <= names
    assert caused


def test_bookings_say_who_booked(kind: Kind) -> None:
    assert kind.model._meta.get_field("booked_by")


def test_minutes_and_days_are_named_with_their_unit() -> None:
    lengths = {name for name, field in own_fields() if isinstance(field, models.DurationField)}
    assert lengths == set()  # whole minutes or days, in an integer column that says so


@pytest.mark.django_db
@pytest.mark.parametrize(("status", "is_overbooked"), list(product(Status, [False, True])))
def test_predicates_in_sql_and_python_agree(kind: Kind, status: Status, is_overbooked: bool) -> None:  # noqa: FBT001
    override = Override(overlap=is_overbooked, reason="Emergency" if is_overbooked else "")
    booking = kind.book(span(10, 11), status=status, override=override)
    assert kind.model.objects.holding_time().exists() == booking.holds_time
    assert kind.model.objects.blocking().exists() == (status in BLOCKING)


@pytest.mark.django_db
@pytest.mark.parametrize("other", [span(8, 9), span(9, 10), span(9, 11), span(10, 11), span(8, 13), span(11, 12)])
def test_overlap_in_sql_and_python_agree(kind: Kind, other: Interval) -> None:
    booking = kind.book(span(10, 11), provider=kind.provider(buffer_before_minutes=60, buffer_after_minutes=1))
    assert kind.model.objects.during(other).exists() == booking.span.overlaps(other)
    assert kind.model.objects.busy_during(other).exists() == booking.busy_span.overlaps(other)


@pytest.mark.django_db
def test_overlap_of_the_longest_booking_is_seen_from_its_ends(kind: Kind) -> None:
    provider = kind.provider(buffer_before_minutes=720, buffer_after_minutes=720)
    kind.book(Interval(at(0, day=8), at(0, day=9)), provider=provider)
    found = kind.model.objects
    assert found.during(Interval(at(23, 59, day=8), at(0, day=9))).exists()
    assert found.busy_during(Interval(at(11, 59, day=9), at(12, day=9))).exists()
    assert found.busy_during(Interval(at(12), at(12, 1))).exists()
    assert not found.busy_during(Interval(at(12, day=9), at(12, 1, day=9))).exists()
    assert not found.busy_during(Interval(at(11, 59), at(12))).exists()


def test_kinds_describe_every_booking_model() -> None:
    assert {model for model in OURS if issubclass(model, Booking)} == {kind.model for kind in KINDS}
