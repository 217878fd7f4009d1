"""Demo mode: a visitor on this machine acts as the desk, so that the documented calls work as they stand."""

import json

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

SESSION = {
    "session": {"coach_hash_id": "123", "client_hash_id": "456", "start": "2022-12-01T14:30:00Z", "duration": 60}
}
APPOINTMENT = {
    "appointment": {
        "doctor_id": 1,
        "patient_id": 1,
        "start_at": "2026-12-01T10:00:00+07:00",
        "end_at": "2026-12-01T11:00:00+07:00",
    }
}
CALLS = [("sessions", SESSION), ("appointments", APPOINTMENT)]

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings: Settings) -> Client:
    """A visitor of a freshly seeded site in demo mode."""
    settings.DEBUG = settings.DEMO_MODE = True
    call_command("seed", verbosity=0)
    return Client()


def post(client: Client, path: str, body: object, **headers: str) -> int:
    """The status of a booking call."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(f"/api/v1/{path}", json.dumps(body), "application/json", headers=given).status_code


@pytest.mark.parametrize(("path", "body"), CALLS)
def test_documented_call_books_once(demo: Client, path: str, body: object) -> None:
    assert [post(demo, path, body), post(demo, path, body)] == [201, 409]


@pytest.mark.parametrize(
    "headers",
    [
        {"X_Forwarded_For": "127.0.0.1"},
        {"Forwarded": "for=127.0.0.1"},
        {"X_Real_IP": "::1"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        *[{name: "x"} for name in ("X_Forwarded_Proto", "X_Forwarded_Port", "X_Forwarded_Anything", "Via")],
        *[{name: "x"} for name in ("X_Client_IP", "True_Client_IP", "CF_Connecting_IP")],
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
def test_forwarded_or_foreign_request_is_a_visitor(demo: Client, headers: dict[str, str]) -> None:
    assert post(demo, "sessions", SESSION, **headers) == 401


@pytest.mark.parametrize("credentials", ["", "x", "Bearer x", "Basic x", "Token", "Token x", "Token x y", "Token \xe9"])
def test_other_credentials_are_refused(demo: Client, credentials: str) -> None:
    assert post(demo, "sessions", SESSION, Authorization=credentials) == 401
    assert demo.get("/api/v1/sessions", headers={"Authorization": credentials}).status_code == 401


def test_link_from_another_site_may_be_followed(demo: Client) -> None:
    assert demo.get("/api/v1/sessions", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_own_page_is_the_desk(demo: Client, site: str) -> None:
    assert post(demo, "sessions", SESSION, Sec_Fetch_Site=site) == 201


def test_own_origin_is_the_desk(demo: Client) -> None:
    assert post(demo, "sessions", SESSION, Origin="http://testserver") == 201


def test_request_from_another_machine_is_a_visitor(demo: Client) -> None:
    demo.defaults["REMOTE_ADDR"] = "192.0.2.7"

    assert post(demo, "sessions", SESSION) == 401


def test_demo_mode_without_debug_is_off(demo: Client, settings: Settings) -> None:
    settings.DEBUG = False

    assert post(demo, "sessions", SESSION) == 401
