"""`python -m bench`: measures on a site of its own and writes the table into docs/performance.md."""

import argparse
import sys
from collections.abc import Callable

from bench.errors import BenchError
from bench.site import fresh_var_dir, serving, set_environment


def main() -> int:
    """The exit code: 1 after a wrong result, 130 after an interruption."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a rough look in less than a minute; writes nothing")
    quick: bool = parser.parse_args().quick
    from booking_site.runtime.embedded.errors import EmbeddedServerError
    from booking_site.runtime.web_server import until_interrupted

    try:
        with until_interrupted():
            measure(quick=quick)
            return 0
    except (BenchError, EmbeddedServerError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    return 130


def measure(*, quick: bool) -> None:
    """Build a site, measure it, print the tables, and write them unless `quick`."""
    with fresh_var_dir() as var_dir:
        port = set_environment(var_dir)
        with serving(port, var_dir) as cpu:
            import django

            django.setup()
            text = _measure(port, cpu, quick=quick)
    print(text)


def _measure(port: int, cpu: Callable[[], float], *, quick: bool) -> str:
    from django.db import connection

    from accounts.models import User
    from bench import people, report
    from bench.load import Target
    from bench.plan import FULL, QUICK, Session

    people.make_people()
    people.make_bare_tables()
    target = Target(port, people.make_token())
    session = Session(target, connection.settings_dict["HOST"], User.objects.get().pk, cpu)
    plan = QUICK if quick else FULL
    results = session.measure(plan)
    people.check_rows(results.rows)
    command = "python -m bench --quick" if quick else "make bench"
    text = report.report(results, plan, command, people.server_version())
    if not quick:
        report.write(text)
    return text


if __name__ == "__main__":
    sys.exit(main())
