"""The two sides of a booking: the provider, who offers the time, and the attendee, who takes it."""

from datetime import timedelta
from typing import Any, ClassVar, TypeVar

from django.apps import apps
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q, UniqueConstraint
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _
from django_stubs_ext.db.models.manager import RelatedManager

from bookings.core.constraints import LONGEST_BUFFER, NAME, check
from bookings.core.interval import MINUTE
from bookings.models.base import Timestamped
from bookings.models.fields import (
    BUFFER_TOO_LONG,
    DAY_MINUTES,
    NOT_IN_A_LINE,
    minutes,
    refuse_unprintable,
    time_zone,
    validate_holiday_calendar,
)
from bookings.models.hours import ExtraHours, TimeOff, WorkingHours

BUFFER_LIMIT = LONGEST_BUFFER // MINUTE
YEAR_MINUTES = 366 * 24 * 60
NAME_LIMIT = 200
PHONE_LIMIT = 50

P = TypeVar("P", bound="Person")


class Person(Timestamped):
    """A name, contact details, and at most one login. A login is linked to at most one person in each table."""

    key_field: ClassVar[str] = "id"
    """The field that bookings refer to and the API calls the person's id."""

    name = models.CharField(_("name"), max_length=NAME_LIMIT)
    email = models.EmailField(_("e-mail"), blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,  # the unique constraint has an index
        verbose_name=_("login"),
    )
    time_zone = time_zone()

    class Meta:
        abstract = True
        constraints = [
            check("time_zone_named", ~Q(time_zone=""), _("Give a time zone.")),
            # Partial, so that no foreign key could refer to it: to change a column of a full unique index PostgreSQL
            # locks the row as FOR UPDATE does, which meets the share locks of bookings that refer to it, and deadlocks.
            UniqueConstraint(
                name=f"{NAME}login",
                fields=["user"],
                condition=Q(user__isnull=False),
                violation_error_code="unique",
                violation_error_message=_("Somebody else of this kind has this login already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.key)

    def clean(self) -> None:
        """Names appear in pages, lists and mail: they must be one line of readable characters."""
        super().clean()
        lines = {"name", "phone"} & {field.name for field in self._meta.fields}
        refuse_unprintable(self, NOT_IN_A_LINE, *sorted(lines))

    @classmethod
    def key_type(cls) -> str:
        """The SQL type of the public id, as PostgreSQL names it."""
        return "int8" if cls.key_field == "id" else "text"

    @property
    def key(self) -> int | str:
        """The public id: what bookings refer to."""
        key: int | str = getattr(self, self.key_field)
        return key


def always_open(*, default: bool) -> "models.BooleanField[bool, bool]":
    """Whether a provider without any hours is open; each kind has its own default."""
    return models.BooleanField(
        _("open at all times"),
        default=default,
        db_default=default,
        help_text=_("As long as no hours are given. Off: closed until hours are given."),
    )


def provider_models() -> "list[type[Provider]]":
    """The tables of providers, one for each kind."""
    return [model for model in apps.get_models() if issubclass(model, Provider)]


def attendee_models() -> "list[type[Attendee]]":
    """The tables of attendees, one for each kind."""
    return [model for model in apps.get_models() if issubclass(model, Attendee)]


def person_models() -> "list[type[Person]]":
    """All tables of people in the order of locks: providers, then attendees."""
    return [*provider_models(), *attendee_models()]


def party_key(people: "type[P]", *, db_column: str | None = None) -> "models.ForeignKey[Any, P]":
    """The foreign key to one side of a booking: protected, and without an index of its own (`party_index` serves).

    Where bookings refer to another id than the primary key, the column has the name of that id. `0002_guards` makes the
    constraint immediate: Django's are deferred, and an unknown party would only be noticed at COMMIT.
    """
    own_key = None if people.key_field == "id" else people.key_field
    return models.ForeignKey(
        people,
        to_field=own_key,
        db_column=own_key or db_column,
        on_delete=models.PROTECT,
        related_name="bookings",
        db_index=False,
        verbose_name=people._meta.verbose_name,
    )


class Provider(Person):
    """The person who offers time: a doctor, a coach. Without hours a provider is closed, unless `is_always_open`."""

    working_hours: RelatedManager[WorkingHours]
    """These three by the foreign keys of the concrete tables."""
    extra_hours: RelatedManager[ExtraHours]
    time_off: RelatedManager[TimeOff]
    is_always_open = always_open(default=False)
    is_active = models.BooleanField(_("takes bookings"), default=True)
    slot_minutes = models.PositiveIntegerField(
        _("slot length in minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: any start and any length."),
    )
    slot_step_minutes = models.PositiveIntegerField(
        _("minutes from one slot to the next"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: the slot length."),
    )
    buffer_before_minutes = minutes(_("minutes kept free before"), maximum=BUFFER_LIMIT)
    buffer_after_minutes = minutes(_("minutes kept free after"), maximum=BUFFER_LIMIT)
    minimum_notice_minutes = minutes(_("minimum notice in minutes"), maximum=YEAR_MINUTES)
    horizon_days = models.PositiveIntegerField(
        _("days bookable ahead"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
    )
    day_limit = models.PositiveSmallIntegerField(
        _("bookings a day at most"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
    )
    attendee_day_limit = models.PositiveSmallIntegerField(
        _("bookings a day at most for one person"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
    )
    holiday_calendar = models.CharField(
        _("closed on the public holidays of"),
        max_length=16,
        blank=True,
        validators=[validate_holiday_calendar],
        help_text=_("A country or region, for example DE or DE-BY. Empty: open on public holidays too."),
    )
    needs_approval = models.BooleanField(_("approves bookings first"), default=False)
    cancellation_window_minutes = minutes(
        _("cancellation window in minutes"),
        maximum=YEAR_MINUTES,
        help_text=_("How long before the start attendees may still cancel."),
    )

    class Meta(Person.Meta):
        abstract = True
        constraints = [
            *Person.Meta.constraints,
            check(
                "buffers_bounded",
                Q(
                    buffer_before_minutes__lte=BUFFER_LIMIT,
                    buffer_after_minutes__lte=BUFFER_LIMIT,
                ),
                BUFFER_TOO_LONG,
            ),
            check(
                "slot_bounded",
                Q(slot_minutes=None) | Q(slot_minutes__gte=1, slot_minutes__lte=DAY_MINUTES),
                _("A slot is 1 to 1,440 minutes long."),
            ),
            check(
                "step_bounded",
                Q(slot_step_minutes=None)
                | Q(slot_minutes__isnull=False, slot_step_minutes__gte=1, slot_step_minutes__lte=DAY_MINUTES),
                _("From one slot to the next it is 1 to 1,440 minutes, and a slot needs a length."),
            ),
            check(
                "limits_positive",
                (Q(day_limit=None) | Q(day_limit__gte=1)) & (Q(attendee_day_limit=None) | Q(attendee_day_limit__gte=1)),
                _("At most one booking a day, or more."),
            ),
        ]

    def clean(self) -> None:
        """Show at the field what the constraint would refuse."""
        super().clean()
        if self.slot_step_minutes and not self.slot_minutes:
            raise ValidationError({"slot_step_minutes": _("A step needs a slot length: give that too.")})

    @property
    def buffers(self) -> tuple[timedelta, timedelta]:
        """The time kept free before and after each booking."""
        return self.buffer_before_minutes * MINUTE, self.buffer_after_minutes * MINUTE


class Attendee(Person):
    """The person who takes time: a patient, a client."""

    name = models.CharField(_("name"), max_length=NAME_LIMIT, blank=True)
    phone = models.CharField(_("phone"), max_length=PHONE_LIMIT, blank=True)

    class Meta(Person.Meta):
        abstract = True
        indexes = [
            # `search.matching_people` and any other icontains search, at any size of the table.
            GinIndex(
                *(OpClass(Upper(field), "gin_trgm_ops") for field in ("name", "email", "phone")),
                name="%(class)s_search",
            ),
            # The first names that the desk's form offers before anything is searched for.
            models.Index(fields=["name", "id"], name="%(class)s_name"),
        ]
