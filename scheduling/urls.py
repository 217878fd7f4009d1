"""The sessions' part of the API."""

from scheduling.models import Session
from scheduling.serializers import SessionSerializer
from bookings.urls import api_urls

urlpatterns = api_urls(Session, SessionSerializer)
