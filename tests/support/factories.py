"""Test data that belongs to no kind of booking, and the base of the two kinds' factories."""

from datetime import UTC, datetime
from typing import Any

import factory

from accounts.models import User
from bookings.access.actor import SYSTEM
from bookings.actions import NO_OVERRIDE, book
from bookings.models import Booking, Service

MONDAY_AT_TEN = datetime(2030, 1, 7, 10, tzinfo=UTC)
"""When a booking starts unless a test says otherwise."""


class UserFactory(factory.django.DjangoModelFactory[User]):
    """A login without roles and without a usable password; `is_staff=True` makes it the desk."""

    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"user{n}@example.org")

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **fields: Any) -> User:
        return model_class.objects.create_user(*args, **fields)


class BookingFactory(factory.django.DjangoModelFactory[Booking]):
    """Books through the writer, so that no test starts from a state that the site cannot reach.

    Takes `by`, `override` and `now` besides the booking's fields; the desk books unless told otherwise.
    """

    class Meta:
        abstract = True

    start_at = MONDAY_AT_TEN

    @classmethod
    def _create(cls, model_class: type[Booking], *args: Any, **fields: Any) -> Booking:
        by, override = fields.pop("by", SYSTEM), fields.pop("override", NO_OVERRIDE)
        now = fields.pop("now", None)
        return book(model_class(**fields), by=by, override=override, now=now)


class ServiceFactory(factory.django.DjangoModelFactory[Service]):
    """Half an hour, offered by the given `providers`: nobody unless told otherwise."""

    class Meta:
        abstract = True

    name = factory.Sequence(lambda n: f"Service Number {n}")
    duration_minutes = 30

    @classmethod
    def _create(cls, model_class: type[Service], *args: Any, **fields: Any) -> Service:
        providers = fields.pop("providers", ())
        service: Any = super()._create(model_class, *args, **fields)
        service.providers.set(providers)
        return service  # type: ignore[no-any-return]
