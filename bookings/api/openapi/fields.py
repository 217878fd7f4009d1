"""Serializer fields as JSON Schema (2020-12). Patterns are those that Python and ECMAScript read alike."""

from collections.abc import Callable
from typing import Any

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
from bookings.api.filters import CURSOR_LIMIT, CursorField, ParameterMomentField, StatusField
from bookings.core import url_ids
from bookings.core.lifecycle import Status

Schema = dict[str, Any]

DATE = "(19[0-9]{2}|2[01][0-9]{2}|2200)-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
TIME = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,6})?"
OFFSET = "([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
UNPRINTABLE = "\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069"
NOT_IN_A_LINE = "\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069"

INSTANT: Schema = {"type": "string", "format": "date-time"}
MOMENT: Schema = {"type": "string", "examples": ["2026-12-01", "2026-12-01T10:00:00Z"]}
HASH_ID: Schema = {"type": "string", "pattern": f"^{url_ids.HASH_ID}$"}
STATUS: Schema = {"type": "string", "enum": list(Status.values)}


def field_schema(field: "serializers.Field[Any, Any, Any, Any]") -> Schema:
    """What the field takes. Raises KeyError for a kind of field that nobody described."""
    if isinstance(field, serializers.Serializer):
        return request_schema(type(field))
    return next(SCHEMAS[base] for base in type(field).__mro__ if base in SCHEMAS)(field)


def request_schema(serializer: type[serializers.Serializer[Any]], *, partial: bool = False) -> Schema:
    """An object that a request holds; unknown members are refused."""
    fields = serializer().fields
    required = [name for name, field in fields.items() if field.required and not partial]
    schema: Schema = {
        "type": "object",
        "properties": {name: field_schema(field) for name, field in fields.items()},
        "additionalProperties": False,
    }
    return {**schema, "required": required} if required else schema


def _number(field: WholeNumberField) -> Schema:
    return {"type": "integer", "minimum": field.minimum, "maximum": field.maximum}


def _text(field: TextField) -> Schema:
    return {"type": "string", "maxLength": field.limit, "pattern": f"^[^{UNPRINTABLE}]*$"}


def _line(field: LineField) -> Schema:
    one = f"[^{NOT_IN_A_LINE}]"
    pattern = f"^{one}*$" if field.allow_blank else f"^{one}*[^{NOT_IN_A_LINE}\\s]{one}*$"
    return {"type": "string", "maxLength": field.limit, "pattern": pattern}


SCHEMAS: dict[type, Callable[[Any], Schema]] = {
    CursorField: lambda _field: {"type": "string", "maxLength": CURSOR_LIMIT, "pattern": "^[A-Za-z0-9_-]+$"},
    EmailField: lambda _field: {"type": "string", "format": "email", "maxLength": EMAIL_LIMIT},
    FlagField: lambda _field: {"type": "boolean"},
    HashIdField: lambda _field: dict(HASH_ID),
    InstantField: lambda _field: {**INSTANT, "pattern": f"^{DATE}[Tt]{TIME}{OFFSET}$"},
    LineField: _line,
    ParameterMomentField: lambda _field: {**MOMENT, "pattern": f"^{DATE}([Tt]{TIME}{OFFSET})?$"},
    StatusField: lambda _field: dict(STATUS),
    TextField: _text,
    TimeZoneField: lambda _field: {"type": "string", "minLength": 1, "maxLength": 64, "examples": ["Asia/Jakarta"]},
    WholeNumberField: _number,
}


def parameter(name: str, field: StrictField, description: str = "") -> Schema:
    """A query parameter."""
    schema = field_schema(field)
    if isinstance(field.default, int):
        schema["default"] = field.default
    found = {"name": name, "in": "query", "required": False, "schema": schema}
    return {**found, "description": description} if description else found
