"""`run` and `stop` as real processes."""

import os
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from booking_site.runtime.processes import group_members
from tests.runtime.conftest import Launch
from tests.support.processes import (
    Background,
    clean_env,
    free_port,
    manage,
    production,
    status_of,
)

pytestmark = pytest.mark.timeout(900)  # many processes, which a busy machine starts slowly

CURL_CALLS = """
curl -i -X POST http://localhost:{port}/api/v1/sessions -H 'Content-Type: application/json' \
-d '{{"session": {{"coach_hash_id": "123", "client_hash_id": "456", "start": "2022-12-01T14:30:00Z", "duration": 60}}}}'
curl -i -X POST http://localhost:{port}/api/v1/appointments -H 'Content-Type: application/json' \
-d '{{"appointment": {{"doctor_id": 1, "patient_id": 1, \
"start_at": "2026-12-01T10:00:00+07:00", "end_at": "2026-12-01T11:00:00+07:00"}}}}'
"""


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def demo(var_dir: Path, port: int) -> dict[str, str]:
    """The environment of `make run`."""
    return clean_env(DEBUG="1", DEMO_MODE="1", VAR_DIR=str(var_dir), PORT=str(port))


@pytest.fixture
def running(demo: dict[str, str], launch: Launch) -> Background:
    """A `run` that has greeted."""
    background = launch("run", env=demo)
    background.await_output("Book over the API")
    return background


def is_database_up(var_dir: Path) -> bool:
    return (var_dir / "postgres" / "data" / "postmaster.pid").exists()


def test_run_serves_and_greets(running: Background, port: int) -> None:
    assert CURL_CALLS.format(port=port) in running.output
    assert "  desk     desk@example.com      demo-password" in running.output
    assert status_of(f"http://127.0.0.1:{port}/sign-in") == 200
    assert status_of(f"http://127.0.0.1:{port}/static/admin/css/base.css") == 200


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_run_interrupted_leaves_nothing(running: Background, var_dir: Path, port: int, number: signal.Signals) -> None:
    group = int((var_dir / f"web-{port}.pid").read_text())

    assert running.end(number) == 0

    assert running.output.endswith("Stopped.\n")
    assert "Traceback" not in running.output
    assert not is_database_up(var_dir)
    assert group_members(group) == []
    assert not (var_dir / f"web-{port}.pid").exists()


def test_stop_ends_what_a_killed_run_left(running: Background, demo: dict[str, str], var_dir: Path, port: int) -> None:
    master = int((var_dir / f"web-{port}.pid").read_text())
    running.end(signal.SIGKILL)
    os.kill(master, signal.SIGKILL)
    assert status_of(f"http://127.0.0.1:{port}/sign-in") == 200  # the worker lives on

    done = manage("stop", env=demo)

    assert (done.stdout, done.returncode) == ("Stopped: 1 web server(s), the embedded database.\n", 0), done.stderr
    assert status_of(f"http://127.0.0.1:{port}/sign-in") == 0
    assert not is_database_up(var_dir)


def test_stop_ends_a_living_run(running: Background, demo: dict[str, str], var_dir: Path) -> None:
    manage("stop", env=demo)

    assert running.process.wait(timeout=20) == 0
    assert not is_database_up(var_dir)


def test_stop_needs_only_the_directory(var_dir: Path, place: Path) -> None:
    nonsense = b"DEBUG=banana\nPORT = x\nPRACTICE_NAME=\xfc\nDATABASE_URL=nothing\nVAR_DIR=" + bytes(var_dir)
    (place / ".env").write_bytes(nonsense)

    done = manage("stop", env=clean_env() | {"ENV_FILE": str(place / ".env")})

    assert (done.stdout, done.returncode) == ("Stopped: 0 web server(s), no embedded database.\n", 0), done.stderr


@pytest.mark.parametrize("command", ["run", "deploy", "serve", "seed", "expire", "purge"])
@pytest.mark.parametrize("url", ["app:hunter2@127.0.0.1:1/site", "app:hunter2@%2Fnowhere/site", "app@h/site?hunter2=1"])
def test_unusable_database_is_one_sentence(command: str, url: str, var_dir: Path, place: Path, port: int) -> None:
    var_dir.mkdir()
    where = {"DATABASE_URL": f"postgresql://{url}", "VAR_DIR": str(var_dir), "PORT": str(port)}
    real = production(STATIC_ROOT=str(place / "static")) | {"EMBEDDED_DATABASE": "0"}
    done = manage(command, env=(real if command in ("deploy", "serve") else clean_env(DEBUG="1")) | where)

    sentence = "The database cannot be used: check in DATABASE_URL its server, port, user, password, name and options."
    assert (done.returncode, done.stderr) == (1, f"CommandError: {sentence}\n")
    assert "hunter2" not in done.stdout


def test_stop_leaves_strangers_alone(demo: dict[str, str], var_dir: Path, port: int) -> None:
    var_dir.mkdir()
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as stranger:
        (var_dir / f"web-{port}.pid").write_text(f"{stranger.pid}\n")

        done = manage("stop", env=demo)

        assert done.stdout == "Stopped: 0 web server(s), no embedded database.\n"
        assert stranger.poll() is None
        stranger.kill()


def test_run_on_a_taken_port_says_so(demo: dict[str, str], var_dir: Path, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        done = manage("run", env=demo)

    assert done.returncode == 1
    assert done.stderr.startswith(f"CommandError: PORT={port} is taken: ")
    assert done.stderr.count("\n") == 1
    assert not (var_dir / "postgres").exists()


def test_run_interrupted_while_it_prepares(demo: dict[str, str], var_dir: Path, launch: Launch) -> None:
    background = launch("run", env=demo)
    background.await_output("Preparing")

    assert background.end(signal.SIGINT) == 0
    assert "Traceback" not in background.output
    assert not is_database_up(var_dir)
