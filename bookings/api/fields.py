"""Strict serializer fields: no coercion, no guess, and a sentence that says what to send instead.

Each says in JSON Schema what it takes (`json_schema`), in patterns that Python and ECMAScript read alike.
"""

import re
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from bookings.api.types import Json
from bookings.core import url_ids
from bookings.core.constraints import EARLIEST, LATEST
from bookings.models.fields import (
    HASH_ID_PATTERN,
    NOT_IN_A_LINE,
    NOT_IN_A_LINE_RANGES,
    UNKNOWN_TIME_ZONE,
    UNPRINTABLE,
    UNPRINTABLE_RANGES,
    known_time_zones,
)

BIGINT = 2**63 - 1
EMAIL_LIMIT = 254
DATE = "(19[0-9]{2}|2[01][0-9]{2}|2200)-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
TIME = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,6})?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
RFC3339 = re.compile(f"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[Tt]{TIME}")
HASH_ID = re.compile(HASH_ID_PATTERN, re.ASCII)
TEXT = f"[^{UNPRINTABLE_RANGES}]"
LINE = f"[^{NOT_IN_A_LINE_RANGES}]"
NOT_BLANK = f"{LINE[:-1]}\\s]"


class StrictField(serializers.Field[Any, Any, Any, Any]):
    """A field that takes one JSON type and never converts another into it."""

    json_schema: Json

    def to_representation(self, value: object) -> object:
        """The value as it is: answers are made by `representation`."""
        return value


class WholeNumberField(StrictField):
    """A JSON integer from `minimum` to `maximum`; `true`, `1.0` and `"1"` are refused."""

    default_error_messages = {"invalid": _("Give a whole number from {minimum} to {maximum}.")}

    def __init__(self, *, minimum: int = 1, maximum: int = BIGINT, **kwargs: Any) -> None:
        self.minimum = minimum
        self.maximum = maximum
        self.json_schema = {"type": "integer", "minimum": minimum, "maximum": maximum}
        super().__init__(**kwargs)

    def to_internal_value(self, data: object) -> int:
        if type(data) is not int or not self.minimum <= data <= self.maximum:
            self.fail("invalid", minimum=self.minimum, maximum=self.maximum)
        return data


class HashIdField(StrictField):
    """A string of 1 to 64 unreserved URL characters; a JSON number is refused."""

    default_error_messages = {"invalid": _("Give a string of 1 to 64 letters, digits and the characters . _ ~ -")}
    json_schema: Json = {"type": "string", "pattern": f"^{url_ids.HASH_ID}$"}

    def to_internal_value(self, data: object) -> str:
        if not isinstance(data, str) or not HASH_ID.match(data):
            self.fail("invalid")
        return data


class InstantField(StrictField):
    """RFC 3339 with an offset, the years 1900 to 2200, at most microseconds; read as UTC."""

    default_error_messages = {
        "invalid": _("Give a date and time with its UTC offset, for example 2026-12-01T10:00:00+07:00."),
        "out_of_range": _("Give a time between the years 1900 and 2200."),
    }
    json_schema: Json = {"type": "string", "format": "date-time", "pattern": f"^{DATE}[Tt]{TIME}$"}

    def to_internal_value(self, data: object) -> datetime:
        if not isinstance(data, str) or not RFC3339.fullmatch(data):
            self.fail("invalid")
        if not EARLIEST.year <= int(data[:4]) <= LATEST.year:
            self.fail("out_of_range")
        try:
            at = datetime.fromisoformat(data.upper()).astimezone(UTC)
        except ValueError:  # the 31st of February
            self.fail("invalid")
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
    refused = UNPRINTABLE

    def __init__(self, *, limit: int, **kwargs: Any) -> None:
        self.limit = limit
        self.json_schema = {"type": "string", "maxLength": limit, "pattern": f"^{TEXT}*$"}
        super().__init__(**kwargs)

    def to_internal_value(self, data: object) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        if len(data) > self.limit:
            self.fail("too_long", limit=self.limit)
        if self.refused.search(data):
            self.fail("unprintable")
        return data


class LineField(TextField):
    """One line of at most `limit` characters: a name, a phone number. Blanks around it are dropped."""

    default_error_messages = {
        "blank": _("This field may not be blank."),
        "unprintable": _("Leave out line breaks, control characters and incomplete Unicode characters."),
    }
    refused = NOT_IN_A_LINE

    def __init__(self, *, limit: int, allow_blank: bool = False, **kwargs: Any) -> None:
        super().__init__(limit=limit, **kwargs)
        self.may_be_blank = allow_blank
        self.json_schema["pattern"] = f"^{LINE}*$" if allow_blank else f"^{LINE}*{NOT_BLANK}{LINE}*$"

    def to_internal_value(self, data: object) -> str:
        """The text without blanks around it."""
        text = super().to_internal_value(data).strip()
        if not text and not self.may_be_blank:
            self.fail("blank")
        return text


class EmailField(StrictField):
    default_error_messages = {"invalid": _("Give an e-mail address, for example ada@example.org.")}
    json_schema: Json = {"type": "string", "format": "email", "maxLength": EMAIL_LIMIT}

    def to_internal_value(self, data: object) -> str:
        if not isinstance(data, str) or len(data) > EMAIL_LIMIT or NOT_IN_A_LINE.search(data):
            self.fail("invalid")
        try:
            validate_email(data)
        except ValidationError:
            self.fail("invalid")
        return data


class TimeZoneField(StrictField):
    """A name in the IANA time zone database."""

    default_error_messages = {"invalid": UNKNOWN_TIME_ZONE}
    json_schema: Json = {"type": "string", "minLength": 1, "maxLength": 64, "examples": ["Asia/Jakarta"]}

    def to_internal_value(self, data: object) -> str:
        if not isinstance(data, str) or data not in known_time_zones():
            self.fail("invalid")
        return data


class FlagField(StrictField):
    """`true` or `false`."""

    default_error_messages = {"invalid": _("Give true or false.")}
    json_schema: Json = {"type": "boolean"}

    def to_internal_value(self, data: object) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid")
        return data
