"""One database for each size on one server: made, filled and kept; and the choice which of them Django uses."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg
from django.core.management import call_command
from django.db import connection

from bench.slots.data import Layout, coming_monday, fill, layout_of

SHORT = {1_000: "k", 1_000_000: "m"}


def short(rows: int) -> str:
    """A size in few letters: 10k, 1m."""
    for unit, letter in sorted(SHORT.items(), reverse=True):
        if rows >= unit and rows % unit == 0:
            return f"{rows // unit}{letter}"
    return str(rows)


@dataclass(frozen=True)
class Size:
    """A database and what lies in it."""

    database: str
    layout: Layout

    @property
    def name(self) -> str:
        return short(self.layout.rows)


@dataclass(frozen=True)
class Databases:
    """The server's address for libpq, and the prefix of the names."""

    host: str
    user: str
    prefix: str

    def connect(self, database: str, **options: Any) -> "psycopg.Connection":
        """A connection of psycopg's own, in autocommit."""
        return psycopg.connect(host=self.host, user=self.user, dbname=database, autocommit=True, **options)

    def url(self, database: str) -> str:
        """The same as a `DATABASE_URL`."""
        return f"postgresql://{self.user}@/{database}?host={self.host}"

    def prepare(self, rows: int) -> Size:
        """The database of this size; made when it is missing, made again when its days are over."""
        database = f"{self.prefix}{short(rows)}"
        with self.connect("postgres") as admin:
            found = admin.execute("SELECT FROM pg_database WHERE datname = %s", [database]).fetchone()
            layout = self._layout(database) if found is not None else None
            if layout is None or layout.monday <= date.today():  # noqa: DTZ011  the machine's day is meant
                admin.execute(f"DROP DATABASE IF EXISTS {database}")
                admin.execute(f"CREATE DATABASE {database}")
                layout = self._fill(database, Layout(rows, coming_monday(date.today())))  # noqa: DTZ011
        return Size(database, layout)

    def _layout(self, database: str) -> Layout | None:
        with self.connect(database) as plain:
            return layout_of(plain)

    def _fill(self, database: str, layout: Layout) -> Layout:
        from bench.slots.people import make_providers

        with asking(database):
            call_command("migrate", interactive=False, verbosity=0)
            make_providers()
        with self.connect(database) as plain:
            fill(plain, layout)
        return layout


@contextmanager
def asking(database: str) -> Iterator[None]:
    """Django's connection goes to this database of the same server within the block."""
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual
