"""The fields of a session in a request."""

from bookings.api.fields import HashIdField, InstantField, WholeNumberField
from bookings.api.serializers import BookingSerializer
from scheduling.models import LONGEST_MINUTES


class SessionSerializer(BookingSerializer):
    coach_hash_id = HashIdField(source="provider_id")
    client_hash_id = HashIdField(source="attendee_id", required=False)
    start = InstantField(source="start_at")
    duration = WholeNumberField(maximum=LONGEST_MINUTES)
