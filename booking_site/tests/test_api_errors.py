"""Bad input: each gets its own 4xx as a problem document that names the field; nothing is booked."""

import json
from typing import Any

import pytest

from booking_site.tests.api import Api, payload
from booking_site.tests.kinds import Kind

pytestmark = pytest.mark.django_db

NO_INSTANT: list[Any] = [
    None,
    True,
    1,
    1.5,
    "",
    " ",
    "now",
    "2030-01-07",
    "2030-01-07T10:00:00",
    "2030-01-07T10:00Z",
    "2030-01-07 10:00:00Z",
    "2030-01-07T10:00:00+05:60",
    "2030-01-07T10:00:00+24:00",
    "2030-01-07T24:00:00Z",
    "2030-01-07T23:59:60Z",
    "2030-02-30T10:00:00Z",
    "2030-13-01T10:00:00Z",
    "0000-01-01T00:00:00Z",
    "1899-12-31T23:59:59Z",
    "9999-12-31T23:59:59Z",
    "2201-01-01T00:00:00Z",
    "1900-01-01T00:00:00+01:00",
    "10000-01-01T00:00:00Z",
    "2030-01-07T10:00:00.1234567Z",
    "2030-01-07T10:00:00Z\n",
    "٢٠٣٠-01-07T10:00:00Z",
    "2030-W02-1T10:00:00Z",
    "2030-01-07T10:00:00z0",
    "\x00",
    "\ud800",
    {},
    [],
    ["2030-01-07T10:00:00Z"],
]
NO_NUMBER: list[Any] = [None, True, False, 1.0, 1.5, -1, 0, 2**63, 10**400, "1", "", "٣", [], {}, [1]]
NO_HASH_ID: list[Any] = [
    None,
    True,
    1,
    123,
    1.5,
    "",
    " ",
    "a b",
    "a/b",
    "ü",
    "٣",
    "a\n",
    "\x00",
    "a\x00",
    "\ud800",
    "x" * 65,
    [],
    {},
]
NO_NOTE: list[Any] = [None, True, 1, [], {}, "\x00", "a\x07b", "\udfff", "x" * 2001]
NO_OVERRIDE: list[Any] = [
    True,
    [],
    "yes",
    {"hours": 1},
    {"hours": "true", "reason": "x"},
    {"reason": 5},
    {"overlap": True},
    {"overlap": True, "reason": "x", "colour": "red"},
    {"overlap": True, "reason": "x" * 501},
]


def wrong_values(kind: Kind) -> list[tuple[str, Any]]:
    """Fields of one kind with values that they refuse."""
    names = kind.model.request_names()
    ids = NO_HASH_ID if kind.plural == "sessions" else NO_NUMBER
    ends = (
        [*NO_NUMBER, 1441]
        if kind.plural == "sessions"
        else [*NO_INSTANT, "2030-01-07T10:00:00Z", "2030-01-08T10:00:01Z"]
    )
    by_field = [
        (names["provider"], ids),
        (names["attendee"], ids),
        (names["start"], NO_INSTANT),
        (names["end"], ends),
        ("note", NO_NOTE),
        ("override", NO_OVERRIDE),
        ("colour", ["red"]),
        ("id", [1]),
        ("status", ["booked"]),
    ]
    return [(field, value) for field, values in by_field for value in values]


def test_wrong_value_is_refused_by_name(kind: Kind, desk: Api) -> None:
    provider, attendee = kind.provider(), kind.attendee()
    envelope = kind.envelope

    for field, value in wrong_values(kind):
        body = payload(kind, provider, attendee)
        body[envelope][field] = value
        answer = desk.post(kind.plural, body)
        found = (answer.status, set(answer.body.get("errors", ())))
        assert found == (422, {field}), f"{field}={value!r}: {answer.body}"
    assert kind.model.objects.count() == 0


def test_missing_fields_are_named_together(kind: Kind, desk: Api) -> None:
    names = kind.model.request_names()

    answer = desk.post(kind.plural, {kind.envelope: {}})

    assert (answer.status, set(answer.body["errors"])) == (422, {names["provider"], names["start"], names["end"]})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"null",
        b"[]",
        b'"x"',
        b"1",
        b"true",
        b"{",
        b"{}",
        b'{"a": 1}',
        b"{'a': 1}",
        b'{"a": 1, "a": 1}',
        b"\xff",
        b"\xef\xbb\xbf{}",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b"[" * 30_000,
        b'{"a":' * 10_000,
        b'{"a": ' + b"9" * 5000 + b"}",
        "{}".encode("utf-16"),
        b"{} {}",
        b'{"a": "\x01"}',
        b'{"a": 01}',
        b'{"a": "\\ud800"',
    ],
)
def test_malformed_body_is_refused(kind: Kind, desk: Api, body: bytes) -> None:
    answer = desk.post(kind.plural, raw=body)

    assert (answer.status, answer.body["code"]) == (400, "malformed")


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


@pytest.mark.parametrize("body", [{"reason": 5}, {"reason": "x" * 501}, {"reason": None}, {"why": "x"}])
def test_wrong_reason_is_named(kind: Kind, desk: Api, body: Any) -> None:
    booking = kind.factory.create()

    answer = desk.post(f"{kind.plural}/{booking.pk}/cancel", body)

    assert (answer.status, set(answer.body["errors"])) == (422, set(body))


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
