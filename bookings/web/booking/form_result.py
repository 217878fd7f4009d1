"""The result of a form that booked or moved nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.utils import timezone

from bookings.core.errors import BookingError
from bookings.core.formatting import describe_span
from bookings.core.interval import Interval
from bookings.web.answers import status_of
from bookings.web.booking.slot_form import SlotForm
from bookings.web.slot_value import write_choice

F = TypeVar("F", bound=SlotForm)


@dataclass(frozen=True, slots=True)
class FormResult(Generic[F]):
    """The form with its messages; None as the form for those who cannot book."""

    form: F | None
    status: int = 200
    alert: str = ""
    suggestions: Sequence[Interval] = ()

    def offers(self) -> list[tuple[str, str]]:
        """The suggestions as values of buttons and in words, in the zone in which the refused time was typed."""
        if self.form is None or self.form.provider_to_book is None:
            return []
        with_whom = self.form.provider_to_book.key
        with timezone.override(self.form.zone):
            return [(write_choice(with_whom, span), describe_span(span)) for span in self.suggestions]


def refused(form: F, error: BookingError) -> FormResult[F]:
    """The form with a writer's refusal at its fields."""
    form.refuse(error)
    return FormResult(form, status=status_of(error), alert=error.message, suggestions=error.suggestions)
