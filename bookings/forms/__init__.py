"""What people fill in. The rules stay in the kernel: a form only turns text into values and errors into places."""

from bookings.forms.action import ActionForm, CancelForm
from bookings.forms.booking import BookingForm
from bookings.forms.reschedule import RescheduleForm

__all__ = ["ActionForm", "BookingForm", "CancelForm", "RescheduleForm"]
