"""The appointments' part of the API."""

from appointments.models import Appointment
from appointments.serializers import AppointmentSerializer
from bookings.urls import api_urls

urlpatterns = api_urls(Appointment, AppointmentSerializer)
