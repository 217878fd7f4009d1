"""`manage.py seed`."""

import os
import subprocess
import sys
from typing import Any

import pytest
from django.core.management import CommandError
from django.db import connection
from django.test import Client as Browser

from accounts.demo import DEMO_LOGINS
from accounts.models import User
from appointments.models import AppointmentService, Doctor, Patient
from booking_site.runtime.preflight import refuse_demo_logins
from booking_site.seeding.people import seed_people
from scheduling.models import Client, Coach, SessionService
from tests.support.concurrency import in_thread
from tests.support.environment import BASE_DIR
from tests.support.kinds import Kind
from tests.support.seeding import seed
from tests.support.session_factories import ClientFactory, CoachFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo_mode(settings: Any) -> None:
    """As in the embedded database of a fresh checkout."""
    settings.DEBUG = settings.DEMO_MODE = settings.EMBEDDED_DATABASE = True


def people() -> list[Any]:
    """Everything that the plain seed makes."""
    tables: list[Any] = [Coach, Client, Doctor, Patient, User, Doctor.working_hours.rel.related_model]
    tables += [AppointmentService, SessionService, Doctor.services.through, Coach.services.through]
    return [list(table.objects.order_by("pk").values()) for table in tables]


def test_seed_makes_the_people_of_both_services() -> None:
    out, _err = seed()

    assert out == "Made 2 coaches, 2 clients, 2 doctors, 2 patients, 4 services.\n"
    assert set(Coach.objects.values_list("coach_hash_id", flat=True)) == {"123", "456"}
    assert set(Client.objects.values_list("client_hash_id", flat=True)) == {"123", "456"}
    assert set(Doctor.objects.values_list("id", "name", "time_zone")) == {
        (1, "Dr. Strange", "Asia/Jakarta"),
        (2, "Dr. Who", "Asia/Jakarta"),
    }
    assert set(Patient.objects.values_list("id", "name")) == {(1, "Patient Zero"), (2, "Patient One")}


def test_seed_gives_doctors_hours_and_coaches_none() -> None:
    seed()

    strange, who = Doctor.objects.order_by("pk")
    days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
    assert [str(hours) for hours in strange.working_hours.all()] == [f"{day} 09:00-17:00" for day in days]
    assert [str(hours) for hours in who.working_hours.all()] == [f"{day} 10:00-14:00" for day in days[::2]]
    assert not Coach.objects.exclude(working_hours=None).exists()


def test_seed_makes_services_that_everybody_offers(kind: Kind) -> None:
    kind.provider()
    seed()

    services = {"sessions": {"Introduction": 30, "Coaching hour": 60}}
    services["appointments"] = {"First consultation": 60, "Follow-up": 30}
    found: Any = kind.service_model._default_manager.all()
    assert dict(found.values_list("name", "duration_minutes")) == services[kind.plural]
    assert [set(service.providers.all()) for service in found] == [set(kind.provider_model._default_manager.all())] * 2


def test_seed_leaves_the_length_of_its_doctors_and_coaches_free(kind: Kind) -> None:
    seed()

    assert not kind.provider_model._default_manager.exclude(slot_minutes=None, slot_step_minutes=None).exists()


def test_seed_makes_services_only_where_there_is_none(kind: Kind) -> None:
    kind.service(name="Our own")
    seed()

    assert [str(service) for service in kind.service_model._default_manager.all()] == ["Our own"]


def test_seed_twice_changes_nothing(demo_mode: None) -> None:
    seed()
    first = people()

    out, _err = seed()

    assert out == "The first people are there already.\n"
    assert people() == first


def test_seed_keeps_what_somebody_edited() -> None:
    seed()
    Doctor.objects.filter(name="Dr. Who").update(time_zone="Europe/London", email="who@example.org")
    Doctor.objects.filter(name="Dr. Strange").update(name="Dr. Stephen Strange")
    Patient.objects.filter(pk=1).delete()
    Coach.objects.filter(pk="123").update(name="Carter")
    Doctor.objects.get(name="Dr. Stephen Strange").working_hours.all().delete()
    edited = people()

    seed()

    assert people() == edited


def test_seed_after_burnt_ids_begins_with_1_and_goes_on_after_them() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('doctors_id_seq', 7), setval('patients_id_seq', 7)")

    seed()

    assert list(Doctor.objects.order_by("pk").values_list("pk", flat=True)) == [1, 2]
    assert (Doctor.objects.create(name="next").pk, Patient.objects.create(name="next").pk) == (8, 8)


def test_seed_on_a_fresh_table_goes_on_with_3() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('doctors_id_seq', 1, false)")

    seed()

    assert Doctor.objects.create(name="next").pk == 3


def test_seed_beside_other_people_adds_only_those_with_hash_ids() -> None:
    Doctor.objects.create(name="Dr. Other")
    Patient.objects.create(name="Other")

    out, _err = seed()

    assert out == "Made 2 coaches, 2 clients, 4 services.\n"


def test_seed_without_demo_mode_makes_no_login() -> None:
    seed()

    assert not User.objects.exists()


def test_seed_in_demo_mode_makes_a_login_for_each_role(demo_mode: None, client: Browser) -> None:
    out, _err = seed()

    assert "6 demo logins" in out
    logins = {login.email.partition("@")[0]: login for login in User.objects.all()}
    assert {name for name, login in logins.items() if login.is_staff} == {"admin", "desk"}
    assert {name for name, login in logins.items() if login.is_superuser} == {"admin"}
    linked = [people.objects.get(user=logins[people.__name__.lower()]) for people in (Doctor, Patient, Coach, Client)]
    assert [person.key for person in linked] == [1, 1, "123", "456"]
    assert all(client.login(email=email, password=password) for _role, email, password in DEMO_LOGINS)


def test_seed_makes_demo_logins_elsewhere_only_when_told(demo_mode: None, settings: Any) -> None:
    settings.EMBEDDED_DATABASE = False
    seed()
    assert not User.objects.exists()

    seed(demo_logins=True)

    assert User.objects.filter(is_demo=True).count() == 6


def test_seed_makes_no_demo_login_that_would_not_work() -> None:
    with pytest.raises(CommandError, match=r"^--demo-logins: .* DEBUG=1 and DEMO_MODE=1\.$"):
        seed(demo_logins=True)
    assert not Coach.objects.exists()


def test_seed_removes_the_demo_logins_and_nobody_else(demo_mode: None) -> None:
    other = User.objects.create_user("desk@example.org")
    seed()

    out, _err = seed(remove_demo_logins=True)

    assert out == "Deleted 6 demo logins.\n"
    assert list(User.objects.all()) == [other]
    assert Doctor.objects.filter(user=None).count() == 2


def test_serve_refuses_while_there_are_demo_logins(demo_mode: None) -> None:
    seed()
    with pytest.raises(CommandError, match=r"^This database has the demo's logins, .*--remove-demo-logins"):
        refuse_demo_logins()

    seed(remove_demo_logins=True)

    refuse_demo_logins()


def test_seed_says_nothing_at_verbosity_0() -> None:
    assert seed(verbosity=0, bookings=20) == ("", "")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_seeds_at_once_make_everything_once() -> None:
    for hash_id in ("123", "456"):  # else their unique ids would make the second seed wait, lock or not
        CoachFactory.create(coach_hash_id=hash_id)
        ClientFactory.create(client_hash_id=hash_id)

    with in_thread(seed_people) as first:
        second = first.meanwhile(seed_people)

    assert not second
    assert (Doctor.objects.count(), Patient.objects.count()) == (2, 2)


@pytest.mark.parametrize(
    "options",
    [
        {"bookings": -1},
        {"bookings": "many"},
        {"bookings": "1.5"},
        {"bookings": "²"},
        {"bookings": 10_000_001},
        {"days": 0},
        {"days": -3},
        {"days": "year"},
        {"random_seed": "x"},
    ],
)
def test_seed_refuses_nonsense_in_one_line(options: dict[str, Any]) -> None:
    with pytest.raises(CommandError, match=r"^--[a-z-]+ \S+: give a whole number from [0-9,]+ to [0-9,]+\.$"):
        seed(**options)
    assert not Coach.objects.exists()


def test_seed_from_the_command_line_says_one_line() -> None:
    command = [sys.executable, str(BASE_DIR / "manage.py"), "seed", "--bookings", "many"]

    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "booking_site.settings"}  # not the suite's

    ended = subprocess.run(command, env=env, capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.strip() == "CommandError: --bookings many: give a whole number from 0 to 10,000,000."
