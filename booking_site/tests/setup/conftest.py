"""Places and servers for the tests of the embedded database and the commands."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from booking_site.embedded.server import Server
from booking_site.tests.environment import BASE_DIR
from booking_site.tests.setup.processes import Background
from booking_site.webserver import stop_left_behind

StartServer = Callable[..., Server]
Launch = Callable[..., Background]


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


@pytest.fixture
def launch(place: Path, var_dir: Path) -> Iterator[Launch]:
    """Start management commands that keep running; they are killed in the end."""
    with ExitStack() as stack:

        def launch_command(*args: str, env: dict[str, str]) -> Background:
            background = Background(*args, env=env, log=place / "command.log")
            stack.callback(background.kill)
            return background

        yield launch_command
