"""The first people of both kinds, their services, and the demo's logins."""

from collections import Counter
from collections.abc import Iterable
from datetime import time
from typing import Any

from django.db import connection

from accounts.demo import DEMO_LOGINS
from accounts.models import User
from appointments.models import AppointmentService, Doctor, Patient
from bookings.actions.delete_logins import delete_logins
from bookings.core.transactions import unit_of_work
from bookings.models import Provider
from bookings.models.people import P, Person
from scheduling.models import Client, Coach, SessionService

LOCK = 7_233_601  # any number that no other advisory lock of ours has
JAKARTA = "Asia/Jakarta"

COACHES = {"123": "Coach Carter", "456": "Coach Kim"}
CLIENTS = {"123": "Casey Client", "456": "Charlie Client"}
DOCTORS = {
    "Dr. Strange": ((0, 1, 2, 3, 4), time(9), 8 * 60),
    "Dr. Who": ((0, 2, 4), time(10), 4 * 60),
}
"""Name -> weekdays (Monday is 0), start and minutes of the working hours."""
PATIENTS = ("Patient Zero", "Patient One")

APPOINTMENTS = {"First consultation": 60, "Follow-up": 30}
SESSIONS = {"Introduction": 30, "Coaching hour": 60}
"""A service's name -> its minutes."""

LINKS: dict[str, tuple[type[Person], dict[str, str]]] = {
    "doctor": (Doctor, {"name": "Dr. Strange"}),
    "patient": (Patient, {"name": "Patient Zero"}),
    "coach": (Coach, {"coach_hash_id": "123"}),
    "client": (Client, {"client_hash_id": "456"}),
}
"""A demo login's role -> the person that it is."""


@unit_of_work
def seed_people(*, with_demo_logins: bool = False) -> Counter[str]:
    """Add what is missing and return how many of each; existing rows stay as somebody has edited them.

    Coaches and clients are recognised by their hash ids. Doctors and patients have only a name, which may be edited, so
    they are made only in an empty table; so are the services of each kind, which all its providers offer.
    One transaction. A second seed waits for the first to end, then finds everything there.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '60s'")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    made: Counter[str] = Counter()
    for hash_id, name in COACHES.items():
        made["coaches"] += Coach.objects.get_or_create(coach_hash_id=hash_id, defaults={"name": name})[1]
    for hash_id, name in CLIENTS.items():
        made["clients"] += Client.objects.get_or_create(client_hash_id=hash_id, defaults={"name": name})[1]
    doctors = _make_first(Doctor, DOCTORS)
    for doctor in doctors:
        _give_hours(doctor, *DOCTORS[doctor.name])
    made["doctors"] += len(doctors)
    made["patients"] += len(_make_first(Patient, PATIENTS))
    made["services"] += _make_services(AppointmentService, APPOINTMENTS) + _make_services(SessionService, SESSIONS)
    if with_demo_logins:
        made["demo logins"] += sum(_make_login(*login) for login in DEMO_LOGINS)
    return +made


def _make_first(people: type[P], names: Iterable[str]) -> list[P]:
    """Make these people with the ids 1, 2, ..., unless the table has rows; the documented calls use id 1.

    The sequence alone would not give these ids, because a failed insert uses up numbers.
    """
    if people._default_manager.exists():
        return []
    made = [
        people._default_manager.create(id=number, name=name, time_zone=JAKARTA)
        for number, name in enumerate(names, start=1)
    ]
    _advance_sequence(people)
    return made


def _advance_sequence(people: type[Person]) -> None:
    """Let the next id follow the given ones. Never backwards: an id must not be used twice."""
    table = people._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
        (sequence,) = cursor.fetchone()
        cursor.execute(
            f"SELECT setval(%s, greatest((SELECT max(id) FROM {table}), (SELECT last_value FROM {sequence})))",  # noqa: S608
            [sequence],
        )


def _give_hours(provider: Provider, weekdays: tuple[int, ...], starts_at: time, minutes: int) -> None:
    """Add the same hours on each of these weekdays."""
    hours = provider.working_hours
    same: dict[str, object] = {"provider": provider, "starts_at": starts_at, "minutes": minutes}
    hours.bulk_create(hours.model(weekday=weekday, **same) for weekday in weekdays)


def _make_services(services: Any, minutes: dict[str, int]) -> int:
    """Add these services, offered by all providers of the kind, unless there are any; returns how many."""
    if services.objects.exists():
        return 0
    providers = list(services.providers.field.related_model.objects.all())
    for name, duration in minutes.items():
        services.objects.create(name=name, duration_minutes=duration).providers.set(providers)
    return len(minutes)


def _make_login(role: str, email: str, password: str) -> bool:
    """Make a demo login and link it to its person, unless the address has a login."""
    if User.objects.filter(email=email).exists():
        return False
    is_admin = role == "admin"
    is_staff = is_admin or role == "desk"
    user = User.objects.create_user(email, password, is_staff=is_staff, is_superuser=is_admin, is_demo=True)
    if role in LINKS:
        people, key = LINKS[role]
        person = people._default_manager.filter(**key, user=None).order_by("pk").first()
        if person is not None:
            person.user = user
            person.save(update_fields=["user", "updated_at"])
    return True


def remove_demo_logins() -> int:
    """Delete the demo logins with their sessions and tokens; the people stay. Returns how many there were."""
    return delete_logins(list(User.objects.filter(is_demo=True).values_list("pk", flat=True)))
