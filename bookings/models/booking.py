"""The booking: one provider, one attendee, one half-open span of time."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bookings.core.constraints import EARLIEST, LATEST, LONGEST_BOOKING, LONGEST_BUFFER, at_most, check
from bookings.core.interval import Interval
from bookings.core.lifecycle import BLOCKING, Status
from bookings.models.base import Timestamped
from bookings.models.fields import UNPRINTABLE, refuse_unprintable
from bookings.models.no_overlap import NoOverlap
from bookings.models.people import Attendee, Provider
from bookings.models.querysets import BookingQuerySet
from bookings.models.services import Service

NOTE_LIMIT = 2000
REASON_LIMIT = 500


def can_be_booked(at: object) -> bool:
    """Whether `at` is an aware datetime of the years 1900 to 2200: computing with it cannot overflow."""
    return isinstance(at, datetime) and at.tzinfo is not None and EARLIEST <= at <= LATEST


class Booking(Timestamped):
    """What a session and an appointment have in common. Written by `bookings.actions` alone.

    A concrete model names its parties and has those two foreign keys, immediate and without an index of their own,
    and lists its guards: `no_overlap` and `party_index` for both. A system check refuses one without them.
    """

    provider_field: ClassVar[str]
    attendee_field: ClassVar[str]
    time_fields: ClassVar[tuple[str, str]] = ("start_at", "end_at")
    """The two fields that a person fills in to say when."""

    service_id: int | None
    """Of the concrete model's `service`, see `services.service_key`."""

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
    expires_at = models.DateTimeField(_("lapses at"), null=True, blank=True, editable=False)
    note = models.TextField(
        _("note"),
        max_length=NOTE_LIMIT,  # for forms alone
        validators=[MaxLengthValidator(NOTE_LIMIT)],
        blank=True,
    )
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name=_("booked by"),
    )
    """Of a login that is deleted the number stays, as in the history: to take it out would write each of its bookings
    anew, which PostgreSQL then checks against the others again, and would read the whole table to find them."""
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True, editable=False)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name=_("cancelled by"),
    )
    """As `booked_by`."""
    cancel_reason = models.CharField(_("reason for cancelling"), max_length=REASON_LIMIT, blank=True)

    objects: ClassVar[models.Manager[Any]] = BookingQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            check(
                "end_after_start",
                Q(end_at__gt=F("start_at")),
                _("The end must be after the start."),
            ),
            check(
                "at_most_24_hours",
                at_most(LONGEST_BOOKING, "start_at", "end_at"),
                _("A booking is at most 24 hours long."),
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
                _("A buffer is at most 12 hours long."),
            ),
            check(
                "status_known",
                Q(status__in=[str(status) for status in Status]),
                _("Unknown status."),
            ),
            check(
                "exception_with_reason",
                Q(is_overbooked=False, is_outside_hours=False) | ~Q(override_reason=""),
                _("Give a reason for the exception."),
            ),
        ]
        indexes = [
            models.Index(fields=["start_at", "id"], name="%(class)s_start_id"),
            # Few rows: what `querysets.pending` and `lapsed` read, at any size of the table.
            models.Index(fields=["start_at"], name="%(class)s_pending", condition=Q(status=Status.PENDING)),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def provider(self) -> Provider:
        """The doctor, the coach."""
        provider: Provider = getattr(self, self.provider_field)
        return provider

    @property
    def attendee(self) -> Attendee:
        """The patient, the client."""
        attendee: Attendee = getattr(self, self.attendee_field)
        return attendee

    @property
    def buffers(self) -> tuple[timedelta, timedelta]:
        """The time kept free before and after it: the service's where it has its own, else the provider's."""
        service: Service | None = getattr(self, "service", None)
        before, after = self.provider.buffers
        return service.buffers_or(before, after) if service else (before, after)

    @property
    def provider_key(self) -> int | str | None:
        """The provider's key, without a look-up."""
        return self._key(self.provider_field)

    @property
    def attendee_key(self) -> int | str | None:
        """The attendee's key, without a look-up."""
        return self._key(self.attendee_field)

    def _key(self, party: str) -> int | str | None:
        key: int | str | None = getattr(self, self.attname(party))
        return key

    @classmethod
    def attname(cls, party: str) -> str:
        """The attribute that holds a party's key: `doctor` -> `doctor_id`."""
        field: models.Field[Any, Any] = cls._meta.get_field(party)  # type: ignore[assignment]
        return field.attname

    @classmethod
    def column(cls, name: str) -> str:
        """A field's column, which is also its name in the API: `coach` -> `coach_hash_id`."""
        field: models.Field[Any, Any] = cls._meta.get_field(name)  # type: ignore[assignment]
        return field.get_attname_column()[1] or ""

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
        is_lapsed = self.status == Status.PENDING and self.expires_at is not None and self.expires_at <= now
        return str(Status.CANCELLED if is_lapsed else self.status)

    @classmethod
    def provider_model(cls) -> type[Provider]:
        """The provider's table."""
        return cls._meta.get_field(cls.provider_field).related_model  # type: ignore[return-value]

    @classmethod
    def attendee_model(cls) -> type[Attendee]:
        """The attendee's table."""
        return cls._meta.get_field(cls.attendee_field).related_model  # type: ignore[return-value]

    @classmethod
    def service_model(cls) -> type[Service]:
        """The services' table."""
        return cls._meta.get_field("service").related_model  # type: ignore[return-value]

    @classmethod
    def request_names(cls) -> dict[str, str]:
        """How a request names the parts that an error can be about: `provider` -> `doctor_id`, ..."""
        start, end = cls.time_fields
        fields = {
            "provider": cls.provider_field,
            "attendee": cls.attendee_field,
            "start": start,
            "end": end,
            "service": "service",
        }
        return {part: cls.column(field) for part, field in fields.items()}

    @staticmethod
    def describe_times(span: Interval) -> Mapping[str, object]:
        """The span as the API writes it: its time fields, those of requests among them."""
        return {"start_at": span.start, "end_at": span.end}

    def derive_end(self) -> None:
        """Compute `end_at` where a model stores a length, None while that is wrong; here people give both ends."""

    def keep_free(self, before: timedelta, after: timedelta) -> None:
        """Set the busy time to the booking with these buffers."""
        self.busy_from, self.busy_until = self.start_at - before, self.end_at + after

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Validate each field by itself, then derive what follows from them."""
        try:
            super().clean_fields(exclude=exclude)
        finally:
            self._keep_utc()
            self.derive_end()

    def _keep_utc(self) -> None:
        """Python reckons with datetimes of one zone in wall time, which is wrong over a change of the clock."""
        for name in ("start_at", "end_at"):
            if can_be_booked(at := getattr(self, name)):
                setattr(self, name, at.astimezone(UTC))

    def clean(self) -> None:
        """The rules within one booking; those of its times have a constraint of the same meaning."""
        refuse_unprintable(self, UNPRINTABLE, "note", "override_reason", "cancel_reason")
        start_field, end_field = self.time_fields
        for at in (self.start_at, self.end_at):
            if at is not None and not can_be_booked(at):
                raise ValidationError({start_field: _("Give a time with its UTC offset, in the years 1900 to 2200.")})
        if self.start_at is None or self.end_at is None:
            return
        if self.end_at <= self.start_at:
            raise ValidationError({end_field: _("The end must be after the start.")})
        if self.end_at - self.start_at > LONGEST_BOOKING:
            raise ValidationError({end_field: _("A booking is at most 24 hours long.")})

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """The checks of one row, then the overlap, told once and in words, by `NoOverlap`."""
        excluded = set(exclude or ())
        if excluded.intersection({*self.time_fields, self.provider_field}):
            return  # the form shows what is wrong with these first
        stored = self.busy_from, self.busy_until
        self.keep_free(*self.buffers)
        try:
            super().validate_constraints(exclude=exclude)
            NoOverlap()(self)
        finally:
            if not self._state.adding:  # a stored booking keeps the buffers that it was booked with
                self.busy_from, self.busy_until = stored

    def get_constraints(
        self,
    ) -> list[tuple[type[models.Model], Sequence[models.BaseConstraint]]]:
        """All but the exclusion constraints: those are `NoOverlap`'s."""
        return [
            (model, [c for c in constraints if not isinstance(c, ExclusionConstraint)])
            for model, constraints in super().get_constraints()
        ]
