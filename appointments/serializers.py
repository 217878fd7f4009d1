"""The fields of an appointment in a request."""

from bookings.api.fields import InstantField, WholeNumberField
from bookings.api.serializers import BookingSerializer


class AppointmentSerializer(BookingSerializer):
    doctor_id = WholeNumberField(source="provider_id")
    patient_id = WholeNumberField(source="attendee_id", required=False)
    start_at = InstantField()
    end_at = InstantField()
