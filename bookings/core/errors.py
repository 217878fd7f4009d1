"""What can go wrong with a booking: each error has a stable `code` and a message for people."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bookings.core.interval import Interval

HTTP_STATUS = {
    "invalid": 422,
    "overlap": 409,
    "illegal_transition": 409,
    "forbidden": 403,
    "stale": 412,
    "unavailable": 503,
    "idempotency_in_progress": 409,
    "idempotency_mismatch": 422,
}
"""The HTTP status of each error, by its code."""


class BookingError(Exception):
    code = "error"
    default_message = gettext_noop("The booking could not be changed.")

    def __init__(
        self,
        message: str = "",
        *,
        errors: Mapping[str, Sequence[str]] | None = None,
        rule: str = "",
        suggestions: Sequence[Interval] = (),
    ) -> None:
        """`errors` maps the part at fault (`provider`, `attendee`, `start`, `end`, ...) to its sentences.

        `rule` names the provider's rule that was broken (`hours`, `notice`, ...); `suggestions` are free spans that
        could be booked instead, soonest first.
        """
        self.rule = rule
        self.suggestions = list(suggestions)
        self.position: int | None = None  # of the row at fault, among several
        self.message = message or _(self.default_message)
        self.errors = {part: list(sentences) for part, sentences in (errors or {}).items()}
        super().__init__(self.message)


class Invalid(BookingError):
    code = "invalid"
    default_message = gettext_noop("Please correct the marked values.")


class Conflict(BookingError):
    code = "overlap"
    default_message = gettext_noop("This time is already taken. Please choose another one.")


class IllegalTransition(BookingError):
    code = "illegal_transition"
    default_message = gettext_noop("The booking's state does not allow this change.")


class Forbidden(BookingError):
    code = "forbidden"
    default_message = gettext_noop("You may not do this.")


class Stale(BookingError):
    code = "stale"
    default_message = gettext_noop("The booking has changed in the meantime. Read it again, then repeat the change.")


class Unavailable(BookingError):
    code = "unavailable"
    default_message = gettext_noop("The booking system is busy. Please try again in a moment.")


class InProgress(BookingError):
    code = "idempotency_in_progress"
    default_message = gettext_noop("A request with this Idempotency-Key is being answered. Repeat it in a moment.")


class Mismatch(BookingError):
    code = "idempotency_mismatch"
    default_message = gettext_noop("This Idempotency-Key was used for another request. Choose a new one.")
