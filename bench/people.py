"""The rows that a benchmark needs, and the check of the rows that it leaves."""

from datetime import time

from django.db import connection

from accounts.models import Token, User
from appointments.models import Doctor, DoctorHours, Patient
from bench.errors import BenchError
from bench.kinds import KINDS, OPEN_MINUTES, PEOPLE, ZONE, hash_id
from scheduling.models import Client, Coach, CoachHours

HOURS: dict[str, object] = {"starts_at": time(8), "minutes": OPEN_MINUTES}

COPY_FOREIGN_KEYS = """
    DO $$ DECLARE definition text; BEGIN
        FOR definition IN SELECT pg_get_constraintdef(oid) FROM pg_constraint
                           WHERE conrelid = '{table}'::regclass AND contype = 'f'
        LOOP EXECUTE 'ALTER TABLE {copy} ADD ' || definition; END LOOP;
    END $$
"""


def make_people() -> None:
    """Providers and attendees numbered from 1; the providers work from eight to six, every day."""
    numbers = range(1, PEOPLE + 1)
    Doctor.objects.bulk_create(Doctor(pk=n, name=f"Doctor {n}", time_zone=ZONE) for n in numbers)
    Patient.objects.bulk_create(Patient(pk=n, name=f"Patient {n}") for n in numbers)
    Coach.objects.bulk_create(Coach(pk=n, coach_hash_id=hash_id(n), name=f"Coach {n}", time_zone=ZONE) for n in numbers)
    Client.objects.bulk_create(Client(pk=n, client_hash_id=hash_id(n)) for n in numbers)
    days = [(n, day) for n in numbers for day in range(7)]
    DoctorHours.objects.bulk_create(DoctorHours(provider_id=n, weekday=day, **HOURS) for n, day in days)
    CoachHours.objects.bulk_create(CoachHours(provider_id=n, weekday=day, **HOURS) for n, day in days)


def make_token() -> str:
    """Make a token of the desk, and return its key."""
    desk = User.objects.create_user("desk@bench.example", is_staff=True)
    _, key = Token.objects.create(desk, name="bench")
    return str(key)


def make_bare_tables() -> None:
    """Make a table for each kind with the columns, indexes and constraints of the site's own."""
    with connection.cursor() as cursor:
        for kind in KINDS.values():
            cursor.execute(f"CREATE TABLE {kind.bare_table} (LIKE {kind.name} INCLUDING ALL)")
            cursor.execute(COPY_FOREIGN_KEYS.format(table=kind.name, copy=kind.bare_table))


def check_rows(answered: dict[str, int]) -> None:
    """Raise BenchError unless each table holds exactly as many rows as bookings were answered with 201."""
    for table, expected in answered.items():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")
            (found,) = cursor.fetchone() or (0,)
        if found != expected:
            raise BenchError(f"{expected} bookings were answered with 201, but {table} holds {found}.")


def server_version() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (version,) = cursor.fetchone() or ("",)
    return str(version)
