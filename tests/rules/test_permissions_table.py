"""Every role at every endpoint and page, with its own and with another's booking. A new URL without a row fails."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.models import User
from bookings.actions.edit_hours import version_of
from bookings.core.lifecycle import ACTIONS
from bookings.models import Booking
from tests.reference.policy import MAY
from tests.support.api import Api, payload
from tests.support.factories import UserFactory
from tests.support.kinds import Kind, span
from tests.support.site_urls import patterns

pytestmark = pytest.mark.django_db

ROLES = ("attendee", "provider", "desk", "admin")
OK, FORBIDDEN, HIDDEN = "ok", 403, 404

Row = Mapping[str, Any]


def row_for(action: str) -> Row:
    """What each role gets that does this to its own booking; an admin may all that the desk may."""
    return {role: OK if role in MAY[action] or role == "admin" else FORBIDDEN for role in ROLES}


EVERYBODY: Row = dict.fromkeys(ROLES, OK)
DESK: Row = {**EVERYBODY, "attendee": FORBIDDEN, "provider": FORBIDDEN}

ONE_BOOKING: dict[tuple[str, str], Row] = {
    ("api:-detail", "GET"): row_for("read"),
    ("api:-detail", "PATCH"): row_for("reschedule"),
    ("api:-history", "GET"): row_for("read"),
    ("api:-approve", "POST"): row_for("approve"),
    ("api:-cancel", "POST"): row_for("cancel"),
    ("api:-check-in", "POST"): row_for("check_in"),
    ("api:-complete", "POST"): row_for("complete"),
    ("api:-no-show", "POST"): row_for("no_show"),
    ("api:-undo", "POST"): row_for("undo"),
    ("page:", "GET"): row_for("read"),
    ("page:-approve", "POST"): row_for("approve"),
    ("page:-cancel", "GET"): row_for("cancel"),
    ("page:-cancel", "POST"): row_for("cancel"),
    ("page:-check-in", "POST"): row_for("check_in"),
    ("page:-complete", "POST"): row_for("complete"),
    ("page:-no-show", "POST"): row_for("no_show"),
    ("page:-reschedule", "GET"): row_for("reschedule"),
    ("page:-take-back", "POST"): row_for("take_back"),
    ("page:-undo", "POST"): row_for("undo"),
}
"""What each role gets with its own booking. Another's is 404 for all but desk and admin, who see everything."""

NO_BOOKING: dict[tuple[str, str], Row] = {
    ("api:", "GET"): EVERYBODY,
    ("api:", "POST"): {**EVERYBODY, "provider": FORBIDDEN},
    ("api:-batch", "POST"): DESK,
    ("api:providers", "GET"): EVERYBODY,
    ("api:providers-services", "GET"): EVERYBODY,
    ("api:providers-slots", "GET"): EVERYBODY,
    ("api:providers-earliest-slots", "GET"): EVERYBODY,
    ("api:attendees", "GET"): DESK,
    ("api:attendees", "POST"): DESK,
    ("booking", "GET"): EVERYBODY,
}
HOURS: dict[tuple[str, str], Row] = {
    ("hours", "GET"): {**EVERYBODY, "attendee": HIDDEN},
    ("hours-edit", "GET"): {**EVERYBODY, "attendee": HIDDEN},
    ("hours-edit", "POST"): {**EVERYBODY, "attendee": HIDDEN},
    ("hours-extra", "GET"): {**EVERYBODY, "attendee": HIDDEN},
    ("hours-extra", "POST"): {**EVERYBODY, "attendee": HIDDEN},
    ("hours-extra-remove", "GET"): {**EVERYBODY, "attendee": HIDDEN},
    ("hours-extra-remove", "POST"): {**EVERYBODY, "attendee": HIDDEN},
    ("hours-time-off", "GET"): {**EVERYBODY, "attendee": HIDDEN},
    ("hours-time-off", "POST"): {**EVERYBODY, "attendee": HIDDEN},
    ("hours-time-off-remove", "GET"): {**EVERYBODY, "attendee": HIDDEN},
    ("hours-time-off-remove", "POST"): {**EVERYBODY, "attendee": HIDDEN},
}
"""What each role gets on the pages of the provider's own hours. Another's are 404 for all but desk and admin."""

ALL_HOURS: Row = {**EVERYBODY, "attendee": HIDDEN, "provider": HIDDEN}
OF_ONESELF = {"home", "admin-index", "api-me", "api-schema", "api-docs", "api-nothing"}
"""About nobody else; beside all pages of one's own account."""

BEFORE = {"approve": "pending", "undo": "arrived"}
"""The state that an action needs, where it is not `booked`."""


@pytest.fixture
def people(kind: Kind) -> dict[str, Any]:
    """A party of each side with a login, and the desk's and the admin's logins."""
    return {
        "attendee": kind.attendee(user=UserFactory.create()),
        "provider": kind.provider(user=UserFactory.create()),
        "desk": UserFactory.create(is_staff=True),
        "admin": UserFactory.create(is_staff=True, is_superuser=True),
    }


def login(people: dict[str, Any], role: str) -> User:
    """The role's login."""
    user: User = people[role] if role in ("desk", "admin") else people[role].user
    return user


def booking_for(kind: Kind, name: str, **parties: Any) -> Booking:
    """A booking in the state that the endpoint `name` acts on."""
    booking = kind.book(span(10, 11), **parties)
    status = BEFORE.get(name.rpartition("-")[2], "booked")
    is_overbooked = name.endswith("take-back")
    reason = "Emergency" if is_overbooked else ""
    kind.model.objects.filter(pk=booking.pk).update(status=status, is_overbooked=is_overbooked, override_reason=reason)
    return booking


def status_for(kind: Kind, name: str, method: str, user: User, booking: Booking) -> int:
    """The answer's status when this login asks for the endpoint."""
    where, _colon, suffix = name.partition(":")
    if where == "api":
        path = reverse(f"api-{kind.plural}{suffix}", args=[booking.pk])
        body: Any = {kind.envelope: {}} if method == "PATCH" else None
        return Api(user).call(method, path, body).status
    client = Client(raise_request_exception=False)
    client.force_login(user)
    path = reverse(f"{kind.envelope}{suffix}", args=[booking.pk])
    if method == "GET":
        return client.get(path).status_code
    return client.post(path, {"revision": booking.revision, "reason": "", "confirmed": "1"}).status_code


def outcome(status: int) -> Any:
    """A status as the table writes it."""
    return OK if status < 400 else status


@pytest.mark.parametrize(("name", "method"), list(ONE_BOOKING))
@pytest.mark.parametrize("role", ROLES)
def test_own_booking(kind: Kind, people: dict[str, Any], name: str, method: str, role: str) -> None:
    booking = booking_for(kind, name, provider=people["provider"], attendee=people["attendee"])

    status = status_for(kind, name, method, login(people, role), booking)

    expected = ONE_BOOKING[name, method][role]
    assert outcome(status) == expected
    is_done = expected == OK and method != "GET"
    assert kind.model.objects.get(pk=booking.pk).revision == (2 if is_done else 1)


@pytest.mark.parametrize(("name", "method"), list(ONE_BOOKING))
@pytest.mark.parametrize("role", ROLES)
def test_booking_of_others(kind: Kind, people: dict[str, Any], name: str, method: str, role: str) -> None:
    booking = booking_for(kind, name)

    status = status_for(kind, name, method, login(people, role), booking)

    assert outcome(status) == (OK if role in ("desk", "admin") else HIDDEN)
    if role not in ("desk", "admin"):
        assert kind.model.objects.get(pk=booking.pk).revision == 1


@pytest.mark.parametrize(("name", "method"), list(NO_BOOKING))
@pytest.mark.parametrize("role", ROLES)
def test_endpoint_about_no_booking(kind: Kind, people: dict[str, Any], name: str, method: str, role: str) -> None:
    user = login(people, role)
    asked = payload(kind, people["provider"], people["attendee"])
    bodies = {
        ("api:", "POST"): asked,
        ("api:-batch", "POST"): {kind.plural: [asked[kind.envelope]]},
        ("api:attendees", "POST"): {kind.attendee_model._meta.model_name: {"name": "New"}},
    }
    paths = {
        "api:providers": f"/api/v1/{kind.provider_model._meta.db_table}",
        "api:providers-services": f"/api/v1/{kind.provider_model._meta.db_table}/services",
        "api:providers-slots": f"/api/v1/{kind.provider_model._meta.db_table}/{people['provider'].key}/slots",
        "api:providers-earliest-slots": f"/api/v1/{kind.provider_model._meta.db_table}/slots",
        "api:attendees": f"/api/v1/{kind.attendee_model._meta.db_table}",
        "api:": f"/api/v1/{kind.plural}",
        "api:-batch": f"/api/v1/{kind.plural}/batch",
    }
    if name == "booking":
        client = Client()
        client.force_login(user)
        status = client.get("/booking", {"kind": kind.envelope}).status_code
    else:
        status = Api(user).call(method, paths[name], bodies.get((name, method))).status

    assert outcome(status) == NO_BOOKING[name, method][role]


def hours_status(provider: Any, name: str, method: str, user: User) -> int:
    """The answer's status when this login asks for a page about this provider's hours; a POST changes them."""
    off = provider.time_off.create(starts_on="2031-01-07", ends_on="2031-01-07")
    extra = provider.extra_hours.create(starts_on="2031-01-07", starts_at="09:00", minutes=60)
    rows = {"hours-time-off-remove": [off.pk], "hours-extra-remove": [extra.pk]}
    path = reverse(f"{provider._meta.db_table}-{name}", args=[provider.key, *rows.get(name, [])])
    client = Client()
    client.force_login(user)
    if method == "GET":
        return client.get(path).status_code
    exception = {"starts_on": "2131-01-08", "starts_at": "10:00", "ends_at": "11:00"}
    week = {"d0-0-starts_at": "09:00", "d0-0-ends_at": "17:00", "seen": version_of([])}
    return client.post(path, {**exception, **week}).status_code


def rows_of(provider: Any) -> list[int]:
    """How many rows of each sort its hours have."""
    return [rows.count() for rows in (provider.working_hours, provider.time_off, provider.extra_hours)]


@pytest.mark.parametrize(("name", "method"), list(HOURS))
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("is_own", [True, False], ids=["own", "of others"])
def test_hours(kind: Kind, people: dict[str, Any], name: str, method: str, role: str, *, is_own: bool) -> None:
    provider = people["provider"] if is_own else kind.provider()

    status = hours_status(provider, name, method, login(people, role))

    expected = HOURS[name, method][role] if is_own or role in ("desk", "admin") else HIDDEN
    assert outcome(status) == expected
    assert (rows_of(provider) != [0, 1, 1]) == (expected == OK and method != "GET")


@pytest.mark.parametrize("role", ROLES)
def test_all_hours(kind: Kind, people: dict[str, Any], role: str) -> None:
    client = Client()
    client.force_login(login(people, role))

    status = client.get(reverse(f"{kind.provider_model._meta.db_table}-all-hours")).status_code

    assert outcome(status) == ALL_HOURS[role]


@pytest.mark.parametrize("role", ["attendee", "provider"])
def test_lists_show_no_booking_of_others(kind: Kind, people: dict[str, Any], role: str) -> None:
    own = kind.book(span(10, 11), provider=people["provider"], attendee=people["attendee"])
    other = kind.book(span(10, 11))
    user = login(people, role)
    client = Client()
    client.force_login(user)

    listed = Api(user).get(kind.plural).body[kind.plural]
    page = client.get("/booking", {"kind": kind.envelope}).content.decode()

    assert [booking["id"] for booking in listed] == [own.pk]
    assert str(other.attendee) not in page
    assert f"/{kind.plural}/{other.pk}" not in page


@pytest.mark.parametrize("role", ["attendee", "provider"])
def test_filters_by_people_of_others_find_nothing(kind: Kind, people: dict[str, Any], role: str) -> None:
    other = kind.book(span(10, 11))
    names = kind.model.request_names

    for part, key in (("provider", other.provider_id), ("attendee", other.attendee_id)):
        answer = Api(login(people, role)).get(f"{kind.plural}?{names[part]}={key}")
        assert (answer.status, answer.body[kind.plural]) == (200, [])


@pytest.mark.parametrize("role", ["attendee", "provider"])
@pytest.mark.parametrize("path", ["", "users/", "tokens/", "autocomplete/"])
def test_admin_is_closed_to_others_than_staff(people: dict[str, Any], role: str, path: str) -> None:
    client = Client()
    client.force_login(login(people, role))

    assert client.get(f"/admin/{path}").status_code in (302, 403, 404)


def test_every_url_has_a_row(kind: Kind) -> None:
    people = {kind.provider_model._meta.db_table: "providers", kind.attendee_model._meta.db_table: "attendees"}
    rows = {name for name, _method in [*ONE_BOOKING, *NO_BOOKING]}
    for name in {str(pattern.name) for pattern in patterns(get_resolver())}:
        if name.startswith((f"api-{kind.plural}", kind.envelope)):
            is_api = name.startswith("api-")
            row = (
                f"api:{name.removeprefix(f'api-{kind.plural}')}"
                if is_api
                else f"page:{name.removeprefix(kind.envelope)}"
            )
            assert row in rows, name
        elif name.startswith("api-") and (table := name.split("-")[1]) in people:
            assert name.replace(f"api-{table}", f"api:{people[table]}") in rows, name
        elif name.partition("-")[0] in people:
            assert name.partition("-")[2] in {"all-hours", *(page for page, _method in HOURS)}, name


def test_all_other_urls_are_of_oneself() -> None:
    own = ("account", "mfa")
    kinds = ("api-appointments", "api-sessions", "appointment", "session")
    providers = ("coaches-", "doctors-", "api-coaches-", "api-doctors-")
    tables = {"api-doctors", "api-patients", "api-coaches", "api-clients", "booking"}
    names = {str(pattern.name) for pattern in patterns(get_resolver())}

    assert {name for name in names if not name.startswith((*own, *kinds, *providers))} == tables | OF_ONESELF


def test_actions_are_all_in_the_table() -> None:
    suffixes = {name.partition("-")[2].replace("-", "_") for name, _method in ONE_BOOKING if name.startswith("api:-")}

    assert set(ACTIONS) - {"reschedule"} <= suffixes
