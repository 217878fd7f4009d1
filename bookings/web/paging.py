"""Pages of a list of bookings, latest start first.

A cursor is an instant and a booking's id: nothing about a person.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from django.http import QueryDict

from bookings.core import keyset
from bookings.core.interval import MICROSECOND
from bookings.models import Booking
from bookings.models.querysets import BookingQuerySet

PAGE_SIZE = 20
PROVIDERS_SHOWN = 500  # a list of providers has no pages
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CURSOR = re.compile(r"(-?[0-9]{1,16})\.([0-9]{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the list: the booking at which a page begins or ends."""

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


@dataclass(frozen=True, slots=True)
class Page:
    """Some bookings, and the cursors of the pages on both sides; None where there is nothing more."""

    bookings: Sequence[Booking]
    newer: Cursor | None = None
    older: Cursor | None = None


def read_page(bookings: BookingQuerySet[Booking], asked: QueryDict) -> Page:
    """The page that the address asks for (`older` or `newer` than a cursor), else the first one. One query."""
    page = keyset.read_page(bookings, keys=("start_at", "pk"), limit=PAGE_SIZE, at=_position(asked), is_descending=True)
    return Page(
        page.rows,
        newer=Cursor.at(page.rows[0]) if page.has_previous else None,
        older=Cursor.at(page.rows[-1]) if page.has_next else None,
    )


def _position(asked: QueryDict) -> keyset.Position | None:
    for name in ("newer", "older"):
        cursor = Cursor.read(asked.get(name, ""))
        if cursor:
            return keyset.Position((cursor.start_at, cursor.pk), is_backward=name == "newer")
    return None
