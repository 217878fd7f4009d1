"""Bodies sent in chunks, without a length, over a real connection: read like any other, refused like any other."""

import json
import socket
from collections.abc import Iterator

import pytest
from django.db import connection

from bookings.models import Booking
from tests.support.api import Api, payload
from tests.support.factories import UserFactory
from tests.support.kinds import SESSIONS, Kind, span
from tests.support.live_server import run_server


@pytest.fixture
def port(transactional_db: None) -> Iterator[int]:
    """That of a server on the test database."""
    with run_server(str(connection.settings_dict["NAME"])) as port:
        yield port


@pytest.fixture
def token(transactional_db: None) -> str:
    """The desk's header."""
    return Api(UserFactory.create(is_staff=True)).headers["Authorization"]


def send(port: int, path: str, authorization: bytes, *chunks: bytes, media_type: str = "application/json") -> int:
    """The status of a POST whose body comes in these chunks."""
    head = f"POST /api/v1/{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: {media_type}\r\n"
    body = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)
    with socket.create_connection(("127.0.0.1", port), timeout=20) as wire:
        wire.sendall(head.encode() + b"Authorization: " + authorization + b"\r\nTransfer-Encoding: chunked\r\n\r\n")
        wire.sendall(body + b"0\r\n\r\n")
        return int(wire.makefile("rb").readline().split()[1])


def test_chunks_are_read_and_judged(port: int, token: str) -> None:
    known, kind = token.encode(), SESSIONS
    body = json.dumps(payload(kind, kind.provider(), kind.attendee())).encode()
    booked: Booking = kind.book(span(10, 11))
    cancel = f"{kind.plural}/{booked.pk}/cancel"

    assert send(port, kind.plural, known, body[:7], body[7:]) == 201
    assert send(port, cancel, known, b"garbage") == 400
    assert send(port, cancel, known, b"{}", media_type="text/plain") == 415
    assert send(port, cancel, known, *[b" " * 65_536, b" "]) == 413
    assert send(port, cancel, "Token \u00e9".encode("latin-1"), b"{}") == 401
    assert kind.model.objects.get(pk=booked.pk).status == "booked"
    assert send(port, cancel, known) == 200


@pytest.mark.django_db
def test_chunks_that_the_server_does_not_undo_are_refused(kind: Kind, desk: Api) -> None:
    booking = kind.book(span(10, 11))

    answer = desk.post(f"{kind.plural}/{booking.pk}/cancel", Transfer_Encoding="chunked", Content_Length="")

    assert (answer.status, answer.body["code"]) == (411, "length_required")
    assert kind.model.objects.get().status == "booked"
