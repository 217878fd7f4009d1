"""The catalogue against the API: each gets its own 4xx and a sentence that names the field; nothing is written."""

import base64
import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

import pytest

from bookings.models import IdempotencyRecord
from tests.support import bad_input, bad_queries
from tests.support.api import Answer, Api, payload
from tests.support.kinds import Kind, span

pytestmark = pytest.mark.django_db


def with_value(fields: dict[str, Any], name: str, value: str) -> str:
    """An object as JSON text with one member set to JSON text."""
    kept = [f"{json.dumps(key)}: {json.dumps(given)}" for key, given in fields.items() if key != name]
    return "{" + ", ".join([*kept, f"{json.dumps(name)}: {value}"]) + "}"


def complaint(answer: Answer, name: str) -> str:
    """What is wrong with the refusal of a field; empty when nothing is."""
    if answer.status != 422 or answer.headers["Content-Type"] != "application/problem+json":
        return f"{answer.status} {answer.body}"
    errors = answer.body.get("errors", {})
    if set(errors) != {name} or not all(sentence.strip() for sentence in errors[name]) or not errors[name]:
        return f"names {errors}"
    return ""


def assert_all_refused(api: Api, method: str, path: str, bodies: Iterable[tuple[str, str, str]]) -> None:
    """Send each (name, value, body): the name is what the refusal must name."""
    found = {}
    for name, value, body in bodies:
        answer = api.call(method, path, raw=body.encode(), **{"Idempotency-Key": "a-key"})
        if wrong := complaint(answer, name):
            found[f"{name}: {value[:80]}"] = wrong
    assert found == {}
    assert IdempotencyRecord.objects.count() == 0


def test_catalogue_is_as_large_as_promised(kind: Kind) -> None:
    assert len(set(bad_input.wrong_values(kind))) >= 200
    assert len(set(bad_queries.wrong_queries(kind))) >= 60
    assert len(set(bad_input.NO_BODY)) >= 60


def test_bookings(kind: Kind, desk: Api) -> None:
    fields = payload(kind, kind.provider(), kind.attendee())[kind.envelope]

    assert_all_refused(
        desk,
        "POST",
        kind.plural,
        (
            (name, value, f'{{"{kind.envelope}": {with_value(fields, name, value)}}}')
            for name, value in bad_input.wrong_values(kind)
        ),
    )
    assert kind.model.objects.count() == 0


def test_changes(kind: Kind, desk: Api) -> None:
    booking = kind.book(span(10, 11))

    assert_all_refused(
        desk,
        "PATCH",
        f"{kind.plural}/{booking.pk}",
        (
            (name, value, f'{{"{kind.envelope}": {with_value({}, name, value)}}}')
            for name, value in bad_input.wrong_changes(kind)
        ),
    )
    assert kind.model.objects.get().revision == 1


def test_batches(kind: Kind, desk: Api) -> None:
    fields = payload(kind, kind.provider(), kind.attendee())[kind.envelope]

    assert_all_refused(
        desk,
        "POST",
        f"{kind.plural}/batch",
        (
            (
                f"{kind.plural}.1.{name}",
                value,
                f'{{"{kind.plural}": [{json.dumps(fields)}, {with_value(fields, name, value)}]}}',
            )
            for name, value in bad_input.wrong_values(kind)
        ),
    )
    assert kind.model.objects.count() == 0


@pytest.mark.parametrize("flag", bad_input.texts(None, 0, 1, "true", [], {}))
def test_batch_that_may_fail_in_parts_or_not(kind: Kind, desk: Api, flag: str) -> None:
    answer = desk.post(f"{kind.plural}/batch", raw=f'{{"{kind.plural}": [{{}}], "all_or_nothing": {flag}}}'.encode())

    assert complaint(answer, "all_or_nothing") == ""


@pytest.mark.parametrize("count", [0, 51])
def test_batch_of_too_few_or_many(kind: Kind, desk: Api, count: int) -> None:
    assert complaint(desk.post(f"{kind.plural}/batch", {kind.plural: [{}] * count}), kind.plural) == ""


@pytest.mark.parametrize("row", ["null", "1", '"x"', "[]", "true"])
def test_batch_of_what_is_no_object(kind: Kind, desk: Api, row: str) -> None:
    answer = desk.post(f"{kind.plural}/batch", raw=f'{{"{kind.plural}": [{row}]}}'.encode())

    assert complaint(answer, f"{kind.plural}.0") == ""


@pytest.mark.parametrize("action", ["approve", "cancel", "check-in", "complete", "no-show", "undo"])
def test_changes_of_state(kind: Kind, desk: Api, action: str) -> None:
    booking = kind.book(span(10, 11))

    assert_all_refused(
        desk,
        "POST",
        f"{kind.plural}/{booking.pk}/{action}",
        ((name, value, with_value({}, name, value)) for name, value in bad_input.wrong_reasons()),
    )
    assert kind.model.objects.get().revision == 1


def test_people(kind: Kind, desk: Api) -> None:
    people = kind.attendee_model._meta

    assert_all_refused(
        desk,
        "POST",
        people.db_table,
        (
            (name, value, f'{{"{people.model_name}": {with_value({"name": "Ada"}, name, value)}}}')
            for name, value in bad_input.wrong_people(kind)
        ),
    )
    assert kind.attendee_model._default_manager.count() == 0


def test_bodies_that_are_no_json_object(kind: Kind, desk: Api) -> None:
    booking, people = kind.book(span(10, 11)), kind.attendee_model._meta.db_table
    targets = [
        ("POST", kind.plural),
        ("PATCH", f"{kind.plural}/{booking.pk}"),
        ("POST", f"{kind.plural}/batch"),
        ("POST", people),
    ]

    for method, path in targets:
        for body in bad_input.NO_BODY:
            answer = desk.call(method, path, raw=body)
            assert (answer.status, answer.body["code"]) == (400, "malformed"), (path, body[:80], answer)
    assert kind.model.objects.get().revision == 1


def test_changes_of_state_with_bodies_that_are_no_json_object(kind: Kind, desk: Api) -> None:
    """None at all is fine there, and an empty object."""
    path = f"{kind.plural}/{kind.book(span(10, 11)).pk}/cancel"

    for body in bad_input.NO_BODY:
        if body not in (b"", b"{}", b'{"a": 1}'):
            answer = desk.post(path, raw=body)
            assert (answer.status, answer.body["code"]) == (400, "malformed"), (body[:80], answer)
    assert kind.model.objects.get().revision == 1


def test_queries(kind: Kind, desk: Api) -> None:
    queries = [
        *bad_queries.wrong_queries(kind),
        *((unquote(text.partition("=")[0], errors="replace"), text) for text in bad_queries.EXTRA),
    ]
    found = {text: wrong for name, text in queries if (wrong := complaint(desk.get(f"{kind.plural}?{text}"), name))}

    assert found == {}


def test_looks_for_free_times(kind: Kind, desk: Api) -> None:
    directory = kind.provider_model._meta.db_table
    queries = [
        *bad_queries.wrong_looks(kind),
        *((unquote(text.partition("=")[0], errors="replace"), text) for text in bad_queries.EXTRA),
    ]
    for path in (f"{directory}/slots", f"{directory}/{kind.provider().key}/slots"):
        found = {text: wrong for name, text in queries if (wrong := complaint(desk.get(f"{path}?{text}"), name))}
        assert found == {}


AT = "2030-01-07T10:00:00+00:00"
FORGED: dict[str, list[list[Any]]] = {
    "bookings": [
        *[[flag, AT, "1"] for flag in (0.0, 1.0, True, False, -1, 2, "0", None)],
        *[[0, AT, pk] for pk in ("-1", "0", "\u0661", "01", "+1", " 1", "1_0", "1.0", "9" * 19, "9" * 400, 1)],
        *[[0, f"2022-01-01T00:00:00{rest}", "1"] for rest in ("+23:59:59.9", "+23:59:59.900000", "", "Z", "+02:00")],
        *[[0, at, "1"] for at in ("2022-01-01", "0001-01-01T00:00:00+23:59", AT.replace("T", " "), "\ud800", "\0")],
    ],
    "directory": [[0, name, "1"] for name in ("\ud800", "a\udfff", "\0", "x" * 201)]
    + [[0, "A", "-1"], [0.0, "A", "1"]],
    "people": [[0, "-1"], [0, "0"], [0, "\u0661"], [True, "1"]],
}


def forged(*positions: list[Any]) -> Iterable[str]:
    """Cursors that say these."""
    for position in positions:
        yield base64.urlsafe_b64encode(json.dumps(position).encode()).decode().rstrip("=")
    for spaced in ('[0,"A","1"]', ' [0, "A", "1"]', r'[0, "\u0041", "1"]'):
        yield base64.urlsafe_b64encode(spaced.encode()).decode().rstrip("=")


def test_forged_cursors(kind: Kind, desk: Api) -> None:
    paths = {
        "bookings": kind.plural,
        "directory": kind.provider_model._meta.db_table,
        "people": kind.attendee_model._meta.db_table,
    }
    for name, path in paths.items():
        answers = {cursor: desk.get(f"{path}?cursor={cursor}") for cursor in forged(*FORGED[name])}
        assert {text: wrong for text, answer in answers.items() if (wrong := complaint(answer, "cursor"))} == {}


def test_queries_of_people_and_directories(kind: Kind, desk: Api) -> None:
    queries = [(name, f"{name}={value}") for name, values in bad_queries.paging().items() for value in values]
    directory = kind.provider_model._meta.db_table
    for path in (kind.attendee_model._meta.db_table, directory, f"{directory}/services"):
        found = {text: wrong for name, text in queries if (wrong := complaint(desk.get(f"{path}?{text}"), name))}
        assert found == {}
