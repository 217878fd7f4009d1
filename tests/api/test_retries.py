"""Repeats that meet each other, or a server that died: one booking, over real servers and connections."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from bookings.models import IdempotencyRecord
from tests.support.api import Api, payload
from tests.support.concurrency import other_connection
from tests.support.kinds import Kind
from tests.support.live_server import call, run_server

pytestmark = pytest.mark.django_db(transaction=True)

REPEATS = 50
KEY = {"Idempotency-Key": "a-key"}


def database() -> str:
    """The name of the test's database."""
    return str(connection.settings_dict["NAME"])


def test_repeat_in_flight_is_told_to_wait(kind: Kind, desk: Api) -> None:
    body = payload(kind, kind.provider(), kind.attendee())
    assert desk.user
    with other_connection() as twin:
        claim = f"idempotency user {desk.user.pk} a-key"
        twin.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [claim])

        answer = desk.post(kind.plural, body, **KEY)
        other_key = desk.post(kind.plural, body, **{"Idempotency-Key": "another"})

    assert (answer.status, answer.body["code"]) == (409, "idempotency_in_progress")
    assert answer.headers["Retry-After"] == "1"
    assert "suggestions" not in answer.body
    assert other_key.status == 201


@pytest.mark.race
def test_fifty_parallel_repeats_book_once(kind: Kind, desk: Api) -> None:
    body, path = payload(kind, kind.provider(), kind.attendee()), f"/api/v1/{kind.plural}"
    with run_server(database(), workers=2) as port, ThreadPoolExecutor(REPEATS) as pool:
        calls = [pool.submit(call, port, "POST", path, body, {**desk.headers, **KEY}) for _ in range(REPEATS)]
        answers = [done.result() for done in calls]

    booked = [answer for answer in answers if answer and answer.status == 201]
    waiting = [answer.body["code"] for answer in answers if answer and answer.status == 409]
    assert kind.model.objects.count() == 1
    assert {answer.body[kind.envelope]["id"] for answer in booked} == {kind.model.objects.get().pk}
    assert sum("idempotency-replayed" not in _lower(answer.headers) for answer in booked) == 1
    assert len(booked) + Counter(waiting)["idempotency_in_progress"] == REPEATS


@pytest.mark.race
def test_crash_between_commit_and_answer_books_once(kind: Kind, desk: Api) -> None:
    body, path = payload(kind, kind.provider(), kind.attendee()), f"/api/v1/{kind.plural}"
    headers = {**desk.headers, **KEY}
    with run_server(database()) as port:
        assert call(port, "POST", path, body, {**headers, "X-Die": "after-commit"}) is None
    booking, kept = kind.model.objects.get(), IdempotencyRecord.objects.get()

    with run_server(database()) as port:
        again = call(port, "POST", path, body, headers)

    assert again is not None
    assert (again.status, again.body[kind.envelope]["id"]) == (201, booking.pk)
    assert _lower(again.headers)["idempotency-replayed"] == "true"
    assert _lower(again.headers)["location"] == kept.headers["Location"] == f"{path}/{booking.pk}"
    assert kind.model.objects.count() == 1


def _lower(headers: dict[str, Any]) -> dict[str, Any]:
    return {name.lower(): value for name, value in headers.items()}
