"""What a process waits for the database at most; the served site under a freeze is in `test_frozen.py`."""

import threading

import pytest
from django.db import connection
from psycopg import OperationalError

from booking_site.runtime.postgresql import limits
from booking_site.runtime.postgresql.breaker import SLOW_SECONDS, Breaker
from tests.support.waiting import wait_until

SECONDS = 60  # far more than any step takes


class Database:
    """Silent until it is told to answer; each question takes its time."""

    def __init__(self) -> None:
        self.answers, self.was_asked = threading.Event(), threading.Event()
        self.asking = 0

    def ask(self) -> None:
        self.asking += 1
        is_back = self.answers.wait(SLOW_SECONDS * 1.1)
        self.was_asked.set()
        if not is_back:
            raise OperationalError("no answer")


def test_breaker_is_open_until_the_database_answers() -> None:
    breaker, database = Breaker(), Database()

    breaker.open(database.ask)

    assert breaker.is_open
    database.was_asked.wait(SECONDS)
    assert breaker.is_open
    database.answers.set()
    wait_until(lambda: not breaker.is_open)


def test_breaker_opens_on_suspicion_when_the_database_is_silent() -> None:
    breaker, database = Breaker(), Database()

    breaker.suspect(database.ask)

    wait_until(lambda: breaker.is_open)
    database.answers.set()
    wait_until(lambda: not breaker.is_open)


def test_breaker_asks_in_one_thread_only() -> None:
    breaker, database = Breaker(), Database()

    for _ in range(20):
        breaker.open(database.ask)
        breaker.suspect(database.ask)

    assert database.asking == 1
    database.answers.set()
    wait_until(lambda: not breaker.is_open)


def test_breaker_lets_a_quick_failure_pass() -> None:
    breaker, is_refused = Breaker(), threading.Event()

    def ask() -> None:
        is_refused.set()
        raise OperationalError("connection refused")

    breaker.suspect(ask)

    is_refused.wait(SECONDS)
    wait_until(lambda: not breaker.is_open)


@pytest.mark.django_db
def test_lock_is_told_before_a_statement_is_given_up() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT setting::int / 1000.0 FROM pg_settings WHERE name = 'lock_timeout'")
        (lock_seconds,) = cursor.fetchone()

    assert 0 < lock_seconds < limits.STATEMENT_SECONDS < limits.SERVER_SECONDS
    assert limits.STATEMENT_SECONDS < 5
    assert limits.HEALTH_CHECK_SECONDS + limits.CONNECT_SECONDS < 5
    assert limits.HEALTH_CHECK_SECONDS + 2 * limits.CONNECT_SECONDS_OF_SEVERAL < 5


@pytest.mark.django_db
def test_commands_and_tests_are_not_bounded() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)
    assert not limits.are_on()


def test_what_the_url_says_stays() -> None:
    said = {"tcp_user_timeout": "1", "target_session_attrs": "any", "options": "-c statement_timeout=7"}

    parameters = limits.connection_parameters(said, behind_pgbouncer=False)

    assert {name: parameters[name] for name in ("tcp_user_timeout", "target_session_attrs")} == {
        "tcp_user_timeout": "1",
        "target_session_attrs": "any",
    }
    assert parameters["options"] == "-c statement_timeout=0 -c statement_timeout=7"  # the last one counts
    assert parameters["keepalives_idle"] == limits.TCP["keepalives_idle"]


def test_pgbouncer_gets_neither_options_nor_session_attributes() -> None:
    assert limits.connection_parameters({}, behind_pgbouncer=True) == limits.TCP


@pytest.mark.django_db(transaction=True)
def test_read_only_connection_is_not_kept() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
        assert not connection.is_usable()
        cursor.execute("SET default_transaction_read_only = off")

    assert connection.is_usable()
