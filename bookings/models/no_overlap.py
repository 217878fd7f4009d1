"""The overlap rule in words, for forms and the admin. In a race the constraint decides; this only gives the message."""

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError

from bookings.models.overlaps import find_overlaps

if TYPE_CHECKING:
    from bookings.models.booking import Booking


class NoOverlap:
    """Raises one ValidationError when the booking's time is taken, the provider's side first."""

    code = "overlap"

    def __call__(self, booking: "Booking") -> None:
        """Check one booking, in one indexed, bounded query."""
        taken = find_overlaps(booking) if booking.holds_time else {}
        for part, sentences in taken.items():
            raise ValidationError({part: ValidationError(" ".join(sentences), code=self.code)})
