"""Both kinds of booking as the benchmarks write them: the parties, the times, the request, and the plain INSERT.

Nothing conflicts: each client has providers and attendees of its own and fills their days slot by slot.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

CLIENTS = 16
PROVIDERS_PER_CLIENT = 8
PEOPLE = CLIENTS * PROVIDERS_PER_CLIENT

ZONE = "Asia/Jakarta"
OPENING = datetime(2030, 1, 1, 1, tzinfo=UTC)  # eight o'clock in ZONE
OPEN_MINUTES = 600
SLOT_MINUTES = 30
SLOTS_A_DAY = OPEN_MINUTES // SLOT_MINUTES
DAYS_A_RUN = 60
RACE_DAY = 40 * 365  # after OPENING: beyond all runs


@dataclass(frozen=True)
class Kind:
    """One kind of booking. The placeholders are `{provider}`, `{attendee}`, `{start}`, `{end}` and `{user}`."""

    name: str
    """The collection's name in paths and tables."""
    envelope: str
    request: Callable[[int, int, datetime], dict[str, object]]
    """The request for a provider, an attendee (both numbered from 1) and a start."""
    columns: str
    values: str
    """What the INSERT writes beside the common columns, with placeholders."""
    from_request: Mapping[str, str]
    """The placeholders as psycopg fills them from the request."""
    id_in_pgbench: str
    """The public id of the person numbered `:person`."""

    @property
    def bare_table(self) -> str:
        """The table with the site's columns and constraints for INSERTs without rules."""
        return f"bench_{self.name}"

    def body(self, provider: int, attendee: int, start: datetime) -> bytes:
        return json.dumps({self.envelope: self.request(provider, attendee, start)}).encode()

    def insert(self, placeholders: Mapping[str, str]) -> str:
        """The plain INSERT with these texts in place of the placeholders."""
        user = placeholders["user"]
        values = self.values.format(**placeholders)
        return (
            f"INSERT INTO {self.bare_table} (created_at, updated_at, status, revision, uid, is_overbooked,"
            f" override_reason, note, cancel_reason, booked_by_id, {self.columns})"
            f" VALUES (now(), now(), 'booked', 1, gen_random_uuid(), false, '', '', '', {user}, {values})"
        )


def hash_id(number: int) -> str:
    """The public id of a coach or client."""
    return f"bench-{number}"


def nth_booking(client: int, n: int, run: int) -> tuple[int, datetime]:
    """The number of both parties, and the start, in a client's n-th request of a run."""
    day, slot = divmod(n // PROVIDERS_PER_CLIENT, SLOTS_A_DAY)
    if day >= DAYS_A_RUN:
        raise ValueError("A run has more bookings than its days hold: raise DAYS_A_RUN.")
    number = 1 + client * PROVIDERS_PER_CLIENT + n % PROVIDERS_PER_CLIENT
    return number, OPENING + timedelta(days=run * DAYS_A_RUN + day, minutes=slot * SLOT_MINUTES)


def race_start(race: int) -> datetime:
    """The start of the slot of one race."""
    day, slot = divmod(race, SLOTS_A_DAY)
    return OPENING + timedelta(days=RACE_DAY + day, minutes=slot * SLOT_MINUTES)


def _instant(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


APPOINTMENTS = Kind(
    name="appointments",
    envelope="appointment",
    request=lambda provider, attendee, start: {
        "doctor_id": provider,
        "patient_id": attendee,
        "start_at": _instant(start),
        "end_at": _instant(start + timedelta(minutes=SLOT_MINUTES)),
    },
    columns="doctor_id, patient_id, start_at, end_at, busy_from, busy_until",
    values="{provider}, {attendee}, {start}, {end}, {start}, {end}",
    from_request={
        "provider": "%(doctor_id)s",
        "attendee": "%(patient_id)s",
        "start": "%(start_at)s",
        "end": "%(end_at)s",
        "user": "%(user)s",
    },
    id_in_pgbench=":person",
)
SESSIONS = Kind(
    name="sessions",
    envelope="session",
    request=lambda provider, attendee, start: {
        "coach_hash_id": hash_id(provider),
        "client_hash_id": hash_id(attendee),
        "start": _instant(start),
        "duration": SLOT_MINUTES,
    },
    columns="coach_hash_id, client_hash_id, duration, start, end_at, busy_from, busy_until",
    values=f"{{provider}}, {{attendee}}, {SLOT_MINUTES}, {{start}}, {{end}}, {{start}}, {{end}}",
    from_request={
        "provider": "%(coach_hash_id)s",
        "attendee": "%(client_hash_id)s",
        "start": "%(start)s",
        "end": "%(start)s::timestamptz + %(duration)s * interval '1 minute'",
        "user": "%(user)s",
    },
    id_in_pgbench="'bench-' || :person",
)
KINDS = {kind.name: kind for kind in (APPOINTMENTS, SESSIONS)}
