"""Requests that fail as a whole: envelope, size, media type, method, path. (Wrong values: `test_bad_input`.)"""

import json
from typing import Any

import pytest
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.urls import path as url
from pytest_django import Settings

from bookings.api.problems import exception_handler
from tests.support.api import Api, payload
from tests.support.kinds import Kind, span

pytestmark = pytest.mark.django_db


def test_missing_fields_are_named_together(kind: Kind, desk: Api) -> None:
    names = kind.model.request_names

    answer = desk.post(kind.plural, {kind.envelope: {}})

    assert (answer.status, set(answer.body["errors"])) == (422, set(names.values()) - {"service_id"})


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b'{"a":\n x}', "The body is not JSON: see line 2, column 2."),
        (b'{"a": ' + b"9" * 5000 + b"}", "A number in the body is too long."),
        (b'{"a": 1, "a": 1}', "A name is given twice in one object."),
        (b'{"a": NaN}', "NaN is no JSON number."),
    ],
)
def test_malformed_body_is_told_in_a_sentence(kind: Kind, desk: Api, body: bytes, detail: str) -> None:
    assert desk.post(kind.plural, raw=body).body["detail"] == detail


@pytest.mark.parametrize("template", ["{%s}", '{"ENVELOPE": {%s}}', '{"ENVELOPE": {"override": {%s}}}'])
def test_name_with_half_a_character_is_malformed(kind: Kind, desk: Api, template: str) -> None:
    body = (template % r'"\ud800": 1').replace("ENVELOPE", kind.envelope).encode()
    cancel = f"{kind.plural}/{kind.book(span(10, 11)).pk}/cancel"

    for path in (kind.plural, cancel):
        answer = desk.post(path, raw=body)
        assert (answer.status, answer.body["code"]) == (400, "malformed")


def test_value_that_no_check_foresaw_is_invalid() -> None:
    answer = exception_handler(DataError(), {"view": None})

    assert answer
    assert (answer.status_code, answer.data["code"]) == (422, "invalid")


def break_down(request: HttpRequest) -> HttpResponse:
    """A view with a mistake that Django's page for developers cannot show."""
    return HttpResponse("\ud800")


handler500 = "booking_site.errors.server_error"
urlpatterns = [url("api/v1/broken", break_down)]


@pytest.mark.parametrize("debug", [True, False])
def test_mistake_of_ours_is_a_problem_document(visitor: Api, settings: Settings, *, debug: bool) -> None:
    settings.DEBUG, settings.ROOT_URLCONF = debug, __name__

    answer = visitor.get("broken")

    assert (answer.status, answer.body["code"]) == (500, "server_error")
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("inside", [None, [], "x", 1, True])
def test_envelope_must_hold_an_object(kind: Kind, desk: Api, inside: Any) -> None:
    answer = desk.post(kind.plural, {kind.envelope: inside})

    assert (answer.status, answer.body["code"]) == (400, "malformed")


def test_key_given_twice_within_the_envelope_is_refused(kind: Kind, desk: Api) -> None:
    body = f'{{"{kind.envelope}": {{"note": "a", "note": "b"}}}}'

    assert desk.post(kind.plural, raw=body.encode()).status == 400


def test_brackets_in_a_text_are_no_nesting(kind: Kind, desk: Api) -> None:
    note = '[{"\\' * 200

    answer = desk.post(kind.plural, payload(kind, kind.provider(), kind.attendee(), note=note))

    assert answer.body[kind.envelope]["note"] == note


def test_body_over_64_kib_is_too_large(kind: Kind, desk: Api) -> None:
    answer = desk.post(kind.plural, raw=b" " * 65_537)

    assert (answer.status, answer.body["code"]) == (413, "too_large")


def test_body_of_64_kib_is_read(kind: Kind, desk: Api) -> None:
    body = json.dumps(payload(kind, kind.provider(), kind.attendee())).encode()

    assert desk.post(kind.plural, raw=body.ljust(65_536)).status == 201


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/json",
        "application/json; charset=utf-16",
        "application/xml",
        "*/*",
    ],
)
def test_body_that_is_no_json_is_unsupported(kind: Kind, desk: Api, content_type: str) -> None:
    answer = desk.post(kind.plural, {"a": 1}, **{"Content-Type": content_type})

    assert (answer.status, answer.body["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=UTF-8", "Application/JSON", 'application/json;charset="utf-8"']
)
def test_json_in_utf8_is_read_however_declared(kind: Kind, desk: Api, content_type: str) -> None:
    answer = desk.post(kind.plural, payload(kind, kind.provider(), kind.attendee()), **{"Content-Type": content_type})

    assert answer.status == 201


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "", "GET, POST, HEAD"),
        ("DELETE", "/1", "GET, PATCH, HEAD"),
        ("GET", "/1/cancel", "POST"),
        ("OPTIONS", "", "GET, POST, HEAD"),
    ],
)
def test_other_methods_are_not_allowed(kind: Kind, desk: Api, method: str, path: str, allowed: str) -> None:
    answer = desk.call(method, f"{kind.plural}{path}")

    assert (answer.status, answer.body["code"]) == (405, "method_not_allowed")
    assert answer.headers["Allow"] == allowed


@pytest.mark.parametrize(
    "path", ["/api", "/api/", "/api/v1", "/api/v1/", "/api/v2/sessions", "/api/v1/nonsense", "/api/v1/%00"]
)
def test_unknown_path_is_a_problem_document(visitor: Api, path: str) -> None:
    answer = visitor.get(path)

    assert (answer.status, answer.body["code"]) == (404, "not_found")
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_unknown_host_is_a_problem_document(visitor: Api) -> None:
    answer = visitor.get("doctors", Host="evil.example")

    assert (answer.status, answer.body["code"]) == (400, "malformed")
