"""The sessions' part of the API."""

from bookings.urls import api_urls
from scheduling.models import Session
from scheduling.serializers import SessionSerializer

urlpatterns = api_urls(Session, SessionSerializer)
