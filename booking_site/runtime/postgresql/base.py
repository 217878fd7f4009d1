"""The database engine in `DATABASES`."""

import time
from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base
from psycopg.conninfo import conninfo_attempts

from booking_site.runtime.postgresql import driver, limits
from booking_site.runtime.postgresql.breaker import Breaker, is_slow

READ_ONLY_SIGNS = ("default_transaction_read_only", "in_hot_standby")  # PostgreSQL reports each change of them
WHERE = ("host", "hostaddr", "port")

breaker = Breaker()


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL that, in a web process, answers soon or fails. A request waits for a silent server only once."""

    Database = driver
    _has_met_silence = False  # in this thread's request

    def get_connection_params(self) -> dict[str, object]:
        parameters = super().get_connection_params()
        return limits.connection_parameters(parameters, behind_pgbouncer=settings.BEHIND_PGBOUNCER)

    def get_new_connection(self, conn_params: dict[str, object]) -> driver.Connection:
        """Connect. Raises Silent at once while the database is known to be silent."""
        if not limits.are_on():
            return self.connect_once(conn_params)
        if self._has_met_silence or breaker.is_open:
            raise driver.Silent
        began_at = time.monotonic()
        try:
            connection = self.connect_once(bounded(conn_params))
            ask(connection, limits.CONNECT_SECONDS)  # PgBouncer takes connections while the server behind it is silent
        except Exception:
            if is_slow(began_at):
                breaker.open(self._ask)
            raise
        return connection

    def connect_once(self, conn_params: dict[str, object]) -> driver.Connection:
        connection: driver.Connection = super().get_new_connection(conn_params)
        return connection

    def is_usable(self) -> bool:
        """Whether the kept connection answers soon and may still write: its primary may have been demoted."""
        if self.connection is None or self.connection.closed or breaker.is_open:
            return False
        try:
            ask(self.connection, limits.HEALTH_CHECK_SECONDS)
        except driver.Silent:
            breaker.suspect(self._ask)
            self.connection.has_met_silence = False  # the server may be well: the request tries a new connection
            return False
        except driver.Error:
            return False
        return not refuses_writes(self.connection)

    def close(self) -> None:
        if getattr(self.connection, "has_met_silence", False):
            breaker.suspect(self._ask)
            self._has_met_silence = True
        super().close()

    def _ask(self) -> None:
        """Connect anew, from the breaker's thread, and close again."""
        with driver.connect(**bounded(self.get_connection_params())) as connection:
            ask(connection, limits.CONNECT_SECONDS)

    def close_if_unusable_or_obsolete(self) -> None:
        """Django's step between two requests: the next one may wait for the server again."""
        super().close_if_unusable_or_obsolete()
        self._has_met_silence = False


def ask(connection: driver.Connection, seconds: float) -> None:
    """Run one statement with a short limit. Raises Silent."""
    with connection.limited_to(seconds):
        connection.autocommit = True  # as Django has it between requests
        connection.execute("SELECT 1")


def bounded(conn_params: dict[str, object]) -> dict[str, Any]:
    """The same parameters, with less time for each address where a host has several, such as `localhost`."""
    is_ours = conn_params.get("connect_timeout") == limits.CONNECT_SECONDS
    where: dict[str, Any] = {name: conn_params[name] for name in WHERE if name in conn_params}
    if is_ours and len(conninfo_attempts(where)) > 1:
        return {**conn_params, "connect_timeout": limits.CONNECT_SECONDS_OF_SEVERAL}
    return conn_params


def refuses_writes(connection: driver.Connection) -> bool:
    """Whether the server has reported that this connection cannot write. (PgBouncer does not report it.)"""
    return any(connection.info.parameter_status(name) == "on" for name in READ_ONLY_SIGNS)
