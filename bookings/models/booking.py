"""The booking: one provider, one attendee, one half-open span of time."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.apps import apps
from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_stubs_ext.db.models.manager import RelatedManager

from bookings.core.constraints import (
    BUSY_TIME,
    LONGEST_BOOKING,
    LONGEST_BUFFER,
    OWN_TIME,
    at_most,
    can_be_booked,
    check,
    no_overlap,
    party_index,
    service_index,
)
from bookings.core.interval import Interval
from bookings.core.lifecycle import BLOCKING, Status
from bookings.models.base import Timestamped
from bookings.models.fields import BUFFER_TOO_LONG, END_TOO_EARLY, UNPRINTABLE, login_number, refuse_unprintable
from bookings.models.no_overlap import NoOverlap
from bookings.models.people import Attendee, Provider
from bookings.models.querysets import BookingQuerySet
from bookings.models.services import Service

if TYPE_CHECKING:
    from accounts.models import User

NOTE_LIMIT = 2000
REASON_LIMIT = 500
TOO_LONG = _("A booking is at most 24 hours long.")
REASON_MISSING = _("Give a reason for the exception.")
CHANGE = ("revision", "changed_by", "changed_via", "updated_at")
"""The fields that every change of a booking writes, see `Booking.record_change`."""


class Via(models.TextChoices):
    """The way by which a change reached us."""

    PAGE = "page", _("on the site")
    API = "api", _("over the API")
    TOKEN = "token", _("over the API, by a token")
    ADMIN = "admin", _("in the admin")
    JOB = "job", _("by itself")
    SHELL = "shell", _("by a command")


class Booking(Timestamped):
    """What a session and an appointment have in common. Written by `bookings.actions` alone.

    A concrete model adds `provider`, `attendee` and `service` (`party_key`, `service_key`), names them for requests,
    and inherits this `Meta` with its guards. A system check refuses one without them.
    """

    request_names: ClassVar[Mapping[str, str]]
    """How requests and answers name the parts: `provider` -> `doctor_id`, `attendee`, `start`, `end`, `service`."""
    time_fields: ClassVar[tuple[str, str]] = ("start_at", "end_at")
    """The two fields that a person fills in to say when."""

    provider: "models.ForeignKey[Any, Provider]"
    attendee: "models.ForeignKey[Any, Attendee]"
    service: "models.ForeignKey[Any, Service | None]"
    provider_id: int | str | None
    """The provider's public id, without a look-up."""
    attendee_id: int | str | None
    service_id: int | None
    history: RelatedManager[Any]
    """Its events, of the model that `history.tracked` makes."""
    start_at = models.DateTimeField(_("start"))
    end_at = models.DateTimeField(_("end"))
    busy_from = models.DateTimeField(_("busy from"), editable=False)
    busy_until = models.DateTimeField(_("busy until"), editable=False)
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.BOOKED)
    revision = models.PositiveIntegerField(_("revision"), default=1, editable=False)
    uid = models.UUIDField(_("calendar UID"), default=uuid.uuid4, unique=True, editable=False)
    is_overbooked = models.BooleanField(_("overbooked on purpose"), default=False)
    is_outside_hours = models.BooleanField(_("outside the hours on purpose"), default=False, db_default=False)
    override_reason = models.CharField(
        _("reason for the exception"),
        max_length=REASON_LIMIT,
        blank=True,
        help_text=_("Why it was booked outside the hours or over another booking."),
    )
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True, editable=False)
    note = models.TextField(
        _("note"),
        max_length=NOTE_LIMIT,  # for forms alone
        validators=[MaxLengthValidator(NOTE_LIMIT)],
        blank=True,
    )
    booked_by = login_number(_("booked by"))
    changed_by = login_number(_("last changed by"))
    """Who acted last; the history's trigger copies it with each revision. Nobody: the system, or plain SQL."""
    changed_via = models.CharField(
        _("last changed from"), max_length=6, choices=Via, default=Via.SHELL, db_default=Via.SHELL, editable=False
    )
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True, editable=False)
    cancelled_by = login_number(_("cancelled by"))
    cancel_reason = models.CharField(_("reason for cancelling"), max_length=REASON_LIMIT, blank=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            no_overlap("provider", BUSY_TIME),
            no_overlap("attendee", OWN_TIME),
            check(
                "end_after_start",
                Q(end_at__gt=F("start_at")),
                END_TOO_EARLY,
            ),
            check(
                "at_most_24_hours",
                at_most(LONGEST_BOOKING, "start_at", "end_at"),
                TOO_LONG,
            ),
            check(
                "busy_contains_booking",
                Q(busy_from__lte=F("start_at"), busy_until__gte=F("end_at")),
                _("The busy time contains the booking."),
            ),
            check(
                "busy_bounded",
                Q(
                    at_most(LONGEST_BUFFER, "busy_from", "start_at"),
                    at_most(LONGEST_BUFFER, "end_at", "busy_until"),
                ),
                BUFFER_TOO_LONG,
            ),
            check(
                "status_known",
                Q(status__in=[str(status) for status in Status]),
                _("Unknown status."),
            ),
            check(
                "changed_via_known",
                Q(changed_via__in=[str(via) for via in Via]),
                _("Unknown place."),
            ),
            check(
                "exception_with_reason",
                Q(is_overbooked=False, is_outside_hours=False) | ~Q(override_reason=""),
                REASON_MISSING,
            ),
        ]
        indexes = [
            party_index("provider"),
            party_index("attendee"),
            service_index(),
            models.Index(fields=["start_at", "id"], name="%(class)s_start_id"),
            # Few rows: what `querysets.pending` and `expired` read, at any size of the table.
            models.Index(fields=["start_at"], name="%(class)s_pending", condition=Q(status=Status.PENDING)),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def buffers(self) -> tuple[timedelta, timedelta]:
        """The time kept free before and after it: the service's where it has its own, else the provider's."""
        before, after = self.provider.buffers
        return self.service.buffers_or(before, after) if self.service else (before, after)

    @classmethod
    def columns(cls) -> dict[str, str]:
        """The names for plain SQL about this kind: its table, and the columns whose names differ between kinds."""
        columns = {field.name: field.column or "" for field in cls._meta.concrete_fields}
        return {
            "table": cls._meta.db_table,
            "provider": columns["provider"],
            "attendee": columns["attendee"],
            "start": columns["start_at"],
        }

    @property
    def span(self) -> Interval:
        """The booked time, without buffers. Raises ValueError when it does not end after it starts."""
        return Interval(self.start_at, self.end_at)

    @property
    def busy_span(self) -> Interval:
        """The provider's time: the booking with its buffers."""
        return Interval(self.busy_from, self.busy_until)

    @property
    def holds_time(self) -> bool:
        """Whether it may not overlap others: `constraints.HOLDS_TIME` for one object."""
        return self.status in BLOCKING and not self.is_overbooked

    def status_at(self, now: datetime) -> str:
        """The state as readers see it: a pending booking that nobody approved in time is cancelled."""
        is_expired = self.status == Status.PENDING and self.expires_at is not None and self.expires_at <= now
        return str(Status.CANCELLED if is_expired else self.status)

    @classmethod
    def provider_model(cls) -> type[Provider]:
        model = cls.provider.field.related_model
        assert issubclass(model, Provider)  # noqa: S101  # see `party_key`
        return model

    @classmethod
    def attendee_model(cls) -> type[Attendee]:
        model = cls.attendee.field.related_model
        assert issubclass(model, Attendee)  # noqa: S101  # see `party_key`
        return model

    @classmethod
    def service_model(cls) -> type[Service]:
        model = cls.service.field.related_model
        assert issubclass(model, Service)  # noqa: S101  # see `service_key`
        return model

    @staticmethod
    def describe_times(span: Interval) -> Mapping[str, object]:
        """The span as the API writes it, with the fields that requests use."""
        return {"start_at": span.start, "end_at": span.end}

    def record_change(self, by: "User | None", via: str) -> None:
        """Count a change of this booking and note who made it; the caller saves both."""
        self.revision += 1
        self.changed_by = by
        self.changed_via = via

    def derive_end(self) -> None:
        """Hook: kinds that store a length compute `end_at`, None while the length is wrong. Does nothing by default."""

    def set_busy_time(self, before: timedelta, after: timedelta) -> None:
        """Set the busy time to the booking with these buffers."""
        self.busy_from = self.start_at - before
        self.busy_until = self.end_at + after

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Validate each field by itself, then derive what follows from them."""
        try:
            super().clean_fields(exclude=exclude)
        finally:
            self._keep_utc()
            self.derive_end()

    def _keep_utc(self) -> None:
        """Convert to UTC: Python subtracts datetimes of one zone in wall time, which is wrong across a clock change."""
        for name in ("start_at", "end_at"):
            if can_be_booked(at := getattr(self, name)):
                setattr(self, name, at.astimezone(UTC))

    def clean(self) -> None:
        """Check the rules within one booking; each rule about its times is also a constraint."""
        refuse_unprintable(self, UNPRINTABLE, "note", "override_reason", "cancel_reason")
        start_field, end_field = self.time_fields
        for at in (self.start_at, self.end_at):
            if at is not None and not can_be_booked(at):
                raise ValidationError({start_field: _("Give a time with its UTC offset, in the years 1900 to 2200.")})
        if self.start_at is None or self.end_at is None:
            return
        if self.end_at <= self.start_at:
            raise ValidationError({end_field: END_TOO_EARLY})
        if self.end_at - self.start_at > LONGEST_BOOKING:
            raise ValidationError({end_field: TOO_LONG})

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Check the constraints of the row, then the overlap, which `NoOverlap` reports once and in words."""
        excluded = set(exclude or ())
        if excluded.intersection({*self.time_fields, "provider"}):
            return  # the form shows what is wrong with these first
        stored = self.busy_from, self.busy_until
        self.set_busy_time(*self.buffers)
        try:
            super().validate_constraints(exclude=exclude)
            NoOverlap()(self)
        finally:
            if not self._state.adding:  # a stored booking keeps the buffers that it was booked with
                self.busy_from, self.busy_until = stored

    def get_constraints(
        self,
    ) -> list[tuple[type[models.Model], Sequence[models.BaseConstraint]]]:
        """All constraints but the exclusion constraints, which `NoOverlap` checks."""
        return [
            (model, [c for c in constraints if not isinstance(c, ExclusionConstraint)])
            for model, constraints in super().get_constraints()
        ]


def booking_models() -> list[type[Booking]]:
    """Every concrete kind of booking that is installed."""
    return [model for model in apps.get_models() if issubclass(model, Booking)]
