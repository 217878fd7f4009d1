"""What can be booked by name: "First consultation, 30 minutes". (FHIR calls it a HealthcareService.)"""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django_stubs_ext.db.models.manager import RelatedManager

from bookings.core.constraints import check
from bookings.models.base import Timestamped
from bookings.models.fields import BUFFER_TOO_LONG, DAY_MINUTES, MINUTES_OF_A_DAY, NOT_IN_A_LINE, refuse_unprintable
from bookings.models.people import BUFFER_LIMIT

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from bookings.models import Booking

NAME_LIMIT = 100


def own_buffer(verbose_name: "StrOrPromise") -> "models.PositiveIntegerField[int | None, int | None]":
    """Minutes that replace the provider's buffer; None keeps the provider's."""
    return models.PositiveIntegerField(
        verbose_name,
        null=True,
        blank=True,
        validators=[MaxValueValidator(BUFFER_LIMIT)],
        help_text=_("Empty: as the provider has it."),
    )


class Service(Timestamped):
    """A named kind of booking with its length and buffers. A withdrawn service stays on its bookings.

    The concrete model adds `providers`, a many-to-many field with `related_name="services"`.
    """

    name = models.CharField(_("name"), max_length=NAME_LIMIT)
    duration_minutes = models.PositiveSmallIntegerField(
        _("minutes"), validators=[MinValueValidator(1), MaxValueValidator(DAY_MINUTES)]
    )
    buffer_before_minutes = own_buffer(_("minutes kept free before"))
    buffer_after_minutes = own_buffer(_("minutes kept free after"))
    is_active = models.BooleanField(_("can be booked"), default=True)
    bookings: "RelatedManager[Booking]"

    class Meta:
        abstract = True
        ordering = ["name", "id"]
        verbose_name = _("service")
        verbose_name_plural = _("services")
        constraints = [
            check("name_given", ~Q(name=""), _("Give a name.")),
            check(
                "duration_bounded",
                Q(duration_minutes__gte=1, duration_minutes__lte=DAY_MINUTES),
                MINUTES_OF_A_DAY,
            ),
            check(
                "buffers_bounded",
                (Q(buffer_before_minutes=None) | Q(buffer_before_minutes__lte=BUFFER_LIMIT))
                & (Q(buffer_after_minutes=None) | Q(buffer_after_minutes__lte=BUFFER_LIMIT)),
                BUFFER_TOO_LONG,
            ),
            models.UniqueConstraint(
                Lower("name"),
                name="%(app_label)s_%(class)s_name",
                violation_error_message=_("There is a service of this name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """The name must be one line of readable characters."""
        super().clean()
        refuse_unprintable(self, NOT_IN_A_LINE, "name")

    def buffers_or(self, before: timedelta, after: timedelta) -> tuple[timedelta, timedelta]:
        """Its own buffers, or the given ones where it has none."""
        if self.buffer_before_minutes is not None:
            before = timedelta(minutes=self.buffer_before_minutes)
        if self.buffer_after_minutes is not None:
            after = timedelta(minutes=self.buffer_after_minutes)
        return before, after


def service_key(services: type[Service]) -> "models.ForeignKey[Any, Any]":
    """The foreign key to the service that a booking names, if any; made immediate by hand, as those of the parties."""
    return models.ForeignKey(
        services,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="bookings",
        db_index=False,
        verbose_name=_("service"),
    )
