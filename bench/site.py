"""A site of its own for the benchmark: a fresh embedded database and the production server, both gone afterwards."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.cpu import cpu_seconds
from bench.errors import BenchError
from booking_site.runtime.embedded.server import Server
from booking_site.runtime.web_server import stop_left_behind
from tests.support.environment import BASE_DIR, hermetic_environment

START_SECONDS = 240  # it migrates first; one that ends by itself is noticed at once
STOP_SECONDS = 60  # the server is patient with its workers, then stops the database


@contextmanager
def fresh_var_dir() -> Iterator[Path]:
    """An empty directory beside the usual one, so on the same disk. Its database is stopped and removed afterwards."""
    (BASE_DIR / "var").mkdir(exist_ok=True)
    var_dir = Path(tempfile.mkdtemp(prefix="bench-", dir=BASE_DIR / "var"))
    var_dir.chmod(0o711)  # as root the database runs as another account, which must pass through
    server = Server(var_dir)
    try:
        with server.held():
            yield var_dir
    finally:
        shutil.rmtree(server.layout.home, ignore_errors=True)
        shutil.rmtree(var_dir, ignore_errors=True)


def set_environment(var_dir: Path) -> int:
    """Set the settings of a production site behind a proxy, for this process and the server; returns the port."""
    port = _free_port()
    kept = hermetic_environment(os.environ)
    os.environ.clear()
    os.environ.update(
        kept,
        DJANGO_SETTINGS_MODULE="bench.settings",
        DEBUG="0",
        SECRET_KEY=secrets.token_urlsafe(50),
        ALLOWED_HOSTS="127.0.0.1",
        DATABASE_URL="",
        EMAIL_URL="dummymail://",
        EMBEDDED_DATABASE="1",
        VAR_DIR=str(var_dir),
        PORT=str(port),
        TRUSTED_PROXIES="1",
        DEFAULT_FROM_EMAIL="booking@example.org",
        RATE_READ="off",
        RATE_BOOK="off",
    )
    return port


@contextmanager
def serving(port: int, var_dir: Path) -> Iterator[Callable[[], float]]:
    """Run `manage.py serve` within the block; yields a function for the processor seconds of server and database.

    It has a session of its own: Ctrl-C reaches only us, and we end it.
    """
    log = var_dir / "web.log"
    with log.open("wb") as output:
        subprocess.run(
            [sys.executable, "manage.py", "deploy"], cwd=BASE_DIR, stdout=output, stderr=subprocess.STDOUT, check=False
        )  # what is missing then, `serve` says
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=BASE_DIR,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _await_listening(process, port, log)
        yield lambda: cpu_seconds(web_group(port, var_dir), _recorded(_data(var_dir) / "postmaster.pid"))
        if process.poll() is not None:
            raise BenchError(f"The server ended by itself:\n{_tail(log)}")
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        stop_left_behind(var_dir, BASE_DIR)  # its workers, where it could not end them itself


def web_group(port: int, var_dir: Path) -> int:
    """The process group of the web server with its workers."""
    return _recorded(var_dir / f"web-{port}.pid")


def _data(var_dir: Path) -> Path:
    return Server(var_dir).layout.data


def _recorded(record: Path) -> int:
    """The process id in a file."""
    return int(record.read_text().partition("\n")[0])


def _await_listening(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise BenchError(f"The server did not start:\n{_tail(log)}")


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-20:])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
