"""Starts, stops and shares the embedded PostgreSQL."""

import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import IO

import psycopg

from booking_site.runtime.embedded.cluster import ADMIN, prepare_cluster
from booking_site.runtime.embedded.errors import EmbeddedServerError
from booking_site.runtime.embedded.layout import SOCKET_FILE, Layout
from booking_site.runtime.embedded.programs import find_programs, major_version, programs_for
from booking_site.runtime.file_locks import take_exclusive, take_shared, try_exclusive
from booking_site.runtime.processes import command_line, is_alive

LOCK_SECONDS = 120
START_SECONDS = 15  # how long failed starts are repeated; one start may take longer (crash recovery)
STOP_SECONDS = 30
POLL_SECONDS = 0.05
NO_PROCESS = 99_999_999  # above any system's highest process id
LARGEST_LOG_BYTES = 1_000_000


class Server:
    """One embedded PostgreSQL with its data below `var_dir`. Every process of the checkout may have its own object."""

    def __init__(self, var_dir: Path, bin_dir: Path | None = None) -> None:
        """`bin_dir` has PostgreSQL's programs; None searches for them."""
        self._var_dir = var_dir
        self._bin_dir = bin_dir

    @cached_property
    def layout(self) -> Layout:
        return Layout.of(self._var_dir)

    @property
    def host(self) -> str:
        """The socket directory, as libpq wants it."""
        return str(self.layout.sockets)

    def ensure_running(self) -> None:
        """Return when the server takes connections and has its role and database; starts it if necessary.

        Any number of processes may call this at once: one starts the server, the others wait for it. Raises
        EmbeddedServerError.
        """
        with self._alone():
            if self.layout.prepared.exists() and self._accepts():
                return
            self.layout.make_directories()
            programs = programs_for(self.layout.account, find_programs(self._bin_dir), self.layout.home)
            if not self.layout.data.exists():
                self._init(programs)
            self._start(programs)
            if not self.layout.prepared.exists():
                prepare_cluster(self.host)
                self.layout.prepared.touch()

    def is_running(self) -> bool:
        """Whether its process exists, even if it takes no connections."""
        return self._postmaster() is not None

    def stop(self) -> bool:
        """Stop the server (fast: open transactions are rolled back), and return whether one ran."""
        if not self._var_dir.exists():
            return False
        with self._alone():
            was_running = self._postmaster() is not None
            self._stop()
            if self.layout.sockets.parent != self.layout.home:
                shutil.rmtree(self.layout.sockets, ignore_errors=True)
            return was_running

    @contextmanager
    def held(self) -> Iterator[None]:
        """Use the server during the block. The last of several users to leave stops it.

        A shared file lock counts the users, so a killed one does not count any more.
        """
        with self._opened("database-users.lock") as file:
            take_shared(file)
            try:
                yield
            finally:
                if try_exclusive(file):
                    self.stop()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self._opened("database.lock") as file:
            try:
                take_exclusive(file, seconds=LOCK_SECONDS)
            except TimeoutError as error:
                raise EmbeddedServerError(
                    f"Another process has been starting or stopping the database in {self._var_dir} for "
                    f"{LOCK_SECONDS} seconds: end it and try again."
                ) from error
            yield

    def _opened(self, name: str) -> IO[str]:
        try:
            self._var_dir.mkdir(parents=True, exist_ok=True)
            return (self._var_dir / name).open("a")
        except OSError as error:
            raise EmbeddedServerError(
                f"Cannot write {self._var_dir} ({error.strerror}): "
                "run as the user who made it, `make clean` as that user, or set VAR_DIR."
            ) from error

    def _accepts(self) -> bool:
        try:
            psycopg.connect(host=self.host, user=ADMIN, dbname="postgres", connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _init(self, programs: Path) -> None:
        """Make the data directory under another name first: a killed initdb then leaves nothing that looks complete."""
        unfinished = self.layout.home / "data.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        self.layout.prepared.unlink(missing_ok=True)
        locale = ["--locale=C.UTF-8"]
        if major_version(programs) >= 17:
            locale.insert(0, "--locale-provider=builtin")
        if (
            self._run(
                [
                    f"{programs}/initdb",
                    "-A",
                    "trust",
                    "-U",
                    ADMIN,
                    "-E",
                    "UTF8",
                    *locale,
                ],
                data=unfinished,
            )
            != 0
        ):
            raise self._failure("PostgreSQL's initdb failed")
        unfinished.rename(self.layout.data)

    def _start(self, programs: Path) -> None:
        options = (
            f"-h '' -k {self.host} -c unix_socket_permissions=0700 -c shared_preload_libraries=pg_stat_statements "
            # Rows and statements carry personal data; the log must not.
            "-c log_error_verbosity=terse -c log_min_error_statement=panic -c log_parameter_max_length=0"
        )
        deadline = time.monotonic() + START_SECONDS
        while True:
            if self._postmaster() is None:
                self._disown_foreign_pid()
                self._run(
                    [f"{programs}/pg_ctl", "start", "-w", "-t", "60", "-o", options],
                    data=self.layout.data,
                )
            elif not (self.layout.sockets / SOCKET_FILE).exists():
                self._stop()  # its socket was deleted: no client can reach it any more
            if self._accepts():
                return
            if time.monotonic() > deadline:
                raise self._failure("The embedded PostgreSQL does not start")
            time.sleep(POLL_SECONDS)

    def _stop(self) -> None:
        for number in (
            signal.SIGINT,
            signal.SIGQUIT,
        ):  # PostgreSQL's fast, then immediate shutdown
            deadline = time.monotonic() + STOP_SECONDS
            while (pid := self._postmaster()) is not None and time.monotonic() < deadline:
                with suppress(ProcessLookupError):
                    os.kill(pid, number)
                time.sleep(POLL_SECONDS)

    def _recorded_pid(self) -> int | None:
        try:
            return int((self.layout.data / "postmaster.pid").read_text().partition("\n")[0])
        except (OSError, ValueError):
            return None

    def _postmaster(self) -> int | None:
        """The id of our running postmaster. Its command line must name our socket directory, because ids are reused."""
        pid = self._recorded_pid()
        if pid is None:
            return None
        arguments = f"{command_line(pid)} "
        return pid if "postgres" in arguments and f" {self.host} " in arguments else None

    def _disown_foreign_pid(self) -> None:
        """Let PostgreSQL start although its stale lock file names the id of another, living process.

        After `kill -9` the id may belong to a zombie that nobody reaps (a container without init) or to another program
        (a container's ids are few); PostgreSQL would refuse for ever. Only the id is replaced: the rest of the file
        still keeps a start away from memory that an orphaned backend uses.
        """
        pid = self._recorded_pid()
        if pid is not None and is_alive(pid):
            lock_file = self.layout.data / "postmaster.pid"
            rest = lock_file.read_text().partition("\n")[2]
            lock_file.write_text(f"{NO_PROCESS}\n{rest}")

    def _run(self, args: list[str], *, data: Path) -> int:
        log = self.layout.log
        is_large = log.exists() and log.stat().st_size > LARGEST_LOG_BYTES
        with log.open("wb" if is_large else "ab") as output:
            return self.layout.account.run(args, output=output, env={"PGDATA": str(data)})

    def _failure(self, what: str) -> EmbeddedServerError:
        lines = self.layout.log.read_text(errors="replace").strip().splitlines() or [""]
        return EmbeddedServerError(
            f'{what}: "{lines[-1].strip()}" (more in {self.layout.log}). Mend that, or set DATABASE_URL to a server.'
        )
