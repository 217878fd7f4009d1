"""The pages as a person uses them, for the tests of both kinds."""

import re
import uuid
from dataclasses import dataclass
from html import unescape
from typing import Any

from django.test import Client

from accounts.models import User
from bookings.models.people import Person
from tests.support.factories import UserFactory
from tests.support.kinds import SESSIONS, Kind

Answer = Any  # Django's test client adds to responses what their types do not know, such as `context`
DAY = "2030-01-07"  # a Monday, the day of `kinds.at`


@dataclass
class Visit:
    """One person in front of the pages of one kind."""

    kind: Kind
    client: Client

    @classmethod
    def by(cls, kind: Kind, user: User | None = None) -> "Visit":
        """As this user; without one a visitor."""
        client = Client()
        if user is not None:
            client.force_login(user)
        return cls(kind, client)

    @classmethod
    def of_person(cls, kind: Kind, person: Person) -> "Visit":
        """As the patient, the doctor, ... who gets a login for it."""
        person.user = UserFactory.create()
        person.save()
        return cls.by(kind, person.user)

    @property
    def name(self) -> str:
        """The kind as the page calls it."""
        return str(self.kind.model._meta.model_name)

    @property
    def path(self) -> str:
        """The page of this kind."""
        return f"/booking?kind={self.name}"

    def get(self, path: str = "", **headers: str) -> Answer:
        """A page; the booking page unless told otherwise."""
        return self.client.get(path or self.path, headers=headers)

    def post(self, values: dict[str, Any], path: str = "/booking", **headers: str) -> Answer:
        """Send a form."""
        return self.client.post(path, values, headers=headers)

    def typed(self, **changes: Any) -> dict[str, Any]:
        """The form for 10:00 to 11:00 UTC, filled in; a value of None leaves the field out."""
        length = {"duration": "60"} if self.kind is SESSIONS else {"end": "11:00"}
        values = {
            "kind": self.name,
            "uid": str(uuid.uuid4()),
            "day": DAY,
            "start": "10:00",
            **length,
            "time_zone": "UTC",
            **{name: getattr(value, "key", value) for name, value in changes.items()},
        }
        return {name: value for name, value in values.items() if value is not None}


def text_of(response: Answer) -> str:
    """What a page says, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def value_of(response: Answer, field: str) -> str:
    """The value of an input of a page."""
    tag = re.search(rf'<input[^>]*name="{field}"[^>]*>', response.content.decode())
    value = re.search(r'value="([^"]*)"', tag[0]) if tag else None
    return unescape(value[1]) if value else ""


def selected_in(response: Answer, field: str) -> str:
    """The chosen value of a select of a page."""
    select = re.search(rf'<select[^>]*name="{field}".*?</select>', response.content.decode(), re.DOTALL)
    option = re.search(r'value="([^"]*)" selected', select[0]) if select else None
    return unescape(option[1]) if option else ""


def suggestions_in(response: Answer) -> list[str]:
    """The values of the buttons that book another time."""
    return re.findall(r'name="suggestion"\s+value="([^"]+)"', response.content.decode())


def days_in(response: Answer) -> list[str]:
    """The days that a page offers."""
    return re.findall(r'id="day-([0-9-]{10})"', response.content.decode())


def times_in(response: Answer) -> list[tuple[str, str]]:
    """What a page offers on the open day: each time as it is shown, and its radio's value."""
    return [(time.start, time.value) for part in response.context["picker"].parts for time in part.times]


def picked_in(response: Answer) -> list[str]:
    """The times whose radio is checked."""
    return [time.start for part in response.context["picker"].parts for time in part.times if time.is_picked]
