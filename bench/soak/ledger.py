"""Compares, at the end, what the clients were told with what the database holds: each change exactly once."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg import sql

from bench.soak.checks import TABLES
from bench.soak.plan import Effect, Outcome

DEFINITE = frozenset({200, 201, 403, 404, 409, 412, 422})
EXAMPLES = 3


@dataclass(frozen=True)
class Row:
    """One row of the history."""

    status: str
    start: datetime
    end: datetime
    expires_at: datetime | None
    is_by_job: bool


Written = dict[tuple[str, int, int], Row]
"""The kind, the booking's id and its revision -> what was written."""
Told = Counter[tuple[str, int, int]]
"""The same key -> how often the change was acknowledged."""
Faults = dict[str, Sequence[object]]
"""A sort of violation -> the changes that have it."""


def compare(connection: psycopg.Connection, outcomes: Sequence[Outcome]) -> Iterator[str]:
    """A sentence for each change that was acknowledged but not written, or written but not acknowledged."""
    written = _read_history(connection)
    yield from _wrong_answers(outcomes)
    yield from _wrong_effects(outcomes, written)
    yield from _wrong_keys(connection, outcomes)


def expired(connection: psycopg.Connection) -> int:
    """How many expired bookings were cancelled, by the job or by a booking that needed their time."""
    return sum(row.is_by_job for row in _read_history(connection).values())


def _wrong_answers(outcomes: Sequence[Outcome]) -> Iterator[str]:
    wrong = Counter((o.action, o.status, o.code) for o in outcomes if o.status not in DEFINITE)
    for (action, status, code), count in wrong.items():
        yield f"{count} times {action} was answered with {status} {code}"


def _wrong_effects(outcomes: Sequence[Outcome], written: Written) -> Iterator[str]:
    """Each acknowledged change is there as acknowledged; nothing else is there, so nothing was done twice."""
    effects = [effect for outcome in outcomes for effect in outcome.effects]
    told = Counter(map(_name, effects))
    faults = _wrongly_told(effects, told, written) | _wrongly_written(told, written)
    for what, found in faults.items():
        if found:
            yield f"{len(found)} changes {what}, such as {found[:EXAMPLES]}"


def _wrongly_told(effects: Sequence[Effect], told: Told, written: Written) -> Faults:
    return {
        "acknowledged and not in the database": [e for e in effects if _name(e) not in written],
        "acknowledged with other values than written": [
            e for e in effects if (row := written.get(_name(e))) and not _says(e, row)
        ],
        "acknowledged to two operations": [name for name, count in told.items() if count > 1],
    }


def _wrongly_written(told: Told, written: Written) -> Faults:
    return {
        "written and acknowledged to nobody": [
            name for name, row in written.items() if not row.is_by_job and name not in told
        ],
        "both by the job and acknowledged": [name for name, row in written.items() if row.is_by_job and name in told],
    }


def _wrong_keys(connection: psycopg.Connection, outcomes: Sequence[Outcome]) -> Iterator[str]:
    """The stored answers are those that were given, and only to operations that succeeded."""
    kept = {row[0]: row[1] for row in connection.execute("SELECT key, status FROM idempotency_records")}
    given = {outcome.key: outcome.status for outcome in outcomes if 200 <= outcome.status < 300}
    if kept != given:
        differing = sorted(key for key, _status in kept.items() ^ given.items())
        yield f"{len(differing)} keys whose kept answer is not the given one, such as {differing[:EXAMPLES]}"


def _read_history(connection: psycopg.Connection) -> Written:
    written: Written = {}
    for table in TABLES:
        statement = sql.SQL(
            "SELECT pgh_obj_id, revision, status, {start}, end_at, expires_at, changed_via = 'job' FROM {history}"
        ).format(start=sql.Identifier(table.start), history=sql.Identifier(table.history))
        for pk, revision, *values in connection.execute(statement):
            written[table.bookings, pk, revision] = Row(*values)
    return written


def _name(effect: Effect) -> tuple[str, int, int]:
    return effect.kind, effect.pk, effect.revision


def _says(effect: Effect, row: Row) -> bool:
    """Whether the answer agrees with what was written; a booking that expired meanwhile is reported as cancelled."""
    may_have_expired = effect.status == "cancelled" and row.status == "pending" and row.expires_at is not None
    times: tuple[object, ...] = datetime.fromisoformat(effect.start), datetime.fromisoformat(effect.end)
    return times == (row.start, row.end) and (effect.status == row.status or may_have_expired)
