"""Places and servers for the tests of the embedded database and the commands."""

import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import psycopg
import pytest

from booking_site.runtime.embedded.cluster import ADMIN, ROLE
from booking_site.runtime.embedded.server import Server
from booking_site.runtime.web_server import stop_left_behind
from tests.support.environment import BASE_DIR
from tests.support.processes import Background, free_port, manage, production

StartServer = Callable[..., Server]
Launch = Callable[..., Background]


class DeployedOnce(NamedTuple):
    """A database's name and the directory with the static files."""

    database: str
    static_root: Path


@pytest.fixture
def place() -> Iterator[Path]:
    """A short path that every account can enter (pytest's own are closed to others), removed in the end."""
    path = Path(tempfile.mkdtemp(prefix="bs-", dir="/tmp")).resolve()
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def start(place: Path) -> Iterator[StartServer]:
    """Start an embedded server in a directory; it is stopped in the end, with what it keeps outside of `place`."""
    started: list[Server] = []

    def start_server(var_dir: Path, bin_dir: Path | None = None) -> Server:
        server = Server(var_dir, bin_dir)
        started.append(server)
        server.ensure_running()
        return server

    yield start_server
    for server in started:
        server.stop()
        shutil.rmtree(server.layout.home)


@pytest.fixture
def var_dir(place: Path) -> Iterator[Path]:
    """A var directory for commands; the servers that they leave running there are stopped."""
    path = place / "var"
    yield path
    stop_left_behind(path, BASE_DIR)
    Server(path).stop()


@pytest.fixture(scope="module")
def postgres() -> Iterator[Server]:
    """A PostgreSQL that sites reach by a DATABASE_URL, as if it were somebody else's."""
    path = Path(tempfile.mkdtemp(prefix="bs-", dir="/tmp")).resolve()
    path.chmod(0o755)
    server = Server(path / "var")
    server.ensure_running()
    yield server
    server.stop()
    shutil.rmtree(server.layout.home)
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def site(postgres: Server, place: Path, var_dir: Path) -> dict[str, str]:
    """The settings of a real site with an empty database of its own, on a free port; there is no var/ yet."""
    return production(VAR_DIR=str(var_dir), STATIC_ROOT=str(place / "static"), PORT=str(free_port())) | {
        "EMBEDDED_DATABASE": "0",
        "DATABASE_URL": create_database(postgres),
        "RATE_READ": "off",
    }


@pytest.fixture
def deployed(postgres: Server, site: dict[str, str], deployed_once: DeployedOnce) -> dict[str, str]:
    """The same, deployed."""
    return site | {
        "DATABASE_URL": create_database(postgres, template=deployed_once.database),
        "STATIC_ROOT": str(deployed_once.static_root),
    }


@pytest.fixture(scope="module")
def deployed_once(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> DeployedOnce:
    """What one `deploy` made, for all tests of the module to copy."""
    static_root = tmp_path_factory.mktemp("static")
    url = create_database(postgres)
    env = production(VAR_DIR="/nonexistent", STATIC_ROOT=str(static_root))
    done = manage("deploy", env=env | {"EMBEDDED_DATABASE": "0", "DATABASE_URL": url})
    assert done.returncode == 0, done.stderr
    return DeployedOnce(url.rpartition("/")[2], static_root)


def create_database(server: Server, template: str = "template1") -> str:
    """The address of a new database, a copy of another one."""
    name = f"site_{secrets.token_hex(8)}"
    with psycopg.connect(host=server.host, user=ADMIN, dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} OWNER {ROLE} TEMPLATE {template}")
    return f"postgresql://{ROLE}@{quote(server.host, safe='')}/{name}"


@pytest.fixture
def launch(place: Path, var_dir: Path) -> Iterator[Launch]:
    """Start management commands that keep running; they are killed in the end."""
    numbers = count()
    with ExitStack() as stack:

        def launch_command(*args: str, env: dict[str, str], cwd: Path = BASE_DIR) -> Background:
            log = place / f"{next(numbers)}.log"
            background = Background(*args, env=env, log=log, cwd=cwd)
            stack.callback(background.kill)
            return background

        yield launch_command
