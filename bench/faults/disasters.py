"""The disasters: how each is caused and ended, and what the site must answer meanwhile."""

import errno
import os
import re
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass

import psycopg

from bench.errors import BenchError
from bench.faults.cluster import Cluster
from bench.faults.probes import BOOKING_PROBES, PROBES, Visitors
from tests.support.smtp import Mailbox

UNAVAILABLE = 503
WELL = {name: frozenset({200}) for name in PROBES} | {
    "appointment by token": frozenset({201}),
    "session by token": frozenset({201}),
    "booking by form": frozenset({303}),
    "sign-in code": frozenset({302}),
}
"""A path -> the statuses that it answers while nothing is broken."""
READS = ("booking page", "directory", "own booking")
BOOKED_TABLES = "appointments, sessions"
PARTY_TABLES = "doctors, patients, coaches, clients"
MOST_BOOKINGS_TO_FILL = 40


@dataclass(frozen=True)
class Stage:
    """The parts that can be broken, and the visitors of the site."""

    cluster: Cluster
    mailbox: Mailbox
    visitors: Visitors


@dataclass(frozen=True)
class Disaster:
    """A disaster. `expected` maps each path to the statuses that it may answer."""

    name: str
    told: str
    happens: Callable[[Stage], AbstractContextManager[None]]
    expected: Mapping[str, frozenset[int]]
    log: str
    """A pattern: a line of the site's log that matches it names the cause."""
    has_crowd: bool = False
    """Whether many strangers also ask for codes at the same time."""
    needs_small_disk: bool = False

    def cause_in(self, log: str) -> str:
        """The first log line that names the cause; empty without one."""
        return next((line for line in log.splitlines() if re.search(self.log, line)), "")


def expect(*must_fail: str, may_fail: tuple[str, ...] = ()) -> dict[str, frozenset[int]]:
    """The expected statuses: 503 for `must_fail`, 503 or the usual one for `may_fail`, the usual one for all others."""
    down = frozenset({UNAVAILABLE})
    return WELL | dict.fromkeys(must_fail, down) | {name: WELL[name] | down for name in may_fail}


@contextmanager
def frozen(stage: Stage) -> Iterator[None]:
    """Stop the postmaster and all backends with SIGSTOP; the kernel still accepts connections."""
    stopped: list[int] = []
    try:
        while new := [pid for pid in stage.cluster.processes() if pid not in stopped]:
            for pid in new:  # the postmaster first, so that it starts no new ones
                os.kill(pid, signal.SIGSTOP)
            stopped += new
        yield
    finally:
        for pid in reversed(stopped):
            os.kill(pid, signal.SIGCONT)


@contextmanager
def away(stage: Stage) -> Iterator[None]:
    """The server is stopped within the block."""
    stage.cluster.stop()
    try:
        yield
    finally:
        stage.cluster.start()


@contextmanager
def full(stage: Stage) -> Iterator[None]:
    """Fill the file system of the data; then book until the free pages of the tables are used up."""
    filler = stage.cluster.data / "filler"
    try:
        with filler.open("wb") as file:
            disk = os.statvfs(stage.cluster.data)
            os.posix_fallocate(file.fileno(), 0, disk.f_bavail * disk.f_frsize)
        for name, book in BOOKING_PROBES.items():
            if not any(book(stage.visitors).status >= 500 for _ in range(MOST_BOOKINGS_TO_FILL)):
                raise BenchError(f"The disk does not get full: {name} still works.")
        yield
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise BenchError("The small disk cannot be filled.") from error
    finally:
        filler.unlink(missing_ok=True)


@contextmanager
def read_only(stage: Stage) -> Iterator[None]:
    """Make old and new sessions read-only, as an operator would."""
    with stage.cluster.connect() as operator:
        operator.execute("ALTER SYSTEM SET default_transaction_read_only = on")
        operator.execute("SELECT pg_reload_conf()")
        try:
            yield
        finally:
            operator.execute("ALTER SYSTEM RESET default_transaction_read_only")
            operator.execute("SELECT pg_reload_conf()")


@contextmanager
def standby(stage: Stage) -> Iterator[None]:
    """Start the server again as a hot standby, like a demoted primary; promote it afterwards."""
    cluster = stage.cluster
    cluster.stop()
    signal_file = cluster.data / "standby.signal"
    signal_file.touch()
    os.chown(signal_file, cluster.account.uid, cluster.account.gid)
    cluster.start()
    try:
        yield
    finally:
        cluster.promote()


@contextmanager
def out_of_connections(stage: Stage) -> Iterator[None]:
    """End the site's connections and take all connections but those reserved for superusers."""
    with ExitStack() as held, stage.cluster.connect() as operator:
        while True:
            _take_all(stage.cluster, held)
            ended = operator.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                " WHERE usename = %s AND application_name <> 'held'",
                [Cluster.ROLE],
            ).fetchall()
            if not ended:
                break
        yield


@contextmanager
def locked_tables(stage: Stage) -> Iterator[None]:
    """Another session alters the tables and keeps its transaction open."""
    with stage.cluster.connect() as other, other.transaction():
        other.execute(f"LOCK TABLE {BOOKED_TABLES}, {PARTY_TABLES} IN ACCESS EXCLUSIVE MODE")
        yield


@contextmanager
def locked_rows(stage: Stage) -> Iterator[None]:
    """Another session locks the rows of all people."""
    with stage.cluster.connect() as other, other.transaction():
        for table in PARTY_TABLES.split(", "):
            other.execute(f"SELECT FROM {table} FOR UPDATE")
        yield


@contextmanager
def mail_hangs(stage: Stage) -> Iterator[None]:
    """The mail server accepts connections and never answers."""
    stage.mailbox.is_silent = True
    try:
        yield
    finally:
        stage.mailbox.is_silent = False


def _take_all(cluster: Cluster, held: ExitStack) -> None:
    """Open connections until one is refused."""
    while True:
        try:
            held.enter_context(cluster.connect(Cluster.ROLE, name="held"))
        except psycopg.OperationalError:
            return


NEEDS_DATABASE = (*READS, *BOOKING_PROBES, "sign-in code")
WRITES = (*BOOKING_PROBES, "sign-in code")
FROZEN = r"Silent: the database does not answer|ConnectionTimeout"
READ_ONLY = r"ReadOnlySqlTransaction.*25006|OperationalError.*session is read-only"  # a new connection has no SQLSTATE
LOCKED = r"LockNotAvailable.*55P03"

DISASTERS = (
    Disaster(
        "frozen",
        "all processes of PostgreSQL stopped by SIGSTOP",
        frozen,
        expect(*NEEDS_DATABASE, may_fail=("admin's sign-in",)),
        FROZEN,
    ),
    Disaster(
        "frozen in a crowd",
        "the same, and twelve strangers ask for sign-in codes at that moment",
        frozen,
        expect(*NEEDS_DATABASE, may_fail=("admin's sign-in",)),
        FROZEN,
        has_crowd=True,
    ),
    Disaster(
        "away",
        "PostgreSQL is not running",
        away,
        expect(*NEEDS_DATABASE, may_fail=("admin's sign-in",)),
        r"OperationalError.*connection (failed|is bad)|AdminShutdown",
    ),
    Disaster(
        "full",
        "no room on the disk of the data",
        full,
        expect(*BOOKING_PROBES, may_fail=(*READS, "sign-in code", "admin's sign-in")),
        r"DiskFull.*53100",
        needs_small_disk=True,
    ),
    Disaster(
        "read-only",
        "`default_transaction_read_only = on`",
        read_only,
        expect(*WRITES, may_fail=(*READS, "admin's sign-in")),
        READ_ONLY,
    ),
    Disaster(
        "standby",
        "the primary was demoted to a hot standby",
        standby,
        expect(*WRITES, may_fail=(*READS, "admin's sign-in")),
        READ_ONLY,
    ),
    Disaster(
        "out of connections",
        "others hold all that `max_connections` allows",
        out_of_connections,
        expect(*NEEDS_DATABASE, may_fail=("admin's sign-in",)),
        r"53300|OperationalError.*(too many clients|connection slots)",
    ),
    Disaster(
        "locked tables",
        "another session holds `LOCK TABLE` on bookings and people",
        locked_tables,
        expect(*READS, *BOOKING_PROBES, may_fail=("sign-in code",)),
        LOCKED,
    ),
    Disaster(
        "locked rows",
        "another session holds `FOR UPDATE` on all people",
        locked_rows,
        expect(*BOOKING_PROBES),
        LOCKED,
    ),
    Disaster(
        "mail hangs",
        "the mail server accepts and never answers; twelve strangers ask for sign-in codes at once",
        mail_hangs,
        expect("sign-in code"),
        r"mail server: TimeoutError",
        has_crowd=True,
    ),
)
