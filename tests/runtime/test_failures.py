"""Why an answer was 503 or 500: the log names the cause, and no value; the answer names the request."""

import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from smtplib import SMTPRecipientsRefused
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path as url
from pytest_django import Settings

from bookings.core import failures
from bookings.core.errors import Unavailable
from bookings.core.failures import Limiter, cause_of, log_failure, unavailable, without_values
from bookings.web.action_buttons import action_url
from tests.support.api import Api
from tests.support.concurrency import other_connection
from tests.support.factories import UserFactory
from tests.support.kinds import Kind, span
from tests.support.logged import Log, logged
from tests.support.pages import Visit, text_of
from tests.support.smtp import mail_server

pytestmark = pytest.mark.django_db(transaction=True)

EMAIL = "jane.roe@values.example"


@pytest.fixture
def log() -> Iterator[Log]:
    with logged() as log:
        yield log


def failure(log: Log) -> str:
    """The one line that names a cause."""
    (line,) = log.of("bookings.core.failures")
    return line


@contextmanager
def database_without(change: str, undo: str) -> Iterator[None]:
    """No connection, and the database takes no new one."""
    name = connection.settings_dict["NAME"]
    with other_connection(dbname="postgres") as other:
        other.autocommit = True
        connection.close()
        other.execute(f'ALTER DATABASE "{name}" {change}')
        try:
            yield
        finally:
            other.execute(f'ALTER DATABASE "{name}" {undo}')


# The database


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("PORT", "1", "failed: No such file or directory|failed: Connection refused"),
        ("NAME", "nowhere", "database nowhere does not exist"),
        ("USER", "nobody_here", "role nobody_here does not exist|authentication failed for user nobody_here"),
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/doctors", "/booking"])
def test_database_that_cannot_be_reached_is_named(  # noqa: PLR0913  three fixtures and two tables
    client: Client, log: Log, monkeypatch: pytest.MonkeyPatch, path: str, setting: str, value: str, words: str
) -> None:
    connection.close()
    monkeypatch.setitem(connection.settings_dict, setting, value)

    answer = client.get(path)
    connection.close()

    line = failure(log)
    assert answer.status_code == 503
    assert f" ERROR bookings.core.failures [{answer.headers['X-Request-ID']}] Unavailable at GET {path}: " in line
    assert re.search(rf"the database: psycopg\.OperationalError: .*({words})", line)
    assert "Service Unavailable" not in log.text


@pytest.mark.parametrize(
    ("change", "undo", "words"),
    [
        ("CONNECTION LIMIT 0", "CONNECTION LIMIT -1", "too many connections for database"),
        ("ALLOW_CONNECTIONS false", "ALLOW_CONNECTIONS true", "is not currently accepting connections"),
    ],
)
def test_database_that_takes_no_connection_is_named(
    client: Client, log: Log, change: str, undo: str, words: str
) -> None:
    with database_without(change, undo):
        answer = client.get("/api/v1/doctors")

    assert answer.status_code == 503
    assert words in failure(log)


def test_lock_is_named_with_its_code(kind: Kind, desk: Api, log: Log) -> None:
    booking = kind.book(span(10, 11))
    with other_connection() as other:
        other.execute(f"SELECT 1 FROM {kind.plural} WHERE id = %s FOR UPDATE", [booking.pk])
        answer = desk.post(f"{kind.plural}/{booking.pk}/cancel")

    assert answer.status == 503
    assert failure(log).endswith(
        f"[{answer.body['request_id']}] Unavailable at POST /api/v1/{kind.plural}/{booking.pk}/cancel: the database: "
        "psycopg.errors.LockNotAvailable (55P03): canceling statement due to lock timeout"
    )


def test_page_of_a_locked_booking_names_the_request(kind: Kind, log: Log) -> None:
    booking = kind.book(span(10, 11))
    visit = Visit.by(kind, UserFactory.create(is_staff=True))
    with other_connection() as other:
        other.execute(f"SELECT 1 FROM {kind.plural} WHERE id = %s FOR UPDATE", [booking.pk])
        answer = visit.post({"revision": booking.revision}, action_url(booking, "cancel"))

    assert answer.status_code == 503
    assert answer.headers["X-Request-ID"] in text_of(answer)
    assert answer.headers["X-Request-ID"] in failure(log)


@pytest.mark.parametrize("method", ["get", "post"])
def test_page_names_the_request(client: Client, log: Log, method: str) -> None:
    client.force_login(UserFactory.create())
    with database_without("ALLOW_CONNECTIONS false", "ALLOW_CONNECTIONS true"):
        answer = getattr(client, method)("/booking")

    assert answer.status_code == 503
    assert answer.headers["X-Request-ID"] in text_of(answer)
    assert answer.headers["X-Request-ID"] in failure(log)


def test_reason_without_an_exception_is_told(log: Log) -> None:
    assert isinstance(unavailable("the insertion lost to other bookings, 3 times"), Unavailable)

    assert failure(log).endswith(
        "Unavailable: the database: bookings.core.errors.Unavailable: the insertion lost to other bookings, 3 times"
    )


def lose_the_connection(get_response: Any) -> Any:
    """A middleware that fails as the one that saves the session does."""

    def answer(request: HttpRequest) -> HttpResponse:
        raise OperationalError("the connection is lost")

    return answer


def test_failure_outside_of_a_view_is_one_line_too(visitor: Api, log: Log, settings: Settings) -> None:
    settings.DEBUG = False
    settings.MIDDLEWARE = [*settings.MIDDLEWARE[:5], f"{__name__}.lose_the_connection"]

    statuses = [visitor.get("doctors").status for _ in range(3)]

    assert statuses == [503] * 3
    assert failure(log).endswith("the database: django.db.utils.OperationalError: the connection is lost")
    assert "Traceback" not in log.text
    assert len(log.of("django.request")) == 0


# The mail server


def test_mail_server_away_is_named(client: Client, log: Log, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    answer = client.post("/sign-in", {"email": EMAIL})

    assert answer.status_code == 503
    assert answer.headers["X-Request-ID"] in text_of(answer)
    assert failure(log).endswith(
        "Unavailable at POST /sign-in: the mail server: ConnectionRefusedError (ECONNREFUSED): Connection refused"
    )
    assert EMAIL not in log.text


def test_mail_server_that_puts_off_is_named(client: Client, log: Log, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with mail_server() as mailbox:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mailbox.port
        mailbox.recipient_reply = f"451 <{EMAIL}> later".encode()
        answer = client.post("/sign-in", {"email": EMAIL})

    assert answer.status_code == 503
    assert failure(log).endswith("the mail server: smtplib.SMTPRecipientsRefused (451)")


def test_refusal_of_a_mail_server_is_told_by_its_codes() -> None:
    refused = SMTPRecipientsRefused({EMAIL: (451, f"<{EMAIL}> later".encode()), "b@c.example": (452, b"full")})

    assert str(cause_of(refused)) == "smtplib.SMTPRecipientsRefused (451/452)"


# Values


@pytest.mark.parametrize(
    ("message", "without"),
    [
        ('invalid input syntax for type integer: "Jane "x" Roe"', "invalid input syntax for type integer: …"),
        ('invalid input syntax for type date: "Jane\n"Roe" x"', "invalid input syntax for type date: …"),
        ('invalid input syntax for type json: "Jane', "invalid input syntax for type json: …"),
        ("ungültige Eingabesyntax für Typ integer: »Jane«", "ungültige Eingabesyntax für Typ integer: …"),
        ("the server can't reach 49171234567", "the server can't reach …"),
        (
            'could not extend file "base/1/2": No space left on device',
            "could not extend file …: No space left on device",
        ),
        ('relation "kept" refuses "Jane"', "relation kept refuses …"),
    ],
)
def test_values_are_cut(message: str, without: str) -> None:
    assert without_values(message, ["kept"]) == without


def break_down(request: HttpRequest) -> HttpResponse:
    """A view that breaks a unique constraint, which the server tells with the value."""
    with transaction.atomic():
        UserFactory.create(email=EMAIL)
        UserFactory.create(email=EMAIL)
    return HttpResponse()


def break_with_a_value(request: HttpRequest) -> HttpResponse:
    raise ValueError(f"Nobody is called {EMAIL}")


handler500 = "booking_site.errors.server_error"
urlpatterns = [url("api/v1/broken", break_down), url("api/v1/value", break_with_a_value)]


def test_traceback_names_the_request_and_no_value(visitor: Api, log: Log, settings: Settings) -> None:
    settings.DEBUG, settings.ROOT_URLCONF = False, __name__

    answer = visitor.get("broken?email=somebody@else.example")

    assert answer.status == 500
    assert answer.body["request_id"] == answer.headers["X-Request-ID"]
    (line,) = log.of("django.request")
    assert line.endswith(f"ERROR django.request [{answer.body['request_id']}] Internal Server Error: /api/v1/broken")
    assert "in break_down" in log.text
    assert "psycopg.errors.UniqueViolation: duplicate key value violates unique constraint " in log.text
    assert log.text.count("DETAIL") == log.text.count("@") == 0


def test_address_in_any_message_is_cut(visitor: Api, log: Log, settings: Settings) -> None:
    settings.DEBUG, settings.ROOT_URLCONF = False, __name__

    visitor.get("value")

    assert "ValueError: Nobody is called [e-mail]" in log.lines


# Not more than needed


def test_one_of_a_kind_passes_whatever_the_threads() -> None:
    limiter = Limiter(seconds=3600)

    def admit(found: Counter[int | None]) -> None:
        found.update(limiter.admit("cause") for _ in range(500))

    counts: list[Counter[int | None]] = [Counter() for _ in range(8)]
    threads = [threading.Thread(target=admit, args=[found]) for found in counts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(counts, Counter()) == {0: 1, None: 3999}
    assert limiter.admit("other cause") == 0
    limiter.seconds = 0
    assert limiter.admit("cause") == 3999


def test_line_says_how_many_were_left_out(log: Log) -> None:
    failures.limiter.seconds = 3600
    for _ in range(4):
        log_failure(psycopg.OperationalError("the connection is lost"))
    failures.limiter.seconds = 0
    log_failure(psycopg.OperationalError("the connection is lost"))

    first, second = log.of("bookings.core.failures")
    assert first.endswith("the connection is lost")
    assert second.endswith("the connection is lost (3 more like this since the last such line)")
