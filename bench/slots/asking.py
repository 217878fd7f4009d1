"""The questions, each asked in one way, timed and compared with the right answer."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import psycopg
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from appointments.models import Appointment, Doctor
from bench.errors import BenchError
from bench.slots.data import PROVIDERS, Layout
from bench.slots.meter import Cost, Meter, ours_and
from bookings.core.interval import Interval
from bookings.schedule.slots import SlotQuery, find_earliest, find_slots, schedule_for
from bookings.schedule.terms import BookingTerms

TIMES = "SELECT busy_from, busy_until FROM appointments WHERE doctor_id = %s AND start_at >= %s AND start_at < %s"
ROWS = "SELECT * FROM appointments WHERE doctor_id = %s AND start_at >= %s AND start_at < %s"
EVERYBODY = "SELECT doctor_id, busy_from, busy_until FROM appointments WHERE start_at >= %s AND start_at < %s"

LIMIT = 20
"""How many earliest slots are asked for."""
FURTHEST = timedelta(days=62)
"""How far ahead earliest slots may be; here they are on the first day."""
SOON = timedelta(days=2)
"""The days whose bookings the bare statement for everybody fetches."""
VISITOR = BookingTerms()


def fetch(plain: "psycopg.Connection", statement: str, *values: object) -> Cost:
    """Run a bare statement and fetch its rows with psycopg, which prepares repeated statements."""
    with Meter(ours_and(plain.info.backend_pid)) as meter:
        rows = plain.execute(statement, values).fetchall()
    if not rows:
        raise BenchError("A bare statement found nothing.")
    return meter.cost


def slots(layout: Layout, provider: int) -> Cost:
    """The slots of one provider over the asked days, from our engine."""
    now, until = layout.window
    query = SlotQuery(Appointment, Interval(now, until), VISITOR, now)
    with Meter(ours_and(_backend())) as meter:
        schedule = schedule_for(query, provider)
        found = find_slots(query, schedule) if schedule else []
    expect("The engine", [slot.span.start for slot in found], layout.free_starts(provider))
    return meter.cost


def earliest(layout: Layout, providers: int = PROVIDERS) -> Cost:
    """The earliest slots over all providers, from our engine; `providers` is how many there are."""
    now, _ = layout.window
    query = SlotQuery(Appointment, Interval(now, now + FURTHEST), VISITOR, now)
    with Meter(ours_and(_backend())) as meter:
        found = find_earliest(query, limit=LIMIT)
    right = layout.earliest_free(providers, LIMIT)
    expect("The engine", [(slot.span.start, slot.provider) for slot in found], right)
    return meter.cost


def _backend() -> int:
    """The process of the database that serves Django's connection."""
    connection.ensure_connection()
    pid: int = connection.connection.info.backend_pid
    return pid


def statements(question: Callable[[], object]) -> int:
    """The number of statements of a question. It is asked twice, so that what is read once a process does not count."""
    question()
    with CaptureQueriesContext(connection) as queries:
        question()
    return len(queries)


def statements_of_earliest(layout: Layout, providers: int) -> int:
    """The number of statements for the earliest slots while only so many providers take bookings."""
    with transaction.atomic():
        Doctor.objects.filter(pk__gt=providers).update(is_active=False)
        try:
            return statements(lambda: earliest(layout, providers))
        finally:
            transaction.set_rollback(True)


def expect(who: str, found: list[Any], right: list[Any]) -> None:
    """Raise BenchError unless the answer is right."""
    if found != right:
        differing = sorted(set(found) ^ set(right))
        raise BenchError(f"{who} found {len(found)} slots, {len(right)} are free; wrong are {_few(differing)}.")


def wall(at: datetime) -> str:
    """The wall time of `at` in its own zone, as the peer writes it."""
    return at.replace(tzinfo=None).isoformat()


def _few(values: list[Any]) -> str:
    return ", ".join(str(value) for value in values[:3]) or "only the order"
