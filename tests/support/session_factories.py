"""Coaches, clients and sessions to test with."""

import factory

from scheduling.models import Client, Coach, Session, SessionService
from tests.support.factories import BookingFactory, ServiceFactory


class CoachFactory(factory.django.DjangoModelFactory[Coach]):
    """A coach in UTC, open at all times."""

    class Meta:
        model = Coach

    coach_hash_id = factory.Sequence(lambda n: f"coach-{n}")
    name = factory.Sequence(lambda n: f"Coach Number {n}")
    time_zone = "UTC"


class ClientFactory(factory.django.DjangoModelFactory[Client]):
    class Meta:
        model = Client

    client_hash_id = factory.Sequence(lambda n: f"client-{n}")
    name = factory.Sequence(lambda n: f"Client Number {n}")
    time_zone = "UTC"


class SessionFactory(BookingFactory):
    """A booked hour of a new client with a new coach."""

    class Meta:
        model = Session

    provider = factory.SubFactory(CoachFactory)
    attendee = factory.SubFactory(ClientFactory)
    duration = 60


class SessionServiceFactory(ServiceFactory):
    class Meta:
        model = SessionService
