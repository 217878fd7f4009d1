"""The query parameters of lists: each is known, well-formed and told once, or the request is a 422."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from rest_framework import serializers
from rest_framework.request import Request

from bookings.api.fields import HashIdField, InstantField, StrictField, WholeNumberField
from bookings.api.pagination import DEFAULT_LIMIT, LARGEST_LIMIT
from bookings.api.problems import InvalidRequest
from bookings.core.constraints import EARLIEST, LATEST
from bookings.core.lifecycle import Status

CURSOR_LIMIT = 1000
DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class ParameterNumberField(WholeNumberField):
    """A whole number in a query: ASCII digits."""

    def to_internal_value(self, data: Any) -> int:
        """The number."""
        is_plain = data.isascii() and data.isdigit() and len(data) < 20
        return super().to_internal_value(int(data) if is_plain else data)


class ParameterInstantField(InstantField):
    """An instant in a query, where a bare `+` arrives as a blank."""

    def to_internal_value(self, data: Any) -> datetime:
        """The instant in UTC."""
        if " " in data:
            raise serializers.ValidationError(_("Write the + of the UTC offset as %2B, or use Z."))
        return super().to_internal_value(data)


class ParameterMomentField(ParameterInstantField):
    """A date, whose first instant is meant in some zone, or an instant."""

    default_error_messages = {
        "invalid": _lazy("Give a date such as 2026-12-01, or a time with its UTC offset: 2026-12-01T10:00:00%2B07:00."),
    }

    def to_internal_value(self, data: Any) -> date:  # type: ignore[override]
        """The date, or (a datetime is a date to Python) the instant in UTC."""
        if not DATE.fullmatch(data):
            return super().to_internal_value(data)
        if not EARLIEST.year <= int(data[:4]) < LATEST.year:
            self.fail("out_of_range")
        try:
            return date.fromisoformat(data)
        except ValueError:  # the 31st of February
            self.refuse()


class StatusField(StrictField):
    """One of the lifecycle's states."""

    default_error_messages = {"invalid": _("Give one of: {known}.")}

    def to_internal_value(self, data: Any) -> str:
        """The state."""
        if data not in Status.values:
            self.fail("invalid", known=", ".join(Status.values))
        return str(data)


class CursorField(StrictField):
    """Passed on; `pagination` reads it."""

    default_error_messages = {"invalid": _("Follow the next and previous links as they are.")}

    def to_internal_value(self, data: Any) -> str:
        """The text."""
        if len(data) > CURSOR_LIMIT or not data.isascii():
            self.refuse()
        return str(data)


PAGING: Mapping[str, StrictField] = {
    "limit": ParameterNumberField(maximum=LARGEST_LIMIT, default=DEFAULT_LIMIT),
    "cursor": CursorField(default=None),
}
BOOKING_FILTERS: Mapping[str, StrictField] = {
    "status": StatusField(default=None),
    "from": ParameterInstantField(default=None),
    "to": ParameterInstantField(default=None),
}
IDS: Mapping[type[int] | type[str], StrictField] = {
    int: ParameterNumberField(default=None),
    str: HashIdField(default=None),
}


def read_query(request: Request, fields: Mapping[str, StrictField]) -> dict[str, Any]:
    """The request's parameters, defaults filled in. Raises InvalidRequest with each parameter's sentences."""
    values: dict[str, Any] = {name: field.default for name, field in fields.items()}
    errors = {}
    for name, given in request.query_params.lists():
        try:
            values[name] = _read(fields.get(name), given)
        except serializers.ValidationError as error:
            errors[name] = [str(sentence) for sentence in error.detail]
    if errors:
        raise InvalidRequest(errors)
    return values


def _read(field: StrictField | None, given: list[str]) -> Any:
    if field is None:
        raise serializers.ValidationError([_("Unknown parameter.")])
    if len(given) > 1:
        raise serializers.ValidationError([_("Give this once.")])
    return field.to_internal_value(given[0])
