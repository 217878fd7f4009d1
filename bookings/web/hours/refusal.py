"""The messages about a change of hours that was not written."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from bookings.access.actor import Actor
from bookings.actions.edit_hours import LeavesOutside
from bookings.core.errors import BookingError, Invalid
from bookings.core.formatting import describe_span
from bookings.web.answers import Refusal
from bookings.web.rows import Row


@dataclass(frozen=True, slots=True)
class HoursRefusal(Refusal):
    """Why a change of hours was not written, with the bookings that it would leave outside."""

    outside: Sequence[tuple[Row, str]] = ()
    """The first bookings that would lie outside the hours, each with its time in words."""
    more: int = 0
    """How many more bookings would lie outside."""
    token: str = ""
    """Sent back, it confirms that all of them may lie outside."""

    @property
    def count(self) -> int:
        """How many bookings would lie outside the hours."""
        return len(self.outside) + self.more

    @classmethod
    def of_change(cls, error: BookingError, actor: Actor) -> Self:
        """The error's message, with what the reader has to know in order to confirm the change."""
        refusal = cls.of(error)
        if not isinstance(error, LeavesOutside):
            return refusal
        outside = [(Row(booking, actor), describe_span(booking.span)) for booking in error.bookings]
        return replace(refusal, outside=outside, more=error.count - len(outside), token=error.token)

    @classmethod
    def of_form(cls) -> Self:
        """For a form that shows its own errors at its fields."""
        return cls(422, Invalid().message)
