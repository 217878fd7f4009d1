"""`manage.py serve` as real processes."""

import os
import signal
import socket
from pathlib import Path

import pytest

from booking_site.runtime.processes import command_line, group_members
from booking_site.runtime.web_server import WebServer
from tests.runtime.conftest import Launch
from tests.support.environment import BASE_DIR
from tests.support.processes import clean_env, free_port, groups, manage, production, sign_in_url, status_of
from tests.support.waiting import wait_until

pytestmark = pytest.mark.timeout(900)  # many processes, which a busy machine starts slowly


def test_serve_serves_without_debug_and_var(deployed: dict[str, str], launch: Launch) -> None:
    assert not Path(deployed["VAR_DIR"]).exists()
    background = launch("serve", env=deployed)
    background.await_output(f"Serving on http://127.0.0.1:{deployed['PORT']} with 2 workers.")
    assert "Trusts 1 proxy in front: its X-Forwarded-Proto and X-Forwarded-For count.\n" in background.output

    assert status_of(sign_in_url(deployed)) == 301
    assert status_of(sign_in_url(deployed), X_Forwarded_Proto="https") == 200
    (group,) = groups(deployed)
    assert len(group_members(group)) == 3

    assert background.end(signal.SIGTERM) == 0
    assert "Traceback" not in background.output
    assert status_of(sign_in_url(deployed)) == 0
    assert list(Path(deployed["VAR_DIR"]).iterdir()) == []


def test_serve_on_the_embedded_database_stops_it(site: dict[str, str], var_dir: Path, launch: Launch) -> None:
    env = {name: value for name, value in site.items() if name != "DATABASE_URL"} | {"EMBEDDED_DATABASE": "1"}
    deploy = manage("deploy", env=env)
    assert deploy.returncode == 0, deploy.stderr
    background = launch("serve", env=env)
    background.await_output("Serving on")

    assert background.end(signal.SIGTERM) == 0
    assert not (var_dir / "postgres" / "data" / "postmaster.pid").exists()


def test_serve_replaces_a_killed_worker(deployed: dict[str, str], launch: Launch) -> None:
    background = launch("serve", env=deployed | {"WORKERS": "1"})
    background.await_output("Serving on")
    (master,) = groups(deployed)
    (worker,) = set(group_members(master)) - {master}

    os.kill(worker, signal.SIGKILL)

    wait_until(lambda: status_of(sign_in_url(deployed), X_Forwarded_Proto="https") == 200)
    assert worker not in group_members(master)
    assert background.end(signal.SIGTERM) == 0


def test_serve_whose_web_server_is_killed_ends_with_a_failure(deployed: dict[str, str], launch: Launch) -> None:
    background = launch("serve", env=deployed)
    background.await_output("Serving on")
    (master,) = groups(deployed)

    os.kill(master, signal.SIGKILL)

    assert background.process.wait() == 1
    assert "CommandError: The web server ended by itself with exit code -9." in background.output
    assert [command_line(pid) for pid in group_members(master) if command_line(pid)] == []
    assert status_of(sign_in_url(deployed)) == 0


def test_answers_on_a_kept_connection_are_sent_at_once(place: Path) -> None:
    """Nagle's algorithm would hold them back until the client's delayed acknowledgement, 40 ms."""
    web = WebServer(BASE_DIR, place, "127.0.0.1", free_port(), ())
    with web.bound() as listener:
        listener.listen()
        with socket.create_connection(listener.getsockname()), listener.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_serve_on_a_taken_port_says_so(deployed: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", int(deployed["PORT"]))):
        done = manage("serve", env=deployed)

    assert done.returncode == 1
    assert done.stderr.startswith(f"CommandError: PORT={deployed['PORT']} is taken: ")


def test_serve_without_a_place_for_its_record_says_so(deployed: dict[str, str], place: Path) -> None:
    (place / "file").touch()

    done = manage("serve", env=deployed | {"VAR_DIR": f"{place}/file/var"})

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(f"CommandError: Cannot write {place}/file/var/web-")


def test_serve_refuses_a_demo(deployed: dict[str, str]) -> None:
    demo = deployed | {"DEBUG": "1", "DEMO_MODE": "1"}
    assert manage("seed", "--demo-logins", env=demo).returncode == 0

    done = manage("serve", env=deployed)

    assert done.returncode == 1
    assert done.stderr.startswith("CommandError: This database has the demo's logins, ")
    assert manage("seed", "--remove-demo-logins", env=deployed).stdout == "Deleted 6 demo logins.\n"


def test_serve_with_a_finding_refuses(var_dir: Path) -> None:
    done = manage("serve", env=production(VAR_DIR=str(var_dir)) | {"SECRET_KEY": "short"})

    assert done.returncode == 1
    assert "security.W009" in done.stderr
    assert not (var_dir / "postgres").exists()


@pytest.mark.parametrize("command", ["deploy", "serve"])
def test_serve_with_debug_refuses(var_dir: Path, command: str) -> None:
    done = manage(command, env=clean_env(DEBUG="1", VAR_DIR=str(var_dir)))

    assert (done.returncode, done.stderr) == (
        1,
        "CommandError: DEBUG is on: unset it to serve a real site, or use `make run`.\n",
    )
