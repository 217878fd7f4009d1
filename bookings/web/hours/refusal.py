"""What is said about a change of hours that was not written."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from bookings.access.actor import Actor
from bookings.actions.edit_hours import LeavesOutside
from bookings.core.errors import BookingError, Invalid
from bookings.core.formatting import describe_span
from bookings.web.answers import status_of
from bookings.web.rows import Row


@dataclass(frozen=True, slots=True)
class Refusal:
    """The answer to a form; without an alert nothing is wrong."""

    status: int = 200
    alert: str = ""
    reasons: Sequence[str] = ()
    outside: Sequence[tuple[Row, str]] = ()
    """The first bookings that would lie outside the hours, each with its time in words."""
    more: int = 0
    """How many there are besides."""
    token: str = ""
    """What accepts them all."""

    @property
    def count(self) -> int:
        """How many bookings would lie outside the hours."""
        return len(self.outside) + self.more

    @classmethod
    def of(cls, error: BookingError, actor: Actor) -> Self:
        """In words, with what the reader has to know in order to decide."""
        reasons = [sentence for sentences in error.errors.values() for sentence in sentences]
        if not isinstance(error, LeavesOutside):
            return cls(status_of(error), error.message, reasons)
        outside = [(Row(booking, actor), describe_span(booking.span)) for booking in error.bookings]
        more = error.count - len(outside)
        return cls(status_of(error), error.message, reasons, outside, more, error.token)

    @classmethod
    def of_form(cls) -> Self:
        """The form itself says what is wrong, at its fields."""
        return cls(422, Invalid().message)
