"""The query parameters of lists. One that is unknown, malformed or given twice is a 422."""

import re
from datetime import date, datetime, timedelta
from functools import cache

from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from rest_framework import serializers
from rest_framework.request import Request

from bookings.api.fields import DATE, TIME, HashIdField, InstantField, StrictField, WholeNumberField
from bookings.api.pagination import DEFAULT_LIMIT, LARGEST_LIMIT, WRONG_CURSOR
from bookings.api.problems import InvalidRequest
from bookings.api.serializers import StrictSerializer, sentences
from bookings.api.types import Json, Values
from bookings.core.constraints import EARLIEST, LATEST
from bookings.core.lifecycle import Status
from bookings.models import Booking
from bookings.models.people import Person

CURSOR_LIMIT = 1000
STATUS_WINDOW = timedelta(days=366)  # of starts: no index leads to a state, all bookings of the window may be read
SOME_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
STATUS_HELP = (
    "Those in this state. For the desk, unless it names a provider or an attendee too, within"
    f" {STATUS_WINDOW.days} days: `to` is that long after `from` unless given, and a wider window is refused."
)
NO_STATUS = format_lazy(_lazy("Give one of: {known}."), known=", ".join(Status.values))


class ParameterNumberField(WholeNumberField):
    """A whole number in a query: ASCII digits."""

    def to_internal_value(self, data: object) -> int:
        text = str(data)
        is_plain = text.isascii() and text.isdigit() and len(text) < 20
        return super().to_internal_value(int(text) if is_plain else text)


class ParameterInstantField(InstantField):
    """An instant in a query, where a bare `+` arrives as a blank."""

    def to_internal_value(self, data: object) -> datetime:
        if " " in str(data):
            raise serializers.ValidationError(_("Write the + of the UTC offset as %2B, or use Z."))
        return super().to_internal_value(data)


class ParameterMomentField(ParameterInstantField):
    """A date or an instant. The view decides in which zone a date is read."""

    default_error_messages = {
        "invalid": _lazy("Give a date such as 2026-12-01, or a time with its UTC offset: 2026-12-01T10:00:00%2B07:00."),
    }
    json_schema: Json = {
        "type": "string",
        "examples": ["2026-12-01", "2026-12-01T10:00:00Z"],
        "pattern": f"^{DATE}([Tt]{TIME})?$",
    }

    def to_internal_value(self, data: object) -> date:  # type: ignore[override]
        """The date, or (a datetime is a date to Python) the instant in UTC."""
        text = str(data)
        if not SOME_DATE.fullmatch(text):
            return super().to_internal_value(text)
        if not EARLIEST.year <= int(text[:4]) < LATEST.year:
            self.fail("out_of_range")
        try:
            return date.fromisoformat(text)
        except ValueError:  # the 31st of February
            self.fail("invalid")


class CursorField(StrictField):
    """A cursor, as it is; `pagination` decodes it."""

    json_schema: Json = {"type": "string", "maxLength": CURSOR_LIMIT, "pattern": "^[A-Za-z0-9_-]+$"}
    default_error_messages = {"invalid": WRONG_CURSOR}

    def to_internal_value(self, data: object) -> str:
        text = str(data)
        if len(text) > CURSOR_LIMIT or not text.isascii():
            self.fail("invalid")
        return text


class QuerySerializer(StrictSerializer):
    """The parameters that a request may have; those that are left out have their default, usually None."""

    default_error_messages = {"unknown": _lazy("Unknown parameter.")}


class PagingQuery(QuerySerializer):
    """The parameters of every list."""

    limit = ParameterNumberField(maximum=LARGEST_LIMIT, default=DEFAULT_LIMIT, help_text="At most so many rows.")
    cursor = CursorField(default=None, help_text="A position in the list: follow `next` and `previous` as they are.")


@cache
def booking_query(kind: type[Booking]) -> type[PagingQuery]:
    """The parameters of a list of bookings."""
    names = kind.request_names
    fields = {
        "status": serializers.ChoiceField(
            Status.values, default=None, help_text=STATUS_HELP, error_messages={"invalid_choice": NO_STATUS}
        ),
        "from": ParameterInstantField(
            default=None, help_text="Those that start at or after this; 30 days ago unless given."
        ),
        "to": ParameterInstantField(default=None, help_text="Those that start before this."),
        names["provider"]: id_filter(kind.provider_model(), "Those at this one."),
        names["attendee"]: id_filter(kind.attendee_model(), "Those of this one."),
    }
    return type(f"{kind.__name__}Query", (PagingQuery,), fields)


def id_filter(people: type[Person], help_text: str) -> StrictField:
    """A filter by somebody's public id."""
    field = ParameterNumberField if people.key_field == "id" else HashIdField
    return field(default=None, help_text=help_text)


def read_query(request: Request, serializer: type[QuerySerializer]) -> Values:
    """The request's parameters, defaults filled in. Raises InvalidRequest with each parameter's sentences."""
    given = dict(request.query_params.lists())
    reader = _reader(serializer)
    errors = {}
    values: Values = {}
    try:
        values = reader.run_validation({name: texts[0] for name, texts in given.items()})
    except serializers.ValidationError as error:
        errors = sentences(error.detail)
    errors |= {
        name: [_("Give this once.")] for name, texts in given.items() if len(texts) > 1 and name in reader.fields
    }
    if errors:
        raise InvalidRequest(errors)
    return values


@cache
def _reader(serializer: type[QuerySerializer]) -> QuerySerializer:
    """One instance for all requests: it has no state, and making one takes several times as long as using it."""
    return serializer()
