"""Keyset pages of bookings, latest start first: no page costs more than the first one.

A cursor is an instant and a booking's id: nothing about a person.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from django.db.models import Q
from django.http import QueryDict

from bookings.models import Booking
from bookings.models.querysets import BookingQuerySet

PAGE_SIZE = 20
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
CURSOR = re.compile(r"(-?[0-9]{1,16})\.([0-9]{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the list: at one booking."""

    start_at: datetime
    pk: int

    @classmethod
    def at(cls, booking: Booking) -> Self:
        """The place of this booking."""
        return cls(booking.start_at, booking.pk)

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The place that `str()` wrote; None for anything else."""
        match = CURSOR.fullmatch(text)
        read = cls(EPOCH + int(match[1]) * MICROSECOND, int(match[2])) if match else None
        return read if str(read) == text else None

    def __str__(self) -> str:
        return f"{(self.start_at - EPOCH) // MICROSECOND}.{self.pk}"

    # The bound on the start alone is what the index on (start, id) is searched by.

    def older(self) -> Q:
        """What comes after it in the list."""
        return Q(start_at__lte=self.start_at) & (Q(start_at__lt=self.start_at) | Q(pk__lt=self.pk))

    def newer(self) -> Q:
        """What comes before it in the list."""
        return Q(start_at__gte=self.start_at) & (Q(start_at__gt=self.start_at) | Q(pk__gt=self.pk))


@dataclass(frozen=True, slots=True)
class Page:
    """Some bookings, and the cursors of the pages on both sides; None where there is nothing more."""

    bookings: Sequence[Booking]
    newer: Cursor | None = None
    older: Cursor | None = None


def read_page(bookings: BookingQuerySet, asked: QueryDict) -> Page:
    """The page that the address asks for (`older` or `newer` than a cursor), else the first one. One query."""
    newer, older = Cursor.read(asked.get("newer", "")), Cursor.read(asked.get("older", ""))
    if newer:
        found = list(bookings.filter(newer.newer()).order_by("start_at", "pk")[: PAGE_SIZE + 1])
        shown = found[:PAGE_SIZE][::-1]
        return _page(shown, has_newer=len(found) > PAGE_SIZE, has_older=True)
    if older:
        bookings = bookings.filter(older.older())
    found = list(bookings.order_by("-start_at", "-pk")[: PAGE_SIZE + 1])
    return _page(found[:PAGE_SIZE], has_newer=older is not None, has_older=len(found) > PAGE_SIZE)


def _page(shown: Sequence[Booking], *, has_newer: bool, has_older: bool) -> Page:
    if not shown:
        return Page(shown)
    return Page(
        shown,
        newer=Cursor.at(shown[0]) if has_newer else None,
        older=Cursor.at(shown[-1]) if has_older else None,
    )
