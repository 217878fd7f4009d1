"""The OpenAPI document: without gaps, true to the answers, readable as a page, good for a generated client."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # has no types
from rest_framework.request import Request

from accounts.models import Token
from accounts.paths import served_at
from bookings.api.lifecycle import BookingHistory
from bookings.api.openapi.generator import Generator, document
from bookings.api.problems import CODES, STATUS
from bookings.api.serializers import BookingSerializer
from tests.support.api import LATER, Api, payload
from tests.support.documented import DocumentedApi, components
from tests.support.factories import UserFactory
from tests.support.kinds import APPOINTMENTS, SESSIONS, Kind, span
from tests.support.live_server import run_server

pytestmark = pytest.mark.django_db

CLIENT = """
import sys
from datetime import datetime, timezone
from http import HTTPStatus
from made.client import AuthenticatedClient
from made.api.appointments import book_appointment, cancel_appointment
from made.api.sessions import book_session, list_sessions
from made.models import NewAppointment, NewAppointmentEnvelope, NewSession, NewSessionEnvelope, Reason, SessionProblem

url, key, coach, client_id, doctor, patient = sys.argv[1:]
api = AuthenticatedClient(base_url=url, token=key, prefix="Token")
at = datetime(2030, 1, 7, 10, tzinfo=timezone.utc)
body = NewSessionEnvelope(session=NewSession(coach_hash_id=coach, client_hash_id=client_id, start=at, duration=60))
booked = book_session.sync_detailed(client=api, body=body, idempotency_key="a-key")
again = book_session.sync_detailed(client=api, body=body, idempotency_key="a-key")
taken = book_session.sync(client=api, body=body)
assert booked.status_code == HTTPStatus.CREATED, booked
assert again.parsed == booked.parsed, again
assert isinstance(taken, SessionProblem) and len(taken.suggestions) == 3, taken
assert list_sessions.sync(client=api).sessions == [booked.parsed.session]
times = {"start_at": at, "end_at": at.replace(hour=11)}
wanted = NewAppointment(doctor_id=int(doctor), patient_id=int(patient), **times)
appointment = book_appointment.sync(client=api, body=NewAppointmentEnvelope(appointment=wanted)).appointment
answer = cancel_appointment.sync(appointment.id, client=api, body=Reason(reason="Ill"), if_match='"1"')
assert answer.appointment.status == "cancelled", answer
"""


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """All operations with their path and method."""
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def references(part: Any) -> Iterator[str]:
    """All references within a part of the document."""
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"]
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from references(inner)


def find(reference: str) -> Any:
    """What a reference means. Raises KeyError when it is nothing."""
    found: Any = document()
    for name in reference.removeprefix("#/").split("/"):
        found = found[name]
    return found


def test_document_is_valid_and_leaves_nothing_out() -> None:
    call_command("spectacular", fail_on_warn=True, validate=True, file=os.devnull)


def test_view_that_says_no_operation_is_told(kind: Kind, capsys: pytest.CaptureFixture[str]) -> None:
    class Silent(BookingHistory):
        def get(self, request: Request, pk: int) -> Any:
            raise NotImplementedError

    view = Silent.as_view(kind=kind.model, serializer_class=BookingSerializer)
    Generator(patterns=[served_at("api/v1/silent/<number:pk>", view, "silent")]).get_schema(public=True)

    assert "Silent says no operation for GET: use `extend_schema`" in capsys.readouterr().err


def test_document_is_served_to_everybody(visitor: Api) -> None:
    answer = visitor.get("schema")

    assert (answer.status, answer.body["openapi"]) == (200, "3.1.0")
    assert answer.body == document()


def test_operations_make_good_method_names() -> None:
    names = [operation["operationId"] for _path, _method, operation in operations()]

    assert len(set(names)) == len(names)
    assert {name for name in names if name.endswith(("session", "sessions"))} == {
        *("list_sessions", "book_session", "get_session", "reschedule_session", "book_many_sessions"),
        *("approve_session", "cancel_session", "check_in_session", "complete_session", "no_show_session"),
        "undo_session",
    }


def test_every_reference_leads_somewhere() -> None:
    for reference in set(references(document())):
        assert find(reference)


def test_document_says_where_the_site_is_and_under_which_license() -> None:
    assert document()["servers"][0]["url"] == "/"
    assert document()["info"]["license"] == {"name": "MIT", "identifier": "MIT"}


def linked(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    """Where the operation's answers lead: operations, and where their parameters stand."""
    for response in operation["responses"].values():
        for link in response.get("links", {}).values():
            yield link["operationId"], link["parameters"]


def evaluate(expression: str, body: Any) -> Any:
    """What a link's runtime expression (a JSON pointer into the answer's body) means."""
    for part in expression.removeprefix("$response.body#/").split("/"):
        body = body[int(part)] if isinstance(body, list) else body[part]
    return body


def test_links_lead_to_operations_that_take_their_parameters() -> None:
    takes = {operation["operationId"]: operation.get("parameters", []) for _path, _method, operation in operations()}

    for _path, _method, operation in operations():
        for name, parameters in linked(operation):
            assert set(parameters) <= {parameter["name"] for parameter in takes[name]}, name


def test_booking_leads_to_all_that_needs_its_id(kind: Kind, desk: Api) -> None:
    prefix = f"/api/v1/{kind.plural}/{{id}}"
    need = {operation["operationId"]: path for path, _method, operation in operations() if path.startswith(prefix)}
    links = {operation["operationId"]: dict(linked(operation)) for _path, _method, operation in operations()}
    body = payload(kind, kind.provider(), kind.attendee())
    booked = desk.post(kind.plural, body)
    other = payload(kind, kind.provider(), kind.attendee())[kind.envelope]
    many = desk.post(f"{kind.plural}/batch", {kind.plural: [other]})

    for name, answer in {f"book_{kind.envelope}": booked, f"book_many_{kind.plural}": many}.items():
        assert set(links[name]) == set(need)
        for parameters in links[name].values():
            assert desk.get(f"{kind.plural}/{evaluate(parameters['id'], answer.body)}").status == 200


def test_attendee_leads_to_its_bookings(kind: Kind, desk: Api) -> None:
    attendees = kind.attendee_model
    envelope = str(attendees._meta.model_name)
    links = {operation["operationId"]: dict(linked(operation)) for _path, _method, operation in operations()}
    added = desk.post(attendees._meta.db_table, {envelope: {"name": "Ada"}}).body

    ((name, parameters),) = links[f"add_{envelope}"].items()
    ((parameter, expression),) = parameters.items()

    assert name == f"list_{kind.plural}"
    assert desk.get(f"{kind.plural}?{parameter}={evaluate(expression, added)}").body[kind.plural] == []


def test_every_write_may_be_repeated() -> None:
    writes = [operation for _path, method, operation in operations() if method != "get"]

    assert len(writes) == 20
    for operation in writes:
        assert "Idempotency-Key" in {parameter["name"] for parameter in operation.get("parameters", [])}
        done = [response for status, response in operation["responses"].items() if status < "3"]
        assert all("Idempotency-Replayed" in response["headers"] for response in done)


def test_every_error_has_an_example() -> None:
    for path, method, operation in operations():
        for status, response in operation["responses"].items():
            described = find(response["$ref"]) if "$ref" in response else response
            assert described["description"], (path, method, status)
            if int(status) >= 400:
                example = described["content"]["application/problem+json"]["examples"]["problem"]["value"]
                assert (example["status"], example["code"] in CODES) == (int(status), True)


def test_every_code_is_told() -> None:
    assert set(STATUS) <= set(CODES)


def test_token_comes_first_and_what_is_offered_needs_none() -> None:
    public = {path for path, _method, operation in operations() if not operation["security"]}
    anybody = {path for path, _method, operation in operations() if {} in operation["security"]}
    others = [operation["security"] for path, _method, operation in operations() if path not in public | anybody]

    assert public == {"/api/v1/coaches/services", "/api/v1/doctors/services"}
    assert anybody == {
        f"/api/v1/{people}{path}" for people in ("coaches", "doctors") for path in ("", "/slots", "/{id}/slots")
    }
    assert all(security == [{"token": []}, {"session": []}] for security in others)


def test_booking_is_as_documented(kind: Kind, desk: Api) -> None:
    schema = find(f"#/components/schemas/{kind.model.__name__}")
    override = {"overlap": True, "reason": "x"}
    provider = kind.provider()
    body = payload(kind, provider, kind.attendee(), note="x", override=override, service_id=kind.service(provider).pk)

    booked = desk.post(kind.plural, body).body[kind.envelope]
    cancelled = desk.post(f"{kind.plural}/{booked['id']}/cancel", {"reason": "x"}).body[kind.envelope]

    assert set(cancelled) == set(schema["properties"])
    assert set(cancelled["override"]) == set(schema["properties"]["override"]["properties"])
    assert set(schema["required"]) == set(cancelled) - {"service_id", "note", "override", "cancel_reason"}


def test_history_and_people_are_as_documented(kind: Kind, desk: Api) -> None:
    booking = kind.book(span(10, 11))
    names = {
        f"{kind.model.__name__}Event": desk.get(f"{kind.plural}/{booking.pk}/history").body["history"][0],
        kind.provider_model.__name__: desk.get(kind.provider_model._meta.db_table).body[
            kind.provider_model._meta.db_table
        ][0],
        kind.attendee_model.__name__: desk.get(kind.attendee_model._meta.db_table).body[
            kind.attendee_model._meta.db_table
        ][0],
        "Me": desk.get("me").body["me"],
    }

    for name, answered in names.items():
        assert set(answered) == set(find(f"#/components/schemas/{name}")["properties"])


def test_answers_are_of_their_shapes(kind: Kind, desk: Api) -> None:
    api = DocumentedApi(headers=desk.headers)
    provider, attendee = kind.provider(), kind.attendee()
    people, attendees = kind.provider_model._meta.db_table, kind.attendee_model._meta.db_table
    body = payload(kind, provider, attendee)
    later = {kind.envelope: {**body[kind.envelope], **LATER[kind.plural]}}
    kind.service(provider)

    first = api.post(kind.plural, body)
    assert first.status == 201
    one = f"{kind.plural}/{first.body[kind.envelope]['id']}"
    assert api.post(kind.plural, later).status == 409
    assert api.post(kind.plural, {kind.envelope: {"colour": "red"}}).status == 422
    assert api.get(one, If_None_Match=first.headers["ETag"]).status == 304
    assert api.call("PATCH", one, {kind.envelope: LATER[kind.plural]}, If_Match='"7"').status == 412
    assert api.call("PATCH", one, {kind.envelope: LATER[kind.plural]}).status == 200
    for action in ("check-in", "undo", "complete", "undo", "no-show", "undo", "cancel"):
        assert api.post(f"{one}/{action}").status == 200
    assert api.post(f"{one}/approve").status == 409
    assert api.post(f"{kind.plural}/batch", {kind.plural: [body[kind.envelope]]}).status == 201
    rows = {kind.plural: [body[kind.envelope]], "all_or_nothing": False}
    assert api.post(f"{kind.plural}/batch", rows).status == 200
    assert api.post(attendees, {str(kind.attendee_model._meta.model_name): {"name": "Ada"}}).status == 201
    slots = (f"{people}/slots", f"{people}/{provider.key}/slots?limit=1")
    for path in (one, f"{one}/history", kind.plural, attendees, people, f"{people}/services", *slots, "me"):
        assert api.get(path).status == 200
    assert DocumentedApi().get(one).status == 401
    other = {"appointments": ("session", "coach", "client"), "sessions": ("appointment", "doctor", "patient")}
    names = [operation["operationId"] for _path, _method, operation in operations()]
    assert api.called == {name for name in names if not any(noun in name for noun in other[kind.plural])}


def test_answer_with_another_member_is_not_of_its_shape(kind: Kind) -> None:
    people = kind.provider_model
    reference = f"#/components/schemas/{people.__name__}Page"
    schema = Draft202012Validator({"$ref": reference, "components": components()})
    page: dict[str, Any] = {people._meta.db_table: [], "next": None, "previous": None}

    assert schema.is_valid(page)
    assert not schema.is_valid({**page, "colour": "red"})


def test_suggestions_are_as_documented(kind: Kind, desk: Api) -> None:
    body = payload(kind, kind.provider(), kind.attendee())
    desk.post(kind.plural, body)

    suggestion = desk.post(kind.plural, body).body["suggestions"][0]

    assert set(suggestion) == set(find(f"#/components/schemas/{kind.model.__name__}Suggestion")["properties"])


def test_free_times_and_services_are_as_documented(kind: Kind, visitor: Api) -> None:
    provider, people = kind.provider(), kind.provider_model
    service, directory = kind.service(provider), people._meta.db_table
    one = visitor.get(f"{directory}/{provider.key}/slots?service_id={service.pk}").body
    names = {
        f"{kind.model.__name__}Slot": one["slots"][0],
        f"{people.__name__}Slots": one,
        f"Earliest{people.__name__}Slots": visitor.get(f"{directory}/slots").body,
        f"{kind.model.__name__}Service": visitor.get(f"{directory}/services").body["services"][0],
        f"{kind.model.__name__}Suggestion": visitor.get(directory).body[directory][0]["next_free"],
    }

    for name, answered in names.items():
        assert set(answered) == set(find(f"#/components/schemas/{name}")["properties"]), name


def examples(part: Any) -> Iterator[tuple[Any, Any]]:
    """All examples with the shapes that they are of."""
    if isinstance(part, dict):
        if schema := part.get("schema"):
            yield from ((example["value"], schema) for example in part.get("examples", {}).values())
        elif isinstance(part.get("examples"), list):
            yield from ((example, part) for example in part["examples"])
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from examples(inner)


def test_every_example_is_of_its_shape() -> None:
    found = list(examples(document()))

    assert len(found) > 50
    for example, schema in found:
        Draft202012Validator({**schema, "components": document()["components"]}).validate(example)


def test_page_shows_every_operation_without_a_script(visitor: Api) -> None:
    page = visitor.client.get("/api/v1/docs").content.decode()

    for _path, _method, operation in operations():
        assert f'id="{operation["operationId"]}"' in page
    assert not re.search(r"<script|<style|style=|\son\w+=|javascript:", page)
    assert not re.search(r'(src|href)="(https?:)?//', page)
    for anchor in re.findall(r'href="#([^"]+)"', page):
        assert f'id="{anchor}"' in page


@pytest.mark.django_db(transaction=True)
def test_generated_client_books(tmp_path: Path) -> None:
    (tmp_path / "schema.json").write_text(json.dumps(document()))
    people = [person.key for kind in (SESSIONS, APPOINTMENTS) for person in (kind.provider(), kind.attendee())]
    _token, key = Token.objects.create(UserFactory.create(is_staff=True), name="test")
    tools = Path(sys.executable).parent
    generate = [str(tools / "openapi-python-client"), "generate", "--path", "schema.json", "--output-path", "made"]
    path = os.pathsep.join([str(tools), os.environ["PATH"]])  # the generator calls ruff
    made = subprocess.run(
        [*generate, "--meta", "none", "--fail-on-warning"],
        cwd=tmp_path,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stdout + made.stderr

    with run_server(str(connection.settings_dict["NAME"])) as port:
        arguments = [f"http://127.0.0.1:{port}", key, *map(str, people)]
        done = subprocess.run([sys.executable, "-c", CLIENT, *arguments], cwd=tmp_path, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
