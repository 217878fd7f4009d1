"""What people fill in. The rules stay in the kernel: a form only turns text into values and errors into places."""

from bookings.forms.booking import BookingForm
from bookings.forms.cancel import CancelForm

__all__ = ["BookingForm", "CancelForm"]
