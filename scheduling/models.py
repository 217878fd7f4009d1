"""Coaches, clients, sessions: names, tables and fields. The rules are in `bookings`."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings.core.constraints import LONGEST_BOOKING, can_be_booked, check, lasts_minutes
from bookings.core.interval import MINUTE, Interval
from bookings.models import Attendee, Booking, ExtraHours, Provider, Service, TimeOff, WorkingHours
from bookings.models.fields import HASH_ID_PATTERN, hash_id
from bookings.models.history import tracked
from bookings.models.people import always_open, party_key
from bookings.models.services import service_key

LONGEST_MINUTES = LONGEST_BOOKING // MINUTE
WRONG_ID = _("The id has characters that it may not.")


class Coach(Provider):
    key_field: ClassVar[str] = "coach_hash_id"

    coach_hash_id = hash_id(_("coach id"))
    is_always_open = always_open(default=True)  # a coach without hours takes any time

    class Meta(Provider.Meta):
        db_table = "coaches"
        verbose_name = _("coach")
        verbose_name_plural = _("coaches")
        constraints = [
            *Provider.Meta.constraints,
            check(
                "hash_id_plain",
                Q(coach_hash_id__regex=HASH_ID_PATTERN),
                WRONG_ID,
            ),
        ]


class CoachHours(WorkingHours):
    provider = models.ForeignKey(Coach, on_delete=models.CASCADE, related_name="working_hours", db_index=False)

    class Meta(WorkingHours.Meta):
        db_table = "coach_hours"


class CoachExtraHours(ExtraHours):
    provider = models.ForeignKey(Coach, on_delete=models.CASCADE, related_name="extra_hours", db_index=False)

    class Meta(ExtraHours.Meta):
        db_table = "coach_extra_hours"


class CoachTimeOff(TimeOff):
    provider = models.ForeignKey(Coach, on_delete=models.CASCADE, related_name="time_off", db_index=False)

    class Meta(TimeOff.Meta):
        db_table = "coach_time_off"


class SessionService(Service):
    providers = models.ManyToManyField(Coach, related_name="services", blank=True, verbose_name=_("coaches"))

    class Meta(Service.Meta):
        db_table = "session_services"


class Client(Attendee):
    key_field: ClassVar[str] = "client_hash_id"

    client_hash_id = hash_id(_("client id"))

    class Meta(Attendee.Meta):
        db_table = "clients"
        verbose_name = _("client")
        verbose_name_plural = _("clients")
        constraints = [
            *Attendee.Meta.constraints,
            check(
                "hash_id_plain",
                Q(client_hash_id__regex=HASH_ID_PATTERN),
                WRONG_ID,
            ),
        ]


@tracked(name="SessionEvent", table="session_history")
class Session(Booking):
    """A client's time with a coach: a start and a length in whole minutes; the end is stored for the constraints."""

    request_names = {
        "provider": "coach_hash_id",
        "attendee": "client_hash_id",
        "start": "start",
        "end": "duration",
        "service": "service_id",
    }
    time_fields = ("start_at", "duration")

    provider = party_key(Coach)
    attendee = party_key(Client)
    service = service_key(SessionService)
    start_at = models.DateTimeField(_("start"), db_column="start")
    duration = models.PositiveSmallIntegerField(
        _("duration in minutes"),
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_MINUTES)],
    )
    end_at: "models.DateTimeField[datetime | None, datetime]" = models.DateTimeField(_("end"), editable=False)

    class Meta(Booking.Meta):
        db_table = "sessions"
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        constraints = [
            *Booking.Meta.constraints,
            check(
                "end_is_start_plus_duration",
                lasts_minutes("start_at", "end_at", "duration"),
                _("The end does not fit."),
            ),
        ]

    @staticmethod
    def describe_times(span: Interval) -> Mapping[str, object]:
        """Start, end, and the length in whole minutes."""
        return {
            "start": span.start,
            "end": span.end,
            "duration": span.length // MINUTE,
        }

    def derive_end(self) -> None:
        """The stored end: start plus duration; None while one of them is missing or out of bounds."""
        is_known = can_be_booked(self.start_at) and self.duration in range(1, LONGEST_MINUTES + 1)
        self.end_at = self.start_at + timedelta(minutes=self.duration) if is_known else None
