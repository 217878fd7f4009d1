"""A PostgreSQL cluster of its own, set up as by an operator: over TCP with a password, or over a unix socket."""

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import psycopg
from psycopg import sql

from bench.errors import BenchError
from booking_site.runtime.embedded.account import Account, server_account
from booking_site.runtime.embedded.cluster import EXTENSIONS
from booking_site.runtime.embedded.programs import find_programs, programs_for
from tests.support.processes import free_port

CONNECTIONS = 30
DATA_MEGABYTES = 160
NO_SMALL_DISK = "no tmpfs can be mounted here (only root may)"


@dataclass(frozen=True)
class Cluster:
    """The cluster's files and address."""

    ADMIN: ClassVar[str] = "postgres"
    ROLE: ClassVar[str] = "app"
    DATABASE: ClassVar[str] = "booking_site"

    home: Path
    account: Account
    programs: Path
    port: int
    password: str
    is_on_socket: bool
    has_small_disk: bool
    """Whether its data, without the WAL, lie on a small file system of their own."""

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def host(self) -> str:
        return str(self.home) if self.is_on_socket else "127.0.0.1"

    @property
    def url(self) -> str:
        host = self.host.replace("/", "%2F")
        return f"postgresql://{self.ROLE}:{self.password}@{host}:{self.port}/{self.DATABASE}"

    def connect(self, user: str = ADMIN, database: str = DATABASE, name: str = "") -> "psycopg.Connection":
        """A connection in autocommit, whatever the server's defaults are."""
        return psycopg.connect(
            host=self.host,
            port=self.port,
            user=user,
            password=self.password,
            dbname=database,
            connect_timeout=30,
            application_name=name,
            options="-c default_transaction_read_only=off",
            autocommit=True,
        )

    def start(self) -> None:
        """Start the server, and return when it takes connections; also as a standby."""
        self._control("start", "-w", "-o", f"-h 127.0.0.1 -p {self.port} -k {self.home}")

    def stop(self) -> None:
        """Stop the server in fast mode: open transactions are rolled back."""
        self._control("stop", "-w", "-m", "fast")

    def promote(self) -> None:
        """Make a standby the primary."""
        self._control("promote", "-w")

    def is_running(self) -> bool:
        """Whether there is a postmaster."""
        return self._run("pg_ctl", "status") == 0

    def processes(self) -> list[int]:
        """The postmaster, then all its children."""
        postmaster = int((self.data / "postmaster.pid").read_text().partition("\n")[0])
        done = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True)
        rows = [tuple(map(int, row.split())) for row in done.stdout.splitlines()]
        return [postmaster, *(pid for pid, parent in rows if parent == postmaster)]

    def _control(self, *args: str) -> None:
        if self._run("pg_ctl", *args, "-t", "120") != 0:
            raise BenchError(f"pg_ctl {args[0]} failed:\n{self.log()[-2000:]}")

    def _run(self, program: str, *args: str) -> int:
        with (self.home / "server.log").open("ab") as output:
            return self.account.run(
                [str(self.programs / program), *args], output=output, env={"PGDATA": str(self.data)}
            )

    def log(self) -> str:
        """The text of the server's log."""
        return (self.home / "server.log").read_text(errors="replace")

    def make(self) -> None:
        """Create the cluster, start it, and make the site's role and database."""
        secret = self.home / "password"
        secret.write_text(self.password)
        os.chown(secret, self.account.uid, self.account.gid)
        options = ["-A", "scram-sha-256", "-U", self.ADMIN, "-E", "UTF8", "--locale=C.UTF-8", f"--pwfile={secret}"]
        if self._run("initdb", *options, f"--waldir={self.home / 'wal'}") != 0:
            raise BenchError(f"initdb failed:\n{self.log()[-2000:]}")
        settings = (f"max_connections = {CONNECTIONS}", "shared_buffers = 32MB", "autovacuum = off")
        with (self.data / "postgresql.conf").open("a") as file:
            file.write("\n".join(("", *settings, "")))
        self.start()
        with self.connect(database="template1") as template:
            for name in EXTENSIONS:
                template.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(name)))
        with self.connect(database="postgres") as connection:
            connection.execute(f"CREATE ROLE {self.ROLE} LOGIN PASSWORD '{self.password}'")
            connection.execute(f"CREATE DATABASE {self.DATABASE} OWNER {self.ROLE}")


@contextmanager
def fresh_cluster(*, is_on_socket: bool = False) -> Iterator[Cluster]:
    """A running cluster, which is deleted with its files afterwards."""
    home = Path(tempfile.mkdtemp(prefix="booking-faults-", dir="/tmp"))  # short enough for a socket
    account = server_account(home / "data")
    os.chown(home, account.uid, account.gid)
    programs = programs_for(account, find_programs(None), home)
    has_small_disk = _mount(home / "data", account)
    port = free_port()
    password = secrets.token_hex(16)
    cluster = Cluster(home, account, programs, port, password, is_on_socket, has_small_disk)
    try:
        cluster.make()
        yield cluster
    finally:
        if cluster.is_running():
            cluster.stop()
        if has_small_disk:
            subprocess.run(["umount", home / "data"], check=True)
        shutil.rmtree(home, ignore_errors=True)


def _mount(data: Path, account: Account) -> bool:
    """Mount a small tmpfs for the data; False where that is not allowed."""
    data.mkdir(mode=0o700)
    os.chown(data, account.uid, account.gid)
    options = f"size={DATA_MEGABYTES}m,mode=0700,uid={account.uid},gid={account.gid}"
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(data)]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False
