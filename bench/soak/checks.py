"""What must hold at every moment, checked in plain SQL without the constraints' own operators and our code."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import psycopg
from psycopg import sql


@dataclass(frozen=True)
class Table:
    """The tables and columns of a kind."""

    bookings: str
    history: str
    provider: str
    attendee: str
    start: str


TABLES = (
    Table("sessions", "session_history", "coach_hash_id", "client_hash_id", "start"),
    Table("appointments", "appointment_history", "doctor_id", "patient_id", "start_at"),
)

OVERLAPS = """
    SELECT count(*) FROM (
        SELECT {since} < max({until}) OVER (PARTITION BY {party} ORDER BY {since}, id
                                            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS is_taken
          FROM {bookings} WHERE status <> 'cancelled' AND NOT is_overbooked
    ) AS each WHERE is_taken
"""
HISTORY = """
    WITH told AS (
        SELECT pgh_obj_id AS id, count(*) AS rows, count(DISTINCT revision) AS revisions,
               min(revision) AS first, max(revision) AS last FROM {history} GROUP BY pgh_obj_id
    )
    SELECT count(*) FILTER (WHERE told.id IS NULL),
           count(*) FILTER (WHERE b.id IS NULL),
           count(*) FILTER (WHERE rows <> revisions OR first <> 1 OR last <> revisions),
           count(*) FILTER (WHERE last <> b.revision)
      FROM told FULL JOIN {bookings} b USING (id)
"""
LATEST = """
    SELECT count(*) FROM {bookings} b JOIN {history} h ON h.pgh_obj_id = b.id AND h.revision = b.revision
     WHERE (h.status, h.{start}, h.end_at, h.is_overbooked, h.{provider}, h.{attendee})
        IS DISTINCT FROM (b.status, b.{start}, b.end_at, b.is_overbooked, b.{provider}, b.{attendee})
"""
HISTORY_FAULTS = (
    "bookings without history",
    "history without a booking",
    "histories with a gap or a revision twice",
    "bookings at another revision than their history",
)


def find_violations(connection: psycopg.Connection) -> Iterator[str]:
    """A sentence for each violation. Each statement sees one snapshot."""
    for table in TABLES:
        for what, count in _counts(connection, table).items():
            if count:
                yield f"{table.bookings}: {count} {what}"


def _counts(connection: psycopg.Connection, table: Table) -> Mapping[str, int]:
    names = {name: sql.Identifier(value) for name, value in vars(table).items()}

    def ask(statement: str, **more: str) -> tuple[int, ...]:
        parts = {**names, **{name: sql.Identifier(value) for name, value in more.items()}}
        rows = connection.execute(sql.SQL(statement).format(**parts)).fetchall()
        return tuple(rows[0])

    at_provider = ask(OVERLAPS, party=table.provider, since="busy_from", until="busy_until")
    of_attendee = ask(OVERLAPS, party=table.attendee, since=table.start, until="end_at")
    return {
        "overlaps at a provider": at_provider[0],
        "overlaps of an attendee": of_attendee[0],
        **dict(zip(HISTORY_FAULTS, ask(HISTORY), strict=True)),
        "bookings that differ from their history": ask(LATEST)[0],
    }
