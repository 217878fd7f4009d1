"""`python -m bench.faults`: break what the site needs, one thing after the other; exit code 1 after any violation."""

import argparse
import os
import sys
from typing import TYPE_CHECKING

from bench.errors import BenchError

if TYPE_CHECKING:
    from bench.faults.disasters import Disaster


def main() -> int:
    """The exit code: 1 after a violation, 130 after an interruption."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    from booking_site.runtime.embedded.errors import EmbeddedServerError
    from booking_site.runtime.web_server import until_interrupted

    parser = argparse.ArgumentParser(prog="python -m bench.faults", description=__doc__)
    parser.add_argument("--short", action="store_true", help="fewer rounds, and generous with time: for busy machines")
    parser.add_argument("--socket", action="store_true", help="reach PostgreSQL over a unix socket, not over TCP")
    parser.add_argument("--only", action="append", metavar="NAME", help="this disaster; may be repeated")
    given = parser.parse_args()
    try:
        with until_interrupted():
            return try_all(is_short=given.short, is_on_socket=given.socket, only=given.only)
    except (BenchError, EmbeddedServerError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    return 130


def choose(only: list[str] | None) -> "list[Disaster]":
    """The disasters with these names, or all. Raises BenchError for an unknown name."""
    from bench.faults.disasters import DISASTERS

    chosen = [disaster for disaster in DISASTERS if only is None or disaster.name in only]
    if not chosen:
        raise BenchError(f"No disaster is called so. There are: {', '.join(each.name for each in DISASTERS)}.")
    return chosen


def try_all(*, is_short: bool, is_on_socket: bool, only: list[str] | None) -> int:
    """Serve a site, break it in every way, and print the results."""
    from bench.faults.report import report
    from bench.faults.run import LONG, SHORT
    from bench.faults.site import served_site

    chosen = choose(only)
    results = []
    with served_site(SHORT if is_short else LONG, is_on_socket=is_on_socket) as trial:
        for disaster in chosen:
            print(f"{disaster.name}: {disaster.told}", file=sys.stderr, flush=True)
            results.append(trial.strike(disaster))
    print(report(results))
    has_skipped = any(result.skipped for result in results)
    return 1 if any(result.violations for result in results) or (has_skipped and os.environ.get("CI")) else 0


if __name__ == "__main__":
    sys.exit(main())
