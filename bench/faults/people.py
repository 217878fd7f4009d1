"""The few people of the site: the desk, one provider and one attendee of each kind."""

from dataclasses import dataclass

ATTENDEE = "attendee@faults.example"


@dataclass(frozen=True)
class People:
    """The ids of the people, and the desk's token."""

    desk_token: str
    doctor: int
    patient: int
    coach: str
    client: str


def make_people() -> People:
    """Make all people; the patient signs in as `ATTENDEE`."""
    # Models cannot be imported before Django is set up, which needs the database's address.
    from accounts.models import Token, User
    from appointments.models import Doctor, Patient
    from scheduling.models import Client, Coach

    desk = User.objects.create_user("desk@faults.example", is_staff=True)
    _, key = Token.objects.create(desk, name="faults")
    doctor = Doctor.objects.create(name="Dr. Example", time_zone="UTC", is_always_open=True)
    patient = Patient.objects.create(name="Ada Example", user=User.objects.create_user(ATTENDEE), time_zone="UTC")
    coach = Coach.objects.create(name="Coach Example", time_zone="UTC")
    client = Client.objects.create(name="Ben Example", time_zone="UTC")
    return People(str(key), doctor.pk, patient.pk, str(coach.key), str(client.key))
