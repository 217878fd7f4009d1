"""`python -m bench.slots`: measures free slots and writes the tables into docs/performance.md."""

import argparse
import itertools
import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from bench.errors import BenchError
from bench.site import fresh_var_dir, set_environment
from tests.support.environment import BASE_DIR

if TYPE_CHECKING:
    from bench.slots.databases import Databases, Size
    from bench.slots.peer import Peer
    from bench.slots.plan import Opener
    from bench.slots.web import Web

SMALL = 10_000
LARGER = 1_000_000
LARGEST = 10_000_000


def main() -> int:
    """The exit code: 1 after a wrong result, 130 after an interruption."""
    given = _arguments()
    from booking_site.runtime.embedded.errors import EmbeddedServerError
    from booking_site.runtime.web_server import until_interrupted

    try:
        with until_interrupted():
            run(given)
            return 0
    except (BenchError, EmbeddedServerError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    return 130


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.slots", description=__doc__)
    sizes = parser.add_mutually_exclusive_group()
    sizes.add_argument("--quick", action="store_true", help="10,000 bookings, about a minute; writes nothing")
    sizes.add_argument("--largest", action="store_true", help="10 million bookings too: half an hour more")
    parser.add_argument("--without-peer", action="store_true")
    parser.add_argument("--without-http", action="store_true")
    parser.add_argument(
        "--server",
        metavar="DIRECTORY",
        help="the socket directory of a running PostgreSQL with a role `app`, where the databases are kept and used"
        " again",
    )
    parser.add_argument("--prefix", default="bench_slots_", help="how the names of the databases begin")
    return parser.parse_args()


def run(given: argparse.Namespace) -> None:
    """Make the databases, measure, print the tables; after a full run also write them."""
    rows = [SMALL] if given.quick else [SMALL, LARGER, *([LARGEST] if given.largest else [])]
    with _server(given.server, given.prefix) as (databases, var_dir, port):
        import django

        django.setup()
        text, sizes = _measure(databases, rows, given, var_dir, port)
    print(text)
    if not (given.quick or given.without_peer or given.without_http):
        from bench.slots.report import write

        write(text, sizes)


@contextmanager
def _server(directory: str | None, prefix: str) -> "Iterator[tuple[Databases, Path, int]]":
    """The databases, on a fresh embedded server or on one that runs already."""
    with fresh_var_dir() as var_dir:
        port = set_environment(var_dir)
        from bench.slots.databases import Databases
        from booking_site.runtime.embedded.cluster import ROLE
        from booking_site.runtime.embedded.server import Server

        if directory is None:
            server = Server(var_dir)
            server.ensure_running()
            yield Databases(server.host, ROLE, prefix), var_dir, port
        else:
            databases = Databases(directory, ROLE, prefix)
            os.environ.update(DATABASE_URL=databases.url("postgres"), EMBEDDED_DATABASE="0")
            yield databases, var_dir, port


def _measure(
    databases: "Databases", rows: list[int], given: argparse.Namespace, var_dir: Path, port: int
) -> "tuple[str, list[Size]]":
    from bench.slots.plan import FULL, QUICK, measure, measurements, say
    from bench.slots.report import report

    sizes = []
    for number in rows:
        say(f"{number:,} bookings")
        sizes.append(databases.prepare(number))
    peer_of, missing = _peer(databases, is_wanted=not given.without_peer)
    if given.without_http:
        missing.append("HTTP was left out of this run.")
    web_of = nothing if given.without_http else _web(databases, var_dir, port)
    with measurements(sizes, databases, peer_of, web_of) as each:
        results = measure(each, QUICK if given.quick else FULL, missing)
    with databases.connect(sizes[0].database) as plain:
        row = plain.execute("SELECT current_setting('server_version'), current_setting('shared_buffers')").fetchone()
    postgresql = "{} (shared_buffers {})".format(*row or ("", ""))
    return report(results, _command(given), postgresql), sizes


def _command(given: argparse.Namespace) -> str:
    """The command that was run, for the report."""
    flags = [f"--{name.replace('_', '-')}" for name, value in vars(given).items() if value is True]
    command = " ".join(["python -m bench.slots", *flags]) if flags or given.server else "make bench-slots"
    where = " on a server that was there" if given.server else ""
    return f"`{command}`{where}"


def _peer(databases: "Databases", *, is_wanted: bool) -> "tuple[Opener[Peer], list[str]]":
    """A function that opens the peer for a size; without the peer a sentence that says why."""
    from bench.slots.peer import NAME, Peer, PeerMissingError, install

    if not is_wanted:
        return nothing, [f"{NAME} was left out of this run."]
    try:
        python = install(BASE_DIR / "var")
    except PeerMissingError as error:
        return nothing, [f"{NAME} is missing: {error}."]
    return lambda size: Peer(python, databases, size), []


def _web(databases: "Databases", var_dir: Path, port: int) -> "Opener[Web]":
    """A function that opens a web server for a size."""
    from bench.slots.web import served

    ports = itertools.count(port)
    return lambda size: served(databases, size, var_dir, next(ports))


def nothing(_size: "Size") -> AbstractContextManager[None]:
    """A context without a value, for a part that is left out."""
    return nullcontext()


if __name__ == "__main__":
    sys.exit(main())
