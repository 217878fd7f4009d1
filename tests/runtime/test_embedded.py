"""The supervisor of the embedded PostgreSQL, on real servers."""

import multiprocessing
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

from booking_site.runtime.embedded.account import Account, server_account
from booking_site.runtime.embedded.errors import EmbeddedServerError
from booking_site.runtime.embedded.layout import ELSEWHERE, Layout
from booking_site.runtime.embedded.programs import INSTALLED_SERVERS, find_programs
from booking_site.runtime.embedded.server import Server
from booking_site.runtime.processes import command_line
from tests.runtime.conftest import StartServer
from tests.support.environment import BASE_DIR
from tests.support.processes import clean_env, manage

IS_ROOT = os.geteuid() == 0
ENSURE = (
    "import sys, pathlib; from booking_site.runtime.embedded.server import Server;"
    "Server(pathlib.Path(sys.argv[1])).ensure_running()"
)


def ask(server: Server, sql: str) -> Any:
    """The one value that a query of the site's role answers."""
    with psycopg.connect(host=server.host, user="app", dbname="booking_site") as connection:
        row = connection.execute(sql).fetchone()
        return row and row[0]


def run_sql(server: Server, sql: str) -> None:
    with psycopg.connect(host=server.host, user="app", dbname="booking_site", autocommit=True) as connection:
        connection.execute(sql)


def postmaster(server: Server) -> int:
    return int((server.layout.data / "postmaster.pid").read_text().split()[0])


def is_up(server: Server) -> bool:
    return (server.layout.data / "postmaster.pid").exists()


def assert_starts_and_stops_as(account: Account, var_dir: Path) -> None:
    os.setgroups([])
    os.setgid(account.gid)
    os.setuid(account.uid)
    server = Server(var_dir)
    server.ensure_running()
    assert not server.layout.account.is_lent
    assert ask(server, "SELECT 1") == 1
    assert server.stop()


@pytest.mark.parametrize("name", ["var", "long/" * 25 + "var", "with a space/var", "quote'comma,dollar$(date)/var"])
def test_server_starts_in_any_directory(place: Path, start: StartServer, name: str) -> None:
    server = start(place / name)

    assert ask(server, "SELECT current_setting('server_encoding')") == "UTF8"
    assert server.layout.home == place / name / "postgres"
    assert len(os.fsencode(f"{server.host}/.s.PGSQL.5432")) < 100


def test_server_is_private(place: Path, start: StartServer) -> None:
    server = start(place / "var")

    assert ask(server, "SHOW listen_addresses") == ""
    for directory in (server.layout.home, server.layout.sockets, server.layout.data):
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700
        assert directory.stat().st_uid == server.layout.account.uid


def test_site_is_no_superuser_and_has_extensions(place: Path, start: StartServer) -> None:
    server = start(place / "var")

    assert ask(server, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    assert ask(server, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'booking_site'") == "app"
    run_sql(server, "CREATE DATABASE test_other")
    with psycopg.connect(host=server.host, user="app", dbname="test_other") as other:
        assert other.execute("SELECT count(*) FROM pg_extension WHERE extname = 'btree_gist'").fetchone() == (1,)


def test_data_survive_kill_of_everything(place: Path, start: StartServer) -> None:
    server = start(place / "var")
    run_sql(server, "CREATE TABLE kept AS SELECT 42 AS answer")
    pids = ask(server, "SELECT array_agg(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    for pid in (postmaster(server), *pids):
        os.kill(pid, signal.SIGKILL)

    Server(place / "var").ensure_running()

    assert ask(server, "SELECT answer FROM kept") == 42


def test_killed_postmaster_is_replaced(place: Path, start: StartServer) -> None:
    server = start(place / "var")
    before = postmaster(server)
    os.kill(before, signal.SIGKILL)

    server.ensure_running()

    assert postmaster(server) != before
    assert ask(server, "SELECT 1") == 1


def test_processes_starting_at_once_start_one_server(place: Path, start: StartServer) -> None:
    var_dir = place / "var"
    starters = [subprocess.Popen([sys.executable, "-c", ENSURE, str(var_dir)], cwd=BASE_DIR) for _ in range(6)]
    assert [starter.wait(timeout=60) for starter in starters] == [0] * 6

    server = start(var_dir)
    assert server.layout.log.read_text().count("starting PostgreSQL") == 1


def test_killed_initdb_is_repeated(place: Path, start: StartServer) -> None:
    layout = Layout.of(place / "var")
    layout.make_directories()
    (layout.home / "data.new").mkdir()
    (layout.home / "data.new" / "PG_VERSION").write_text("half")

    assert ask(start(place / "var"), "SELECT 1") == 1


def test_swept_socket_is_restored(place: Path, start: StartServer) -> None:
    server = start(place / "var")
    (server.layout.sockets / ".s.PGSQL.5432").unlink()

    server.ensure_running()

    assert ask(server, "SELECT 1") == 1


def test_process_id_of_a_stranger_is_left_alone(place: Path, start: StartServer) -> None:
    server = start(place / "var")
    lock_file = server.layout.data / "postmaster.pid"
    rest = lock_file.read_text().partition("\n")[2]
    os.kill(postmaster(server), signal.SIGKILL)
    with subprocess.Popen(["sleep", "60"]) as stranger:
        try:
            lock_file.write_text(f"{stranger.pid}\n{rest}")
            assert server.stop() is False
            server.ensure_running()
            assert ask(server, "SELECT 1") == 1
            assert stranger.poll() is None
        finally:
            stranger.kill()


def test_last_user_stops_the_server(place: Path, start: StartServer) -> None:
    server = start(place / "var")
    with Server(place / "var").held():
        with Server(place / "var").held():
            pass
        assert is_up(server)
    assert not is_up(server)


def test_stop_without_a_server_makes_nothing(place: Path) -> None:
    assert Server(place / "var").stop() is False
    assert list(place.iterdir()) == []


def test_programs_directory_without_programs_is_refused(place: Path) -> None:
    with pytest.raises(EmbeddedServerError, match=f"^POSTGRES_BIN_DIR={re.escape(str(place))} holds no initdb"):
        Server(place / "var", place).ensure_running()


def test_socket_directory_of_somebody_else_is_refused(place: Path) -> None:
    var_dir = place / "with a space"
    sockets = Layout.of(var_dir).sockets
    sockets.mkdir(mode=0o777)
    sockets.chmod(0o777)
    try:
        with pytest.raises(EmbeddedServerError, match="is not a private directory"):
            Server(var_dir).ensure_running()
    finally:
        sockets.rmdir()


def test_log_carries_no_row(place: Path, start: StartServer) -> None:
    server = start(place / "var")
    with pytest.raises(psycopg.errors.CheckViolation):
        run_sql(
            server, "CREATE TABLE people (email text CHECK (email = '')); INSERT INTO people VALUES ('ann@example.org')"
        )
    server.stop()

    log = server.layout.log.read_text()
    assert "violates check constraint" in log
    assert "ann@example.org" not in log


@pytest.mark.skipif(not list(INSTALLED_SERVERS.glob("*/bin/postgres")), reason="No installed PostgreSQL to try.")
def test_installed_server_is_used_where_named(place: Path, start: StartServer) -> None:
    oldest = min(INSTALLED_SERVERS.glob("*/bin"), key=lambda path: int(path.parent.name))

    server = start(place / "var", oldest)

    assert ask(server, "SHOW server_version_num").startswith(oldest.parent.name)
    assert ask(server, "SELECT count(*) FROM pg_extension WHERE extname = 'btree_gist'") == 1


def test_next_connection_starts_a_killed_server(place: Path, var_dir: Path) -> None:
    script = (
        "import os, signal; from django.conf import settings; from django.db import connection;"
        "c = connection.cursor(); c.execute('SELECT 1'); d = settings.VAR_DIR / 'postgres/data';"
        "os.kill(int(open(f'{d}/postmaster.pid').readline()), signal.SIGKILL); connection.close();"
        "c = connection.cursor(); c.execute('SELECT current_user, current_setting(%s)', ['lock_timeout']);"
        "print(*c.fetchone())"
    )
    done = manage("shell", "--no-imports", "-c", script, env=clean_env(DEBUG="1", VAR_DIR=str(var_dir)))

    assert (done.stdout, done.returncode) == ("app 3s\n", 0), done.stderr


def test_checking_the_project_starts_nothing(var_dir: Path) -> None:
    done = manage("check", env=clean_env(DEBUG="1", VAR_DIR=str(var_dir)))

    assert done.returncode == 0, done.stderr
    assert [path.name for path in var_dir.iterdir()] == ["secret-key"]


@pytest.mark.skipif(not IS_ROOT, reason="The suite already runs as a plain user.")
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_plain_user_starts_the_server(place: Path) -> None:
    nobody = server_account(Path("/nonexistent"))
    if not nobody.can_enter(find_programs(None) / "initdb"):
        pytest.skip("The checkout lies where only root can enter: no plain user can run it.")
    os.chown(place, nobody.uid, nobody.gid)
    # A fork, not a new interpreter: the interpreter may lie below root's home.
    child = multiprocessing.get_context("fork").Process(target=assert_starts_and_stops_as, args=(nobody, place / "var"))
    child.start()
    child.join()

    assert child.exitcode == 0
    assert (place / "var" / "postgres").stat().st_uid == nobody.uid


@pytest.mark.skipif(not IS_ROOT, reason="Only root lends the server another account.")
def test_root_below_a_closed_home_uses_another_place(place: Path, start: StartServer) -> None:
    home = place / "home"
    home.mkdir(mode=0o700)
    package = find_programs(None).parent.parent
    for name in (package.name, f"{package.name}.libs"):
        shutil.copytree(package.parent / name, home / name, symlinks=True)

    server = start(home / "var", home / package.name / "pginstall" / "bin")

    assert ask(server, "SELECT 1") == 1
    assert server.layout.home.parent == ELSEWHERE
    assert (home / "var" / "postgres-home").read_text().strip() == str(server.layout.home)
    assert command_line(postmaster(server)).startswith(str(server.layout.home))
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
