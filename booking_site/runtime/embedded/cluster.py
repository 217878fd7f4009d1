"""The set-up of a fresh cluster."""

import psycopg

ADMIN = "postgres"
ROLE = "app"
DATABASE = "booking_site"
EXTENSIONS = ("btree_gist", "pg_stat_statements")


def prepare_cluster(host: str) -> None:
    """Create the extensions, the site's role and its database. May be repeated after a kill half-way.

    The extensions are made in template1, so that the database and every test database have them from the beginning.
    The site is no superuser: that would hide missing privileges.
    """
    with psycopg.connect(host=host, user=ADMIN, dbname="template1", autocommit=True) as template:
        for name in EXTENSIONS:
            template.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")
    with psycopg.connect(host=host, user=ADMIN, dbname="postgres", autocommit=True) as connection:
        if not connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [ROLE]).fetchall():
            connection.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
        if not connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchall():
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")
