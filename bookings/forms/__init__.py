"""What people fill in. The rules stay in the kernel: a form only turns text into values and errors into places."""

from bookings.web.booking.form import BookingForm
from bookings.web.detail.action_forms import ActionForm, CancelForm
from bookings.web.detail.reschedule_form import RescheduleForm

__all__ = ["ActionForm", "BookingForm", "CancelForm", "RescheduleForm"]
