"""One line for each request, with an id and without anything about people."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django import Settings

from tests.support.api import Api
from tests.support.factories import UserFactory
from tests.support.logged import Log, logged

pytestmark = pytest.mark.django_db

ID = "4bf92f3577b34da6"
EMAIL, ADDRESS = "jane.roe@values.example", "203.0.113.77"


@pytest.fixture
def log() -> Iterator[Log]:
    with logged() as log:
        yield log


@pytest.mark.parametrize(("path", "status"), [("/sign-in", 200), ("/nothing", 404), ("/api/v1/sessions", 401)])
def test_request_is_one_line(client: Client, log: Log, path: str, status: int) -> None:
    answer = client.get(f"{path}?q=secret")

    (line,) = log.lines
    assert answer.status_code == status
    time, rest = line.split(" ", 1)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", time)
    assert re.fullmatch(
        rf"INFO booking_site\.access \[{answer.headers['X-Request-ID']}\] GET {path} {status} \d+ ms", rest
    )


@pytest.mark.parametrize("debug", [True, False])
def test_unknown_host_is_one_line_beside_it(client: Client, log: Log, settings: Settings, *, debug: bool) -> None:
    settings.DEBUG = debug

    answer = client.get("/booking", headers={"Host": "scanner.example"})

    refused, access = log.lines
    assert f" INFO django.security.DisallowedHost [{answer.headers['X-Request-ID']}] Invalid HTTP_HOST " in refused
    assert "GET /booking 400" in access


def test_static_file_has_no_line_unless_it_is_missing(client: Client, log: Log) -> None:
    client.get("/static/site.css").close()
    client.get("/static/nothing.css")

    (line,) = log.lines
    assert "GET /static/nothing.css 404" in line


def test_path_is_one_line_whatever_it_holds(client: Client, log: Log) -> None:
    client.get("/a%0Ab c")

    (line,) = log.lines
    assert "GET /a%0Ab%20c 404" in line


@pytest.mark.parametrize("as_json", [True, False])
def test_nothing_about_people_is_logged(as_json: bool) -> None:  # noqa: FBT001  a parameter of the test
    user = UserFactory.create(email=f"desk.{EMAIL}", is_staff=True)
    with logged(as_json=as_json) as log:
        for client in (Client(REMOTE_ADDR=ADDRESS, raise_request_exception=False), Client(REMOTE_ADDR=ADDRESS)):
            client.post("/sign-in", {"email": EMAIL})
            client.post("/sign-in/password", {"login": EMAIL, "password": "wrong"})
            client.post("/booking", {"email": EMAIL, "note": EMAIL})
            client.post("/api/v1/sessions", f'{{"{EMAIL}": }}', content_type="application/json")
            client.get(f"/booking?email={EMAIL}")
            client.get(f"/nothing/{EMAIL}", headers={"X-Forwarded-For": ADDRESS, "X-Request-ID": EMAIL})
            client.get("/sign-in/forgotten/1-secret-key")
            Client(enforce_csrf_checks=True).post("/sign-in", {}, headers={"Referer": f"https://x/?email={EMAIL}"})
            client.force_login(user)

    assert len(log.lines) >= 16
    assert not re.search(r"jane|@|%40|values\.example|203\.0|secret-key|\?", log.text)


def test_lines_for_machines_have_stable_keys(desk: Api) -> None:
    with logged(as_json=True) as log:
        answer = desk.get("sessions?limit=1")

    (line,) = log.objects
    assert list(line) == ["time", "level", "logger", "message", "request_id", "method", "path", "status", "ms"]
    assert isinstance(line.pop("ms"), int)
    assert line.pop("time").endswith("+00:00")
    assert line.pop("message").startswith("GET /api/v1/sessions 200 ")
    assert line == {
        "level": "INFO",
        "logger": "booking_site.access",
        "request_id": answer.headers["X-Request-ID"],
        "method": "GET",
        "path": "/api/v1/sessions",
        "status": 200,
    }


# The request's id


def test_proxy_names_the_request(client: Client, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 1

    assert client.get("/sign-in", headers={"X-Request-ID": ID}).headers["X-Request-ID"] == ID


@pytest.mark.parametrize(
    ("proxies", "given"), [(0, ID), (1, "short"), (1, "x" * 65), (1, f"{ID} x"), (1, f"{ID}\u00e9"), (1, "")]
)
def test_id_of_a_stranger_or_malformed_is_replaced(
    client: Client, settings: Settings, proxies: int, given: str
) -> None:
    settings.TRUSTED_PROXIES = proxies

    made = {client.get("/sign-in", headers={"X-Request-ID": given}).headers["X-Request-ID"] for _ in range(2)}

    assert len(made) == 2
    assert all(re.fullmatch(r"[0-9a-f]{32}", name) for name in made)


# A proxy that the settings do not know of


def test_unknown_proxy_is_told_once(client: Client, log: Log, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 0

    for _ in range(3):
        client.get("/sign-in", headers={"X-Forwarded-For": ADDRESS})

    (line,) = (line for line in log.lines if " WARNING " in line)
    assert "A request carries X-Forwarded-For, but TRUSTED_PROXIES=0: " in line


def test_known_proxy_is_told_nothing(client: Client, log: Log, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 1

    client.get("/sign-in", headers={"X-Forwarded-For": ADDRESS})

    assert " WARNING " not in log.text
