"""A real PgBouncer in transaction mode between a command and the database."""

import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from booking_site.runtime.embedded.server import Server
from tests.runtime.conftest import StartServer
from tests.support.processes import clean_env, free_port, manage
from tests.support.waiting import wait_until

PGBOUNCER = shutil.which("pgbouncer", path="/usr/local/bin:/usr/bin:/usr/sbin")

pytestmark = pytest.mark.skipif(PGBOUNCER is None, reason="pgbouncer is not installed")

CONFIG = """
[databases]
* = host={sockets} user=app
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
logfile = {home}/pgbouncer.log
"""


def takes_connections(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@pytest.fixture
def pooled_url(place: Path, start: StartServer) -> Iterator[str]:
    """The address of the pool; PgBouncer runs as the account that owns the server, as neither may be root."""
    server: Server = start(place / "var")
    port, home, account = free_port(), server.layout.home, server.layout.account
    config = home / "pgbouncer.ini"
    config.write_text(CONFIG.format(sockets=server.host, port=port, home=home))
    config.chmod(0o644)
    lent = {"user": account.uid, "group": account.gid, "extra_groups": []} if account.is_lent else {}
    with subprocess.Popen([str(PGBOUNCER), "-q", str(config)], stderr=subprocess.DEVNULL, **lent) as bouncer:  # type: ignore[call-overload]
        wait_until(lambda: takes_connections(port) or bouncer.poll() is not None)
        yield f"postgresql://app@127.0.0.1:{port}/booking_site"
        bouncer.send_signal(signal.SIGINT)


def test_refused_startup_options_name_the_setting(pooled_url: str, place: Path) -> None:
    env = clean_env(DEBUG="1", DATABASE_URL=pooled_url, VAR_DIR=str(place / "var"))

    refused = manage("purge", env=env)
    accepted = manage("showmigrations", env={**env, "BEHIND_PGBOUNCER": "1"})

    assert refused.returncode == 1
    assert refused.stderr.startswith("CommandError: PgBouncer refuses ")
    assert "BEHIND_PGBOUNCER=1" in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert accepted.returncode == 0, accepted.stderr
