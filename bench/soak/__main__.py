"""`python -m bench.soak`: random use, faults and checks on a site of its own; exit code 1 after any violation."""

import argparse
import sys
from random import Random

from bench.errors import BenchError
from bench.site import fresh_var_dir, serving, set_environment


def main() -> int:
    """The exit code: 1 after a violation, 130 after an interruption."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--minutes", type=float, default=10.0)
    length.add_argument("--seconds", type=float)
    parser.add_argument("--faults", action="store_true", help="kill -9 web workers and PostgreSQL every few seconds")
    given = parser.parse_args()
    seconds = given.minutes * 60 if given.seconds is None else given.seconds
    from booking_site.runtime.embedded.errors import EmbeddedServerError
    from booking_site.runtime.web_server import until_interrupted

    try:
        with until_interrupted():
            return soak(seconds, has_faults=given.faults)
    except (BenchError, EmbeddedServerError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    return 130


def soak(seconds: float, *, has_faults: bool) -> int:
    """Build a site, use it under random load and faults, and print the results."""
    with fresh_var_dir() as var_dir:
        port = set_environment(var_dir)
        with serving(port, var_dir):
            import django

            django.setup()
            from appointments.models import Appointment
            from bench.soak.faults import Faults
            from bench.soak.people import make_world
            from bench.soak.report import actions, report
            from bench.soak.run import Soak, database_of
            from scheduling.models import Session

            faults = Faults(var_dir, port, Random()) if has_faults else None
            kinds = (Session, Appointment)
            print(f"Soaking for {seconds:g} s in {var_dir.name}", file=sys.stderr, flush=True)
            result = Soak(make_world(port, kinds), kinds, database_of(var_dir), seconds, faults).run()
    print(f"{report(result)}\n\n{actions(result.outcomes)}")
    return 1 if result.violations else 0


if __name__ == "__main__":
    sys.exit(main())
