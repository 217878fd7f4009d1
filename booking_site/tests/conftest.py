"""Fixtures: both kinds of booking, callers of the API, places and servers for the embedded database."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from booking_site.embedded.layout import Layout
from booking_site.embedded.server import Server
from booking_site.tests.api import Api
from booking_site.tests.kinds import KINDS, Kind
from bookings.tests.factories import UserFactory
from booking_site.tests.api import Api
from booking_site.tests.kinds import KINDS, Kind
from bookings.tests.factories import UserFactory

StartServer = Callable[..., Server]


@pytest.fixture(params=KINDS, ids=str)
def kind(request: pytest.FixtureRequest) -> Kind:
    """Runs the test once for sessions and once for appointments."""
    kind: Kind = request.param
    return kind


@pytest.fixture(params=KINDS, ids=str)
def kind(request: pytest.FixtureRequest) -> Kind:
    """Runs the test once for sessions and once for appointments."""
    kind: Kind = request.param
    return kind


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
    """A var directory for commands; what they leave running there is stopped."""
    path = place / "var"
    yield path
    if path.exists():
        Server(path).stop()
        assert Layout.of(path).home.is_relative_to(path)


@pytest.fixture
def desk(db: None) -> Api:
    """The API as the desk uses it, by token."""
    return Api(UserFactory.create(is_staff=True))


@pytest.fixture
def visitor(db: None) -> Api:
    """The API without credentials."""
    return Api()
