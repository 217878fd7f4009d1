"""The query parameters of lists: each is known, well-formed and told once, or the request is a 422."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request

from bookings.api.fields import HashIdField, InstantField, StrictField, WholeNumberField
from bookings.api.pagination import DEFAULT_LIMIT, LARGEST_LIMIT
from bookings.api.problems import InvalidRequest
from bookings.lifecycle import Status

CURSOR_LIMIT = 1000


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
