"""How long this process waits for the database. Web processes turn the limits on; commands wait without a limit."""

from collections.abc import Mapping

STATEMENT_SECONDS = 4.0  # longer than lock_timeout, to distinguish a lock from silence; the answer is sent within 5
HEALTH_CHECK_SECONDS = 0.8  # for a kept connection; then a new one is tried
CONNECT_SECONDS = 3
CONNECT_SECONDS_OF_SEVERAL = 2  # for each address; psycopg takes no less
SERVER_SECONDS = 10  # statement_timeout: ends a statement that a web process has given up

# A peer whose machine or network is gone, in every process: noticed within some 10 seconds.
TCP = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 10_000}

_is_limited = False


def turn_on() -> None:
    """From now on this process gives up early."""
    global _is_limited  # noqa: PLW0603  one answer for the whole process
    _is_limited = True


def are_on() -> bool:
    return _is_limited


def connection_parameters(parameters: Mapping[str, object], *, behind_pgbouncer: bool) -> dict[str, object]:
    """The parameters of a new connection with this process's limits; values in DATABASE_URL stay.

    PgBouncer refuses start-up options, so there the role carries statement_timeout; it also finds the primary itself.
    """
    limited = {**TCP, **parameters}
    if are_on():
        limited.setdefault("connect_timeout", CONNECT_SECONDS)
    if not behind_pgbouncer:
        milliseconds = SERVER_SECONDS * 1000 if are_on() else 0  # 0, as the role may carry a limit
        limited["options"] = f"-c statement_timeout={milliseconds} {parameters.get('options', '')}".rstrip()
        limited.setdefault("target_session_attrs", "read-write")
    return limited
