"""Filling a table without its indexes, constraints and triggers: millions of rows in minutes, not hours."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

CONSTRAINTS = """
    SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
     WHERE conrelid = %s::regclass AND contype IN ('x', 'u', 'f', 'c') ORDER BY contype = 'f', conname
"""
INDEXES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
     WHERE indrelid = %s::regclass AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""


@contextmanager
def without_guards(connection: "psycopg.Connection", table: str) -> Iterator[None]:
    """Drop them within the block, and make them again from their own definitions. The primary key stays."""
    constraints = connection.execute(CONSTRAINTS, [table]).fetchall()
    indexes = connection.execute(INDEXES, [table]).fetchall()
    for name, _ in constraints:
        connection.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    for _, definition in indexes:
        connection.execute(definition)
    for name, definition in constraints:
        connection.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
