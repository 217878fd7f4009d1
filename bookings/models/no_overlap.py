"""The overlap rule in words, for forms and the admin. In a race the constraint decides; this only says it kindly."""

from dataclasses import replace
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.core.formatting import describe_span
from bookings.models.overlaps import find_overlaps
from bookings.schedule.slots import next_free
from bookings.schedule.terms import DESK

if TYPE_CHECKING:
    from bookings.models.booking import Booking


class NoOverlap:
    """Raises one ValidationError when the booking's time is taken, the provider's side first."""

    code = "overlap"

    def __call__(self, booking: "Booking") -> None:
        """Check one booking, in two indexed, bounded queries at most."""
        taken = find_overlaps(booking) if booking.holds_time else {}
        if not taken:
            return
        part, sentences = next(iter(taken.items()))
        field = {
            "provider": booking.provider_field,
            "attendee": booking.attendee_field,
        }[part]
        for free in next_free(booking, who=replace(DESK, attendee=booking.attendee_key), now=timezone.now())[:1]:
            sentences = [
                *sentences,
                _("Next free: %(when)s.") % {"when": describe_span(free)},
            ]
        raise ValidationError({field: ValidationError(" ".join(sentences), code=self.code)})
