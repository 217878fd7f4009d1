"""What else the database guards: people, rules and services; and how the tables are read."""

import re
from datetime import date, time
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext

from bookings.core.errors import Invalid
from bookings.core.transactions import unit_of_work
from bookings.models import Booking
from bookings.models.overlaps import find_overlaps
from tests.support.kinds import KINDS, Kind, at, span

DAY = date(2030, 1, 7)
PROVIDER_FAULTS: dict[str, list[dict[str, Any]]] = {
    "time_zone_named": [{"time_zone": ""}],
    "buffers_bounded": [{"buffer_before_minutes": 721}, {"buffer_after_minutes": 721}],
    "slot_bounded": [{"slot_minutes": 0}, {"slot_minutes": 1441}],
    "step_bounded": [
        {"slot_step_minutes": 10},
        {"slot_minutes": 30, "slot_step_minutes": 0},
        {"slot_minutes": 30, "slot_step_minutes": 1441},
    ],
    "limits_positive": [{"day_limit": 0}, {"attendee_day_limit": 0}],
}
RULE_FAULTS: dict[str, dict[str, list[dict[str, Any]]]] = {
    "working_hours": {
        "weekday_known": [{"weekday": 7}],
        "minutes_bounded": [{"minutes": 0}, {"minutes": 1441}],
        "valid_in_order": [{"valid_from": DAY, "valid_until": date(2030, 1, 6)}],
    },
    "extra_hours": {"minutes_bounded": [{"minutes": 0}, {"minutes": 1441}]},
    "time_off": {
        "ends_after_start": [
            {"ends_on": date(2030, 1, 6)},
            {"starts_at": time(9), "ends_at": time(9)},
            {"starts_at": time(9), "ends_at": time(8)},
            {"ends_at": time(0)},
        ],
    },
}
"""A provider's rows -> constraint -> columns that break it."""
RULES: dict[str, dict[str, Any]] = {
    "working_hours": {"weekday": 0, "starts_at": time(9), "minutes": 60},
    "extra_hours": {"starts_on": DAY, "starts_at": time(9), "minutes": 60},
    "time_off": {"starts_on": DAY, "ends_on": DAY},
}
SERVICE_FAULTS: dict[str, list[dict[str, Any]]] = {
    "name_given": [{"name": ""}],
    "duration_bounded": [{"duration_minutes": 0}, {"duration_minutes": 1441}],
    "buffers_bounded": [{"buffer_before_minutes": 721}, {"buffer_after_minutes": 721}],
}
HASH_IDS = ["", "a b", "a/b", "a\n", "ä"]


def cases(faults: dict[str, list[dict[str, Any]]]) -> list[tuple[str, dict[str, Any]]]:
    return [(name, fault) for name, some in faults.items() for fault in some]


def assert_refused(rows: "models.QuerySet[Any]", name: str, fault: dict[str, Any]) -> None:
    """The constraint of this name refuses the update, and says its own sentence through a unit of work."""
    constraint = next(c for c in rows.model._meta.constraints if c.name.endswith(name))
    with pytest.raises(IntegrityError, match=constraint.name), transaction.atomic():
        rows.update(**fault)
    with pytest.raises(Invalid) as refused:
        unit_of_work(lambda: rows.update(**fault))()
    assert str(refused.value) == str(constraint.get_violation_error_message())


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "fault"), cases(PROVIDER_FAULTS))
def test_provider_out_of_bounds_is_refused(kind: Kind, name: str, fault: dict[str, Any]) -> None:
    kind.provider()
    assert_refused(kind.provider_model._default_manager.all(), name, fault)


@pytest.mark.django_db
def test_attendee_without_a_zone_is_refused(kind: Kind) -> None:
    kind.attendee()
    assert_refused(kind.attendee_model._default_manager.all(), "time_zone_named", {"time_zone": ""})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rows", "name", "fault"),
    [(rows, name, fault) for rows, faults in RULE_FAULTS.items() for name, fault in cases(faults)],
)
def test_rule_out_of_bounds_is_refused(kind: Kind, rows: str, name: str, fault: dict[str, Any]) -> None:
    rules = getattr(kind.provider(), rows)
    rules.create(**RULES[rows])
    assert_refused(rules.all(), name, fault)


@pytest.mark.django_db
@pytest.mark.parametrize("rows", ["working_hours", "extra_hours"])
def test_hours_twice_from_the_same_time_are_refused(kind: Kind, rows: str) -> None:
    hours = getattr(kind.provider(), rows)
    hours.create(**RULES[rows])
    later = hours.create(**RULES[rows] | {"starts_at": time(12)})
    assert_refused(hours.filter(pk=later.pk), "_once", {"starts_at": time(9)})


JANUARY, FEBRUARY = (date(2030, 1, 1), date(2030, 1, 31)), (date(2030, 2, 1), date(2030, 2, 28))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("first", "second", "is_refused"),
    [
        (JANUARY, FEBRUARY, False),
        (JANUARY, (date(2030, 1, 31), None), True),  # the last day is part of it
        ((None, date(2030, 1, 31)), (date(2030, 2, 1), None), False),
        ((None, None), FEBRUARY, True),
        ((None, None), (None, None), True),
    ],
)
def test_hours_from_the_same_time_while_both_are_valid_are_refused(
    kind: Kind, first: tuple[Any, Any], second: tuple[Any, Any], *, is_refused: bool
) -> None:
    hours = kind.provider().working_hours
    for valid_from, valid_until in (first, second):
        row = hours.model(provider=hours.instance, valid_from=valid_from, valid_until=valid_until)
        for name, value in RULES["working_hours"].items():
            setattr(row, name, value)
        if hours.exists() and is_refused:
            with pytest.raises(IntegrityError, match="_once"), transaction.atomic():
                row.save()
        else:
            row.save()


@pytest.mark.django_db
def test_hours_of_others_or_of_another_day_may_start_at_the_same_time(kind: Kind) -> None:
    for hours in (kind.provider().working_hours, kind.provider().working_hours):
        for weekday in (0, 1):
            hours.create(**RULES["working_hours"] | {"weekday": weekday})
        assert hours.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "fault"), cases(SERVICE_FAULTS))
def test_service_out_of_bounds_is_refused(kind: Kind, name: str, fault: dict[str, Any]) -> None:
    kind.service()
    assert_refused(kind.service_model._default_manager.all(), name, fault)


@pytest.mark.django_db
def test_service_of_the_same_name_in_other_letters_is_refused(kind: Kind) -> None:
    kind.service(name="First consultation")
    other = kind.service()
    assert_refused(
        kind.service_model._default_manager.filter(pk=other.pk), "service_name", {"name": "FIRST Consultation"}
    )


@pytest.mark.django_db
def test_unknown_service_in_an_outer_transaction_fails_at_the_statement(kind: Kind) -> None:
    rows, unknown = kind.model.objects.filter(pk=kind.book(span(10, 11)).pk), {"service_id": 2**40}
    with transaction.atomic():
        with pytest.raises(IntegrityError, match="_service_id_"), transaction.atomic():
            rows.update(**unknown)
        assert kind.book(span(10, 11)).pk  # the outer transaction goes on


@pytest.mark.django_db
def test_delete_of_a_booked_service_is_refused(kind: Kind) -> None:
    service = kind.service()
    named = {"service": service}
    kind.model.objects.filter(pk=kind.book(span(10, 11)).pk).update(**named)
    with pytest.raises(ProtectedError):
        service.delete()
    delete = f"DELETE FROM {service._meta.db_table} WHERE id = %s"
    with pytest.raises(IntegrityError, match="_service_id_"), transaction.atomic():
        connection.cursor().execute(delete, [service.pk])


@pytest.mark.django_db
@pytest.mark.parametrize("hash_id", HASH_IDS)
def test_hash_id_with_other_characters_is_refused(hash_id: str) -> None:
    sessions = KINDS[0]
    sessions.provider(), sessions.attendee()
    for people in (sessions.provider_model, sessions.attendee_model):
        assert_refused(people._default_manager.all(), "hash_id_plain", {people.key_field: hash_id})


@pytest.mark.django_db
def test_faults_of_people_rules_and_services_are_all_tested(kind: Kind) -> None:
    tables: dict[Any, Any] = {
        kind.provider_model: PROVIDER_FAULTS | {"login": []},
        kind.attendee_model: PROVIDER_FAULTS | {"login": []},
        kind.service_model: SERVICE_FAULTS | {"name": []},
    }
    for rows, faults in RULE_FAULTS.items():
        tables[kind.provider_model._meta.get_field(rows).related_model] = faults | {"once": []}
    for model, faults in tables.items():
        prefix = f"{model._meta.app_label}_{model._meta.model_name}_"
        names = {constraint.name.removeprefix(prefix) for constraint in model._meta.constraints}
        assert names <= {*faults, "hash_id_plain"}


def fill(kind: Kind) -> None:
    """20,000 bookings, 1,000 for each of 20 pairs, back to back."""
    names, table = kind.model.request_names, kind.model._meta.db_table
    providers, attendees = kind.provider_model._meta.db_table, kind.attendee_model._meta.db_table
    for _ in range(20):
        kind.provider(), kind.attendee()
    length, minutes = (", duration", ", 60") if kind.plural == "sessions" else ("", "")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO {table} (created_at, updated_at, {names["provider"]}, {names["attendee"]}, {names["start"]},
                end_at, busy_from, busy_until, status, revision, uid, is_overbooked, override_reason, note,
                cancel_reason {length})
            SELECT now(), now(), p.key, a.key, t, t + interval '1 hour', t, t + interval '1 hour', 'booked', 1,
                gen_random_uuid(), false, '', '', '' {minutes}
            FROM (SELECT {kind.provider_model.key_field} AS key, row_number() OVER () AS n FROM {providers}) p
            JOIN (SELECT {kind.attendee_model.key_field} AS key, row_number() OVER () AS n FROM {attendees}) a USING (n)
            CROSS JOIN generate_series(%s::timestamptz, %s::timestamptz + interval '999 hours', '1 hour') t
            """,
            [at(0, day=1), at(0, day=1)],
        )
        assert cursor.rowcount == 20_000
        cursor.execute(f"ANALYZE {table}")


@pytest.mark.django_db
def test_find_overlaps_reads_the_btrees(kind: Kind) -> None:
    """btree_gist has no cross-type operators: a look-up by range would scan a constraint's whole index."""
    fill(kind)
    booked = kind.model.objects.order_by("pk")[500]
    clash = kind.build(booked.span, provider=booked.provider, attendee=booked.attendee)
    clash.busy_from, clash.busy_until, clash.end_at = clash.start_at, booked.end_at, booked.end_at
    with CaptureQueriesContext(connection) as queries:
        assert list(find_overlaps(clash)) == ["provider", "attendee"]
    assert len(queries) == 1
    plan = explain(queries[0]["sql"])
    for party in ("provider", "attendee"):
        assert f"{kind.model._meta.model_name}_{party}_start" in plan
    bounded = re.compile(rf"\b{kind.model.request_names['start']}\b\W+(<|>) ")
    conditions = re.findall("Index Cond: (.*)", plan)
    assert [sorted(set(bounded.findall(condition))) for condition in conditions] == [["<", ">"]] * 2
    assert "Seq Scan" not in plan
    assert "no_overlap" not in plan


def explain(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}")
        return "\n".join(line for (line,) in cursor.fetchall())


def test_kinds_are_all_booking_models_there_are() -> None:
    assert {model for model in apps.get_models() if issubclass(model, Booking)} == {kind.model for kind in KINDS}
