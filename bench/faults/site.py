"""The site under test: settings of a real site, with a database and a mail server of its own."""

import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.faults.cluster import Cluster, fresh_cluster
from bench.faults.disasters import Stage
from bench.faults.run import Limits, Trial
from bench.site import fresh_var_dir, serving
from tests.support.environment import hermetic_environment
from tests.support.processes import free_port
from tests.support.smtp import Mailbox, mail_server


@contextmanager
def served_site(limits: Limits, *, is_on_socket: bool = False) -> Iterator[Trial]:
    """The running site with its people."""
    with ExitStack() as stack:
        var_dir = stack.enter_context(fresh_var_dir())
        cluster = stack.enter_context(fresh_cluster(is_on_socket=is_on_socket))
        mailbox = stack.enter_context(mail_server())
        port = free_port()
        set_environment(var_dir, cluster, mailbox, port)
        stack.enter_context(serving(port, var_dir))
        yield Trial(_stage(cluster, mailbox, port), port, var_dir, limits)


def set_environment(var_dir: Path, cluster: Cluster, mailbox: Mailbox, port: int) -> None:
    """Set what an operator with a proxy in front sets, for this process and for the server."""
    kept = hermetic_environment(os.environ)
    os.environ.clear()
    os.environ.update(
        kept,
        DJANGO_SETTINGS_MODULE="booking_site.settings",
        DEBUG="0",
        SECRET_KEY=secrets.token_urlsafe(50),
        ALLOWED_HOSTS="127.0.0.1",
        DATABASE_URL=cluster.url,
        EMAIL_URL=f"smtp://127.0.0.1:{mailbox.port}",
        DEFAULT_FROM_EMAIL="Booking <booking@faults.example>",
        VAR_DIR=str(var_dir),
        STATIC_ROOT=str(var_dir / "static_root"),
        PORT=str(port),
        TRUSTED_PROXIES="1",
        OPEN_BOOKINGS_LIMIT="10000",
        RATE_BOOK="100000/minute",
    )


def _stage(cluster: Cluster, mailbox: Mailbox, port: int) -> Stage:
    """Make the people with the site's own code in this process, then close its database connections."""
    import django

    django.setup()
    from django.db import connection

    from bench.faults.people import make_people
    from bench.faults.probes import make_visitors

    people = make_people()
    connection.close()
    return Stage(cluster, mailbox, make_visitors(port, people, mailbox))
