"""What a request body may hold. Each app adds the fields of its parties and times."""

from functools import cache
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy
from rest_framework import serializers

from bookings.actions import NO_OVERRIDE, Override
from bookings.api import fields
from bookings.api.problems import InvalidRequest
from bookings.api.types import Json, Values
from bookings.models import Attendee
from bookings.models.booking import NOTE_LIMIT, REASON_LIMIT
from bookings.models.people import NAME_LIMIT, PHONE_LIMIT


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses unknown fields by name, so that a typo is noticed, and anything but an object."""

    more: ClassVar[Json] = {"additionalProperties": False}
    """Keywords of its JSON Schema that belong to no field."""

    default_error_messages: ClassVar = {
        "invalid": gettext_lazy("Give an object."),
        "unknown": gettext_lazy("Unknown field."),
    }

    def to_internal_value(self, data: object) -> Values:
        """The validated values; every field's errors at once."""
        errors: Values = {}
        values = {}
        if isinstance(data, dict):
            errors = {str(name): [self.error_messages["unknown"]] for name in data if name not in self.fields}
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as error:
            if not isinstance(error.detail, dict):
                raise
            errors = {**error.detail, **errors}
        if errors:
            raise serializers.ValidationError(errors)
        return values


class Inline:
    """Mix-in: put the schema inline, not under `components`."""


class OverrideSerializer(Inline, StrictSerializer):
    """What the desk sets aside on purpose."""

    hours = fields.FlagField(required=False)
    overlap = fields.FlagField(required=False)
    reason = fields.TextField(limit=REASON_LIMIT)


class BookingSerializer(StrictSerializer):
    """The fields that both kinds have. Field names are the request's, `source` names the model's."""

    service_id = fields.WholeNumberField(required=False)
    note = fields.TextField(limit=NOTE_LIMIT, required=False)
    override = OverrideSerializer(required=False)


class ReasonSerializer(StrictSerializer):
    """The optional body of a change of state."""

    reason = fields.TextField(limit=REASON_LIMIT, required=False)


class AttendeeSerializer(StrictSerializer):
    """A patient or client whom the desk adds."""

    name = fields.LineField(limit=NAME_LIMIT)
    email = fields.EmailField(required=False)
    phone = fields.LineField(limit=PHONE_LIMIT, required=False, allow_blank=True)
    time_zone = fields.TimeZoneField(required=False)


@cache
def attendee_serializer(people: type[Attendee]) -> type[AttendeeSerializer]:
    """Serializer for this kind. With a hash id the id may be sent, and the name is optional."""
    if people.key_field == "id":
        return AttendeeSerializer
    own = {
        people.key_field: fields.HashIdField(required=False),
        "name": fields.LineField(limit=NAME_LIMIT, required=False, allow_blank=True),
    }
    return type(f"{people.__name__}Serializer", (AttendeeSerializer,), own)


def validated(serializer: StrictSerializer) -> Values:
    """The serializer's values. Raises InvalidRequest with each field's sentences."""
    if serializer.is_valid():
        return dict(serializer.validated_data)
    raise InvalidRequest(sentences(serializer.errors))


def sentences(errors: Any) -> dict[str, list[str]]:
    """A serializer's errors: each field's as a flat list."""
    return {name: _flat(found) for name, found in errors.items()}


def _flat(found: Any) -> list[str]:
    """One field's errors as sentences; those inside an object begin with the member's name."""
    if isinstance(found, dict):
        return [f"{member}: {sentence}" for member, inner in found.items() for sentence in _flat(inner)]
    return [str(sentence) for sentence in found]


def pop_override(values: Values) -> Override:
    """Take the override out of validated values."""
    given = values.pop("override", None)
    return Override(**given) if given else NO_OVERRIDE
