"""A database that is busy or away: 503 with Retry-After on every path, and nothing is changed."""

import threading

import pytest
from django.db import connection

from tests.support.api import Api, payload
from tests.support.concurrency import other_connection
from tests.support.kinds import Kind, span

pytestmark = pytest.mark.django_db(transaction=True)


def test_locked_booking_answers_unavailable_after_three_seconds(kind: Kind, desk: Api) -> None:
    booking = kind.book(span(10, 11))
    with other_connection() as other:
        other.execute(f"SELECT 1 FROM {kind.plural} WHERE id = %s FOR UPDATE", [booking.pk])

        answer = desk.post(f"{kind.plural}/{booking.pk}/cancel")

    assert (answer.status, answer.body["code"], answer.headers["Retry-After"]) == (503, "unavailable", "1")
    assert desk.get(f"{kind.plural}/{booking.pk}").body[kind.envelope]["status"] == "booked"


def test_uncommitted_rival_that_rolls_back_lets_the_booking_in(kind: Kind, desk: Api) -> None:
    provider, attendee = kind.provider(), kind.attendee()
    rival = kind.book(span(10, 11), provider=provider)
    desk.post(f"{kind.plural}/{rival.pk}/cancel")
    with other_connection() as other:
        other.execute(f"UPDATE {kind.plural} SET status = 'booked' WHERE id = %s", [rival.pk])
        threading.Timer(0.3, other.rollback).start()

        answer = desk.post(kind.plural, payload(kind, provider, attendee))

    assert answer.status == 201


@pytest.mark.parametrize("path", ["/api/v1/doctors", "/api/v1/sessions", "/booking"])
def test_database_away_answers_unavailable_on_every_path(desk: Api, path: str) -> None:
    assert desk.user
    desk.client.force_login(desk.user)
    with other_connection(dbname="postgres") as other:
        other.autocommit = True
        name = connection.settings_dict["NAME"]
        connection.close()
        other.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        try:
            answer = desk.client.get(path, headers=desk.headers)
        finally:
            other.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
