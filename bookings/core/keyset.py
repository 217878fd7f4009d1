"""Keyset pages: bounded, stable under inserts, in both directions, at the same cost at any depth."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Position:
    """A row's place in a list: the values of the keys. A backward page ends before it, a forward page begins after."""

    values: tuple[object, ...]
    is_backward: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """Some rows in order, and whether there are more on either side."""

    rows: list[M]
    has_next: bool
    has_previous: bool


def read_page(
    rows: QuerySet[M], *, keys: Sequence[str], limit: int, at: Position | None, is_descending: bool = False
) -> Page[M]:
    """At most `limit` rows in the order of `keys`, the last of which is unique. One query."""
    is_backward = at is not None and at.is_backward
    is_falling = is_descending != is_backward  # the order in which the rows are read
    if at is not None:
        rows = rows.filter(_beyond(keys, at.values, is_falling=is_falling))
    found = list(rows.order_by(*(f"-{key}" if is_falling else key for key in keys))[: limit + 1])
    has_more = len(found) > limit
    found = found[:limit]
    if is_backward:
        return Page(found[::-1], has_next=bool(found), has_previous=has_more)
    return Page(found, has_next=has_more, has_previous=at is not None and bool(found))


def _beyond(keys: Sequence[str], values: Sequence[object], *, is_falling: bool) -> Q:
    """The rows after the values: `(a, b) > (x, y)`, with `a >= x` so that an index on the keys can be searched."""
    beyond = "lt" if is_falling else "gt"
    bound = Q(**{f"{keys[0]}__{beyond}e": values[0]})
    later = Q()
    for depth, (key, value) in enumerate(zip(keys, values, strict=True)):
        same = dict(zip(keys[:depth], values[:depth], strict=True))
        later |= Q(**same, **{f"{key}__{beyond}": value})
    return bound & later
