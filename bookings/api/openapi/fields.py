"""Strict fields as JSON Schema (2020-12). Patterns are those that Python and ECMAScript read alike."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from bookings.api.fields import (
    EMAIL_LIMIT,
    EmailField,
    FlagField,
    HashIdField,
    InstantField,
    LineField,
    StrictField,
    TextField,
    TimeZoneField,
    WholeNumberField,
)
from bookings.api.filters import CURSOR_LIMIT, CursorField, ParameterMomentField
from bookings.api.serializers import Inline
from bookings.api.types import Json
from bookings.core import url_ids

DATE = "(19[0-9]{2}|2[01][0-9]{2}|2200)-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
TIME = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,6})?"
OFFSET = "([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
UNPRINTABLE = "\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069"
NOT_IN_A_LINE = "\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069"


def _number(field: WholeNumberField) -> Json:
    return {"type": "integer", "minimum": field.minimum, "maximum": field.maximum}


def _text(field: TextField) -> Json:
    return {"type": "string", "maxLength": field.limit, "pattern": f"^[^{UNPRINTABLE}]*$"}


def _line(field: LineField) -> Json:
    one = f"[^{NOT_IN_A_LINE}]"
    pattern = f"^{one}*$" if field.allow_blank else f"^{one}*[^{NOT_IN_A_LINE}\\s]{one}*$"
    return {"type": "string", "maxLength": field.limit, "pattern": pattern}


def _moment(_field: ParameterMomentField) -> Json:
    examples = ["2026-12-01", "2026-12-01T10:00:00Z"]
    return {"type": "string", "examples": examples, "pattern": f"^{DATE}([Tt]{TIME}{OFFSET})?$"}


def _instant(_field: InstantField) -> Json:
    return {"type": "string", "format": "date-time", "pattern": f"^{DATE}[Tt]{TIME}{OFFSET}$"}


SCHEMAS: dict[type[StrictField], Callable[[Any], Json]] = {
    CursorField: lambda _field: {"type": "string", "maxLength": CURSOR_LIMIT, "pattern": "^[A-Za-z0-9_-]+$"},
    EmailField: lambda _field: {"type": "string", "format": "email", "maxLength": EMAIL_LIMIT},
    FlagField: lambda _field: {"type": "boolean"},
    HashIdField: lambda _field: {"type": "string", "pattern": f"^{url_ids.HASH_ID}$"},
    InstantField: _instant,
    LineField: _line,
    ParameterMomentField: _moment,
    TextField: _text,
    TimeZoneField: lambda _field: {"type": "string", "minLength": 1, "maxLength": 64, "examples": ["Asia/Jakarta"]},
    WholeNumberField: _number,
}


class StrictFieldExtension(OpenApiSerializerFieldExtension):
    target_class = StrictField
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> Json:
        """What the field takes. Raises StopIteration for a kind of field that nobody described."""
        return next(SCHEMAS[base] for base in type(self.target).__mro__ if base in SCHEMAS)(self.target)


class ChoiceExtension(OpenApiSerializerFieldExtension):
    target_class = serializers.ChoiceField
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> Json:
        """The choices' codes; drf-spectacular adds what they are called."""
        return {"type": "string", "enum": list(self.target.choices)}


class InlineExtension(OpenApiSerializerFieldExtension):
    target_class = Inline
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> Json:
        """The shape itself instead of a reference to it."""
        schema: Json = auto_schema._map_serializer(self.target, direction)  # noqa: SLF001  has no public name
        return schema
