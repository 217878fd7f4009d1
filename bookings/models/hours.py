"""A provider's rules: wall-clock times in the provider's own zone."""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from bookings.core.constraints import check
from bookings.models.base import Timestamped
from bookings.models.fields import DAY_MINUTES, END_TOO_EARLY, MINUTES_OF_A_DAY

if TYPE_CHECKING:
    from bookings.models.people import Provider

LAST_DAY_TOO_EARLY = _("The last day must not be before the first.")
SAME_START = _("These hours start at the same time as others of this day.")


class Rule(Timestamped):
    """Base of the weekly hours, extra hours and time off."""

    provider: "models.ForeignKey[Any, Provider]"

    class Meta:
        abstract = True


class Hours(Rule):
    """A time of day and a length. Minutes instead of an end, so that midnight and overnight need no special case."""

    starts_at = models.TimeField(_("starts at"))
    minutes = models.PositiveSmallIntegerField(
        _("minutes"),
        validators=[MinValueValidator(1), MaxValueValidator(DAY_MINUTES)],
        help_text=_("How long, in minutes; may run over midnight."),
    )

    class Meta:
        abstract = True
        constraints = [
            check(
                "minutes_bounded",
                Q(minutes__gte=1, minutes__lte=DAY_MINUTES),
                MINUTES_OF_A_DAY,
            ),
        ]

    @property
    def ends_at(self) -> time:
        """The wall time at which the interval ends, on the next day when it runs over midnight."""
        return (datetime.combine(date.min, self.starts_at) + timedelta(minutes=self.minutes)).time()


class WorkingHours(Hours):
    """One weekly interval, without an end or between two dates.

    The concrete model adds `provider`, a foreign key with `related_name="working_hours"`.
    """

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    valid_from = models.DateField(_("valid from"), null=True, blank=True, help_text=_("Empty: since ever."))
    valid_until = models.DateField(
        _("valid until"), null=True, blank=True, help_text=_("The last day of it. Empty: for good.")
    )

    class Meta(Hours.Meta):
        abstract = True
        ordering = ["weekday", "starts_at", "valid_from"]
        verbose_name = _("working hours")
        verbose_name_plural = _("working hours")
        constraints = [
            *Hours.Meta.constraints,
            check(
                "weekday_known",
                Q(weekday__gte=0, weekday__lte=6),
                _("Choose a weekday."),
            ),
            check(
                "valid_in_order",
                Q(valid_from=None) | Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                LAST_DAY_TOO_EARLY,
            ),
            ExclusionConstraint(
                name="%(app_label)s_%(class)s_once",
                expressions=[
                    ("provider", RangeOperators.EQUAL),
                    ("weekday", RangeOperators.EQUAL),
                    ("starts_at", RangeOperators.EQUAL),
                    (Func("valid_from", "valid_until", Value("[]"), function="DATERANGE"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=SAME_START,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts_at:%H:%M}-{self.ends_at:%H:%M}"

    def clean(self) -> None:
        """Show at the field what the constraint would refuse."""
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValidationError({"valid_until": LAST_DAY_TOO_EARLY})


class ExtraHours(Hours):
    """A dated exception: hours beside the weekly ones, also on a public holiday.

    The concrete model adds `provider`, a foreign key with `related_name="extra_hours"`.
    """

    starts_on = models.DateField(_("day"))

    class Meta(Hours.Meta):
        abstract = True
        ordering = ["starts_on", "starts_at"]
        verbose_name = _("extra hours")
        verbose_name_plural = _("extra hours")
        constraints = [
            *Hours.Meta.constraints,
            models.UniqueConstraint(
                fields=["provider", "starts_on", "starts_at"],
                name="%(app_label)s_%(class)s_once",
                violation_error_message=SAME_START,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on} {self.starts_at:%H:%M}-{self.ends_at:%H:%M}"


class TimeOff(Rule):
    """A dated exception: whole days, or a span when times are given.

    The concrete model adds `provider`, a foreign key with `related_name="time_off"`.
    """

    starts_on = models.DateField(_("from day"))
    starts_at = models.TimeField(_("from time"), null=True, blank=True, help_text=_("Empty: the whole day."))
    ends_on = models.DateField(_("to day"), help_text=_("The last day of it."))
    ends_at = models.TimeField(_("to time"), null=True, blank=True, help_text=_("Empty: to the day's end."))
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        abstract = True
        ordering = ["starts_on"]
        verbose_name = _("time off")
        verbose_name_plural = _("time off")
        constraints = [
            check(
                "ends_after_start",
                Q(ends_on__gt=F("starts_on"))
                | Q(ends_on=F("starts_on"), ends_at=None)
                | Q(ends_on=F("starts_on"), starts_at=None, ends_at__gt=time.min)
                | Q(
                    ends_on=F("starts_on"),
                    starts_at__isnull=False,
                    ends_at__gt=F("starts_at"),
                ),
                END_TOO_EARLY,
            ),
        ]
        indexes = [models.Index(fields=["provider", "ends_on"], name="%(class)s_provider_end")]

    def __str__(self) -> str:
        return f"{self.starts_on} - {self.ends_on}"

    def clean(self) -> None:
        """Show at the field what the constraint would refuse."""
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": LAST_DAY_TOO_EARLY})
