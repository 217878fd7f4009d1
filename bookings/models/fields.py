"""Builders of the columns that several tables share, and their validators."""

import re
import secrets
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from bookings.core.holiday_calendars import known_calendars
from bookings.core.url_ids import HASH_ID

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

DAY_MINUTES = 24 * 60
HASH_ID_PATTERN = rf"^{HASH_ID}\Z"

# What no text may hold, in any reader or header: control characters (but line breaks and tabs), halves of surrogate
# pairs, and what turns the direction of the text around it (Unicode TR 36, section 2.5). A line has no breaks either.
# Python and ECMAScript read the ranges alike; only Python can do with `SURROGATES`, as ECMAScript splits each pair.
UNPRINTABLE_RANGES = r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069"
NOT_IN_A_LINE_RANGES = r"\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069"
SURROGATES = r"\ud800-\udfff"
UNPRINTABLE = re.compile(f"[{UNPRINTABLE_RANGES}{SURROGATES}]")
NOT_IN_A_LINE = re.compile(f"[{NOT_IN_A_LINE_RANGES}{SURROGATES}]")
UNREADABLE = _("Leave out control characters and characters that turn the text around.")
END_TOO_EARLY = _("The end must be after the start.")
MINUTES_OF_A_DAY = _("Give 1 to 1,440 minutes.")
UNKNOWN_TIME_ZONE = _("Give an IANA time zone such as Europe/Berlin.")
BUFFER_TOO_LONG = _("A buffer is at most 12 hours long.")


def refuse_unprintable(row: models.Model, pattern: re.Pattern[str], *names: str) -> None:
    """Raise ValidationError where one of the row's texts holds a character that `pattern` names."""
    wrong = [name for name in names if pattern.search(getattr(row, name) or "")]
    if wrong:
        raise ValidationError(dict.fromkeys(wrong, UNREADABLE))


def generate_hash_id() -> str:
    """A public id that cannot be guessed."""
    return secrets.token_urlsafe(12)


def hash_id(verbose_name: "StrOrPromise") -> "models.CharField[str, str]":
    """A public id of at most 64 URL-safe characters, generated when none is given."""
    return models.CharField(
        verbose_name,
        max_length=64,
        unique=True,
        default=generate_hash_id,
        validators=[
            RegexValidator(
                HASH_ID_PATTERN,
                _("Use 1 to 64 letters, digits and the characters . _ ~ -"),
            )
        ],
    )


@cache
def known_time_zones() -> frozenset[str]:
    """The names in the IANA time zone database."""
    return frozenset(available_timezones())


def find_zone(name: str) -> ZoneInfo | None:
    """The zone of this name; None for one that the tz database does not have (any more)."""
    return ZoneInfo(name) if name in known_time_zones() else None


def validate_time_zone(name: str) -> None:
    """Raise ValidationError unless `name` is an IANA time zone."""
    if name not in known_time_zones():
        raise ValidationError(UNKNOWN_TIME_ZONE, code="time_zone")


def validate_holiday_calendar(code: str) -> None:
    """Raise ValidationError unless the public holidays of this country or region are known."""
    if code not in known_calendars():
        raise ValidationError(_("Give a country or region such as DE or DE-BY."), code="holiday_calendar")


def default_time_zone() -> str:
    """The default of the columns: a function, so that migrations do not contain the setting's value."""
    return settings.TIME_ZONE


def time_zone() -> "models.CharField[str, str]":
    """An IANA time zone name; the default is the practice's."""
    return models.CharField(
        _("time zone"),
        max_length=64,
        default=default_time_zone,
        validators=[validate_time_zone],
    )


def minutes(
    verbose_name: "StrOrPromise", *, maximum: int, help_text: "StrOrPromise" = ""
) -> "models.PositiveIntegerField[int, int]":
    """Whole minutes from 0 to `maximum`."""
    return models.PositiveIntegerField(
        verbose_name,
        default=0,
        validators=[MaxValueValidator(maximum)],
        help_text=help_text,
    )


def login_number(verbose_name: "StrOrPromise") -> "models.ForeignKey[Any, Any]":
    """The id of a login, kept after the login is deleted.

    Clearing it would rewrite each booking of the login, so that PostgreSQL checks their overlaps again, and would read
    the whole table in order to find them.
    """
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name=verbose_name,
    )
