"""The peer, django-appointment: an environment and tables of its own, and the same bookings in them."""

import json
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any, Self

import psycopg

from bench.errors import BenchError
from bench.slots import peer_site
from bench.slots.data import ZONE
from bench.slots.databases import Databases, Size
from bench.slots.guards import without_guards
from bench.slots.meter import Cost, used_by

VERSION = "3.12.0"
NAME = f"django-appointment {VERSION}"
REQUIREMENTS = (
    f"django-appointment=={VERSION}",
    *(f"{name}=={version(name)}" for name in ("Django", "psycopg", "psycopg-binary")),
)
"""The same Django and psycopg as this site has: only the peer differs."""


class PeerMissingError(Exception):
    """The peer cannot be measured here; the message says why."""


def install(var: Path) -> Path:
    """The Python of the peer's environment below `var`, which is made when missing. Raises PeerMissingError."""
    home = var / f"bench-peer-{VERSION}"
    python = home / "bin" / "python"
    done = home / ".installed"
    if not done.exists() or done.read_text() != "\n".join(REQUIREMENTS):
        _run([sys.executable, "-m", "venv", "--clear", str(home)])
        _run([str(python), "-m", "pip", "install", "--quiet", *REQUIREMENTS])
        done.write_text("\n".join(REQUIREMENTS))
    return python


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["it says nothing"]
        raise PeerMissingError(f"`{' '.join(command[1:4])}` failed: {lines[-1]}")


class Peer:
    """A process of the peer that asks one database."""

    def __init__(self, python: Path, databases: Databases, size: Size) -> None:
        self.size = size
        self._log = tempfile.TemporaryFile("w+")  # noqa: SIM115  as long as the process
        self._process = subprocess.Popen(
            [str(python), peer_site.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        place = {"name": size.database, "user": databases.user, "host": databases.host, "zone": ZONE}
        self._backend = self._ask("start", place)["backend"]
        with databases.connect(size.database) as plain:
            if plain.execute("SELECT to_regclass('peer.filled')").fetchone() == (None,):
                plain.execute("DROP SCHEMA IF EXISTS peer CASCADE")
                plain.execute("CREATE SCHEMA peer")
                self._ask("make_tables")
                fill(plain)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *args: object) -> None:
        self._pipe(self._process.stdin).close()
        self._process.wait()
        self._log.close()

    def slots(self, provider: int, days: int) -> tuple[Cost, list[str]]:
        """The cost, and the starts as wall times without an offset."""
        used = used_by(self._backend)
        answer = self._ask("slots", provider, self.size.layout.monday.isoformat(), days)
        return Cost(answer["wall"], answer["cpu"] + used_by(self._backend) - used), answer["starts"]

    def statements(self, provider: int, days: int) -> int:
        """The number of statements of the same question."""
        answer = self._ask("count_statements", provider, self.size.layout.monday.isoformat(), days)
        return int(answer["statements"])

    def _ask(self, what: str, *values: object) -> Any:
        requests = self._pipe(self._process.stdin)
        requests.write(json.dumps({"do": what, "with": values}) + "\n")
        requests.flush()
        line = self._pipe(self._process.stdout).readline()
        if not line:
            self._log.seek(0)
            lines = self._log.read().strip().splitlines() or ["it says nothing"]
            raise BenchError(f"{NAME} ended while it was asked to {what}: {lines[-1]}")
        return json.loads(line)

    @staticmethod
    def _pipe(pipe: IO[str] | None) -> IO[str]:
        if pipe is None:
            raise BenchError(f"{NAME} does not listen.")
        return pipe


PEOPLE = """
    INSERT INTO peer.auth_user (id, password, is_superuser, username, first_name, last_name, email, is_staff,
                                is_active, date_joined)
    SELECT id, '', false, 'staff-' || id, name, '', '', false, true, now() FROM doctors;
    INSERT INTO peer.auth_user (id, password, is_superuser, username, first_name, last_name, email, is_staff,
                                is_active, date_joined)
    SELECT 1000000 + id, '', false, 'client-' || id, '', '', '', false, true, now() FROM patients;
    INSERT INTO peer.appointment_service (id, name, duration, price, down_payment, currency, background_color,
                                          reschedule_limit, allow_rescheduling, use_service_duration_as_slot,
                                          created_at, updated_at)
    VALUES (1, 'Visit', '30 minutes', 0, 0, 'USD', '', 0, true, false, now(), now());
    INSERT INTO peer.appointment_staffmember (id, user_id, slot_duration, appointment_buffer_time, slot_gap_time,
                                              work_on_saturday, work_on_sunday, created_at, updated_at)
    SELECT id, id, slot_minutes, 0, 0, false, false, now(), now() FROM doctors;
    INSERT INTO peer.appointment_staffmember_services_offered (staffmember_id, service_id) SELECT id, 1 FROM doctors;
    INSERT INTO peer.appointment_workinghours (staff_member_id, day_of_week, start_time, end_time,
                                               created_at, updated_at)
    SELECT provider_id, (weekday + 1) % 7, min(starts_at), min(starts_at) + sum(minutes) * interval '1 minute',
           now(), now()
      FROM doctor_hours GROUP BY provider_id, weekday
"""
"""The peer knows only one interval a day: morning and afternoon together. Its Sunday is 0."""
REQUESTS = f"""
    INSERT INTO peer.appointment_appointmentrequest (id, date, start_time, end_time, service_id, staff_member_id,
                                                     payment_type, id_request, reschedule_attempts,
                                                     created_at, updated_at)
    SELECT id, (start_at AT TIME ZONE '{ZONE}')::date, (start_at AT TIME ZONE '{ZONE}')::time,
           (end_at AT TIME ZONE '{ZONE}')::time, 1, doctor_id, 'full', uid::text, 0, created_at, updated_at
      FROM appointments
"""
APPOINTMENTS = """
    INSERT INTO peer.appointment_appointment (client_id, appointment_request_id, phone, want_reminder, paid,
                                              amount_to_pay, id_request, created_at, updated_at)
    SELECT 1000000 + patient_id, id, '', false, true, 0, uid::text, created_at, updated_at FROM appointments
"""


def fill(connection: "psycopg.Connection") -> None:
    """The same people and bookings, in the same order; indexes and constraints stand afterwards."""
    connection.execute("SET maintenance_work_mem = '1GB'")
    connection.execute("SET synchronous_commit = off")
    connection.execute(PEOPLE)
    with without_guards(connection, "peer.appointment_appointment"):
        with without_guards(connection, "peer.appointment_appointmentrequest"):
            connection.execute(REQUESTS)
        connection.execute(APPOINTMENTS)
    connection.execute("CREATE TABLE peer.filled ()")
    connection.execute("VACUUM (ANALYZE)")
