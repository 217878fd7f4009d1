"""Strict serializer fields: no coercion, no guess, and a sentence that says what to send instead."""

import re
from datetime import UTC, datetime
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from bookings.core.constraints import EARLIEST, LATEST
from bookings.models.fields import HASH_ID_PATTERN, NOT_IN_A_LINE, UNPRINTABLE, known_time_zones

BIGINT = 2**63 - 1
RFC3339 = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)
HASH_ID = re.compile(HASH_ID_PATTERN, re.ASCII)
EMAIL_LIMIT = 254


class StrictField(serializers.Field):  # type: ignore[type-arg]
    """A field that takes one JSON type and never converts another into it."""

    def refuse(self) -> NoReturn:
        """Say what the field takes."""
        self.fail("invalid")
        raise AssertionError("unreachable")

    def to_representation(self, value: Any) -> Any:
        """As it is: answers are made by `representation`."""
        return value


class WholeNumberField(StrictField):
    """A JSON integer from `minimum` to `maximum`; `true`, `1.0` and `"1"` are none."""

    default_error_messages = {"invalid": _("Give a whole number from {minimum} to {maximum}.")}

    def __init__(self, *, minimum: int = 1, maximum: int = BIGINT, **kwargs: Any) -> None:
        self.minimum, self.maximum = minimum, maximum
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> int:
        """The number itself."""
        if type(data) is not int or not self.minimum <= data <= self.maximum:
            self.fail("invalid", minimum=self.minimum, maximum=self.maximum)
        return data


class HashIdField(StrictField):
    """A string of 1 to 64 unreserved URL characters; a JSON number is refused."""

    default_error_messages = {"invalid": _("Give a string of 1 to 64 letters, digits and the characters . _ ~ -")}

    def to_internal_value(self, data: Any) -> str:
        """The string itself."""
        if not isinstance(data, str) or not HASH_ID.match(data):
            self.refuse()
        return data


class InstantField(StrictField):
    """RFC 3339 with an offset, the years 1900 to 2200, at most microseconds; read as UTC."""

    default_error_messages = {
        "invalid": _("Give a date and time with its UTC offset, for example 2026-12-01T10:00:00+07:00."),
        "out_of_range": _("Give a time between the years 1900 and 2200."),
    }

    def to_internal_value(self, data: Any) -> datetime:
        """The instant in UTC."""
        if not isinstance(data, str) or not RFC3339.fullmatch(data):
            self.refuse()
        if not EARLIEST.year <= int(data[:4]) <= LATEST.year:
            self.fail("out_of_range")
        try:
            at = datetime.fromisoformat(data.upper()).astimezone(UTC)
        except ValueError:  # the 31st of February
            self.refuse()
        if not EARLIEST <= at < LATEST:
            self.fail("out_of_range")
        return at


class TextField(StrictField):
    """A string of at most `limit` characters, without control characters but line breaks and tabs."""

    default_error_messages = {
        "invalid": _("Give a text."),
        "too_long": _("Use at most {limit} characters."),
        "unprintable": _("Leave out control characters and incomplete Unicode characters."),
    }

    def __init__(self, *, limit: int, **kwargs: Any) -> None:
        self.limit = limit
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> str:
        """The text itself."""
        if not isinstance(data, str):
            self.refuse()
        if len(data) > self.limit:
            self.fail("too_long", limit=self.limit)
        if UNPRINTABLE.search(data):
            self.fail("unprintable")
        return data


class LineField(StrictField):
    """One line of at most `limit` characters: a name, a phone number. Blanks around it are dropped."""

    default_error_messages = {
        "invalid": _("Give a text."),
        "blank": _("This field may not be blank."),
        "too_long": _("Use at most {limit} characters."),
        "unprintable": _("Leave out line breaks, control characters and incomplete Unicode characters."),
    }

    def __init__(self, *, limit: int, allow_blank: bool = False, **kwargs: Any) -> None:
        self.limit, self.allow_blank = limit, allow_blank
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> str:
        """The text without blanks around it."""
        if not isinstance(data, str):
            self.refuse()
        if len(data) > self.limit:
            self.fail("too_long", limit=self.limit)
        if NOT_IN_A_LINE.search(data):
            self.fail("unprintable")
        if not data.strip() and not self.allow_blank:
            self.fail("blank")
        return data.strip()


class EmailField(StrictField):
    """An e-mail address."""

    default_error_messages = {"invalid": _("Give an e-mail address, for example ada@example.org.")}

    def to_internal_value(self, data: Any) -> str:
        """The address as it was written."""
        if not isinstance(data, str) or len(data) > EMAIL_LIMIT or NOT_IN_A_LINE.search(data):
            self.refuse()
        try:
            validate_email(data)
        except ValidationError:
            self.refuse()
        return data


class TimeZoneField(StrictField):
    """A name in the IANA time zone database."""

    default_error_messages = {"invalid": _("Give an IANA time zone such as Europe/Berlin.")}

    def to_internal_value(self, data: Any) -> str:
        """The name itself."""
        if not isinstance(data, str) or data not in known_time_zones():
            self.refuse()
        return data


class FlagField(StrictField):
    """`true` or `false`."""

    default_error_messages = {"invalid": _("Give true or false.")}

    def to_internal_value(self, data: Any) -> bool:
        """The flag itself."""
        if not isinstance(data, bool):
            self.refuse()
        return data
