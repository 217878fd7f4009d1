"""The shapes of answers, and of what goes around a request's object, as serializers.

They make the document and nothing else: answers are made by `models.representation` and the views, which is faster.
A test holds real answers to these shapes. Those that depend on a kind of booking are made of it, once.
"""

from functools import cache
from typing import Any, ClassVar

from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    DateTimeField,
    DictField,
    Field,
    IntegerField,
    ListField,
    RegexField,
    Serializer,
    URLField,
)

from bookings.actions import LARGEST_BATCH
from bookings.api.fields import FlagField, HashIdField, WholeNumberField
from bookings.api.openapi.examples import HOUR, booking_example, request_example, slot_example, time_example
from bookings.api.problems import CODES, RULES
from bookings.api.serializers import BookingSerializer, Inline, StrictSerializer, attendee_serializer
from bookings.api.types import Json
from bookings.core.lifecycle import Status
from bookings.models import Booking
from bookings.models.fields import DAY_MINUTES
from bookings.models.people import Person
from bookings.models.representation import represent_times

Fields = dict[str, Field[Any, Any, Any, Any]]
AnySerializer = type[Serializer[Any]]


class Shape(Serializer[Any]):
    more: ClassVar[Json] = {}
    """What JSON Schema says of it and no field does."""


def shape(name: str, fields: Fields, *, base: AnySerializer = Shape, **more: object) -> AnySerializer:
    """A serializer of this name; `more` is what JSON Schema says of it besides."""
    return type(name, (base,), {**fields, "more": {**base.more, **more}})


def key_field(people: type[Person], **options: Any) -> Field[Any, Any, Any, Any]:
    """The public id of these people."""
    return WholeNumberField(**options) if people.key_field == "id" else HashIdField(**options)


def times(kind: type[Booking], *names: str) -> Fields:
    """The time fields of an answer, or those of these names."""
    example = represent_times(kind, HOUR)
    return {name: DateTimeField() if isinstance(example[name], str) else IntegerField() for name in names or example}


def neighbour() -> Field[Any, Any, Any, Any]:
    """The link to a page beside this one."""
    return URLField(allow_null=True, help_text="null at this end of the list.")


@cache
def envelope_of(inside: AnySerializer, noun: str, base: AnySerializer = Shape) -> AnySerializer:
    """One of these under its noun."""
    return shape(f"{inside.__name__}Envelope", {noun: inside()}, base=base)


@cache
def page_of(rows: AnySerializer, items: str) -> AnySerializer:
    """A page of a list of these."""
    return shape(f"{rows.__name__}Page", {items: rows(many=True), "next": neighbour(), "previous": neighbour()})


Problem = shape(
    "Problem",
    {
        "type": RegexField("^urn:booking-site:problem:[a-z_]+$"),
        "title": CharField(),
        "status": IntegerField(min_value=400, max_value=599),
        "detail": CharField(),
        "code": ChoiceField(CODES),
        "rule": ChoiceField(RULES, required=False, help_text="Which of the rules refused the time, if one did."),
        "errors": DictField(
            child=ListField(child=CharField()),
            required=False,
            help_text="The request's fields at fault, each with its sentences.",
        ),
        "request_id": CharField(
            required=False,
            help_text="Of failures (5xx): by it the operator finds the cause in the log. Also in `X-Request-ID`.",
        ),
    },
    description="RFC 9457. `code` is for programs, `detail` for people.",
)


class OverrideShape(Inline, Shape):
    hours = BooleanField()
    overlap = BooleanField()
    reason = CharField()


class TokenInUse(Shape):
    name = CharField()
    scope = ChoiceField(["read", "write"])
    kind = CharField(allow_null=True)
    expires_at = DateTimeField(allow_null=True)


@cache
def booking_shape(kind: type[Booking]) -> AnySerializer:
    """A booking as it is answered."""
    names = kind.request_names
    fields: Fields = {
        "id": WholeNumberField(),
        names["provider"]: key_field(kind.provider_model()),
        names["attendee"]: key_field(kind.attendee_model()),
        **times(kind),
        "service_id": WholeNumberField(required=False, help_text="Where a service was booked."),
        "status": ChoiceField(Status.values, help_text="HL7 FHIR's codes for appointments."),
        "revision": IntegerField(min_value=1, help_text="Rises with every change; the entity tag."),
        "created_at": DateTimeField(),
        "updated_at": DateTimeField(),
        "note": CharField(required=False),
        "cancel_reason": CharField(required=False),
        "override": OverrideShape(required=False, help_text="Shown to the desk alone."),
    }
    return shape(kind.__name__, fields, examples=[booking_example(kind)])


def booking_envelope(kind: type[Booking]) -> AnySerializer:
    """One booking."""
    return envelope_of(booking_shape(kind), noun(kind))


def booking_page(kind: type[Booking]) -> AnySerializer:
    """A page of bookings."""
    return page_of(booking_shape(kind), kind._meta.db_table)


@cache
def history_page(kind: type[Booking]) -> AnySerializer:
    """A booking's history."""
    fields: Fields = {
        "at": DateTimeField(),
        "action": CharField(),
        "by": CharField(help_text="The role of who did it."),
        "via": CharField(),
        "revision": IntegerField(min_value=1),
        "status": ChoiceField(Status.values),
        kind.request_names["provider"]: key_field(kind.provider_model()),
        **times(kind),
        "actor_id": WholeNumberField(
            required=False, allow_null=True, help_text="Shown to the desk alone, like the next one."
        ),
        "is_overbooked": BooleanField(required=False),
    }
    event = shape(f"{kind.__name__}Event", fields)
    return shape(f"{kind.__name__}HistoryPage", {"history": event(many=True)})


@cache
def suggestion_shape(kind: type[Booking]) -> AnySerializer:
    """A free time in the request's time fields."""
    example = time_example(kind)
    return shape(f"{kind.__name__}Suggestion", times(kind, *example), examples=[example])


@cache
def problem_shape(kind: type[Booking]) -> AnySerializer:
    """A problem that may suggest other times."""
    suggestions = ListField(
        child=suggestion_shape(kind)(), max_length=3, required=False, help_text="Free times, soonest first."
    )
    return shape(f"{kind.__name__}Problem", {"suggestions": suggestions}, base=Problem)


@cache
def batch_shape(kind: type[Booking]) -> AnySerializer:
    """A batch, all of which is booked."""
    return shape(f"{kind.__name__}BatchAnswer", {kind._meta.db_table: booking_shape(kind)(many=True)})


@cache
def batch_results(kind: type[Booking]) -> AnySerializer:
    """What became of each row of a batch."""
    fields: Fields = {
        "status": IntegerField(),
        noun(kind): booking_shape(kind)(required=False),
        "problem": problem_shape(kind)(required=False),
    }
    result = shape(f"{kind.__name__}BatchResult", fields)
    return shape(f"{kind.__name__}BatchResults", {"results": result(many=True)})


@cache
def slot_shape(kind: type[Booking]) -> AnySerializer:
    """A free time of a provider."""
    example = slot_example(kind)
    provider = kind.request_names["provider"]
    fields: Fields = {
        provider: key_field(kind.provider_model()),
        **times(kind, *time_example(kind)),
        "service_id": WholeNumberField(required=False),
    }
    return shape(f"{kind.__name__}Slot", fields, examples=[example])


@cache
def earliest_slots(kind: type[Booking]) -> AnySerializer:
    """The earliest free times of all providers."""
    fields: Fields = {
        "slots": slot_shape(kind)(many=True),
        "time_zone": CharField(help_text="The zone whose dates `from` and `to` are."),
    }
    return shape(f"Earliest{kind.provider_model().__name__}Slots", fields)


@cache
def provider_slots(kind: type[Booking]) -> AnySerializer:
    """The free times of one provider."""
    return shape(f"{kind.provider_model().__name__}Slots", {"next": neighbour()}, base=earliest_slots(kind))


@cache
def service_page(kind: type[Booking]) -> AnySerializer:
    """A page of what can be booked by name."""
    fields: Fields = {
        "id": WholeNumberField(),
        "name": CharField(),
        "duration": WholeNumberField(maximum=DAY_MINUTES, help_text="Minutes."),
        f"{kind.request_names['provider']}s": ListField(
            child=key_field(kind.provider_model()), help_text="Who offers it."
        ),
    }
    return page_of(shape(f"{kind.__name__}Service", fields), "services")


@cache
def provider_page(kind: type[Booking]) -> AnySerializer:
    """A page of the directory."""
    people = kind.provider_model()
    fields: Fields = {
        "id": key_field(people),
        "name": CharField(),
        "time_zone": CharField(),
        "slot_minutes": IntegerField(allow_null=True, help_text="null: any start and any length."),
        "next_free": suggestion_shape(kind)(allow_null=True, help_text="null: not in 62 days."),
    }
    return page_of(shape(people.__name__, fields), people._meta.db_table)


@cache
def attendee_shape(kind: type[Booking]) -> AnySerializer:
    """An attendee as the desk sees it."""
    people = kind.attendee_model()
    texts: Fields = {name: CharField() for name in ("name", "email", "phone", "time_zone")}
    instants: Fields = {name: DateTimeField() for name in ("created_at", "updated_at")}
    return shape(people.__name__, {"id": key_field(people), **texts, **instants})


def attendee_envelope(kind: type[Booking]) -> AnySerializer:
    """One attendee."""
    return envelope_of(attendee_shape(kind), noun(kind.attendee_model()))


def attendee_page(kind: type[Booking]) -> AnySerializer:
    """A page of attendees."""
    return page_of(attendee_shape(kind), kind.attendee_model()._meta.db_table)


@cache
def new_attendee_envelope(kind: type[Booking]) -> AnySerializer:
    """What is sent to add an attendee."""
    people = kind.attendee_model()
    example = {"name": "Ada", "email": "ada@example.org", "phone": "+62 21 555", "time_zone": "Asia/Jakarta"}
    new = shape(f"New{people.__name__}", {}, base=attendee_serializer(people), examples=[example])
    return envelope_of(new, noun(people), StrictSerializer)


@cache
def new_booking(kind: type[Booking], serializer: type[BookingSerializer]) -> AnySerializer:
    """A booking as it is asked for."""
    return shape(f"New{kind.__name__}", {}, base=serializer, examples=[request_example(kind)])


def new_booking_envelope(kind: type[Booking], serializer: type[BookingSerializer]) -> AnySerializer:
    """What is sent to book."""
    return envelope_of(new_booking(kind, serializer), noun(kind), StrictSerializer)


@cache
def batch_body(kind: type[Booking], serializer: type[BookingSerializer]) -> AnySerializer:
    """What is sent to book many at once."""
    rows = ListField(child=new_booking(kind, serializer)(), min_length=1, max_length=LARGEST_BATCH)
    fields: Fields = {kind._meta.db_table: rows, "all_or_nothing": FlagField(default=True)}
    return shape(f"{kind.__name__}Batch", fields, base=StrictSerializer)


class AllOptional:
    """Of a serializer: every field may be left out."""

    def get_fields(self) -> Fields:
        """Its fields."""
        fields: Fields = super().get_fields()  # type: ignore[misc]  # a mix-in for serializers
        for field in fields.values():
            field.required = False
        return fields


@cache
def change_envelope(kind: type[Booking], serializer: type[BookingSerializer]) -> AnySerializer:
    """What is sent to reschedule; None takes away what stays as it was booked."""
    fixed = dict.fromkeys((kind.request_names["attendee"], "service_id", "note"))
    more = {**serializer.more, "examples": [time_example(kind)]}
    change = type(f"{kind.__name__}Change", (AllOptional, serializer), {**fixed, "more": more})
    return envelope_of(change, noun(kind), StrictSerializer)


@cache
def me_envelope(kinds: tuple[type[Booking], ...]) -> AnySerializer:
    """The caller."""
    parties = {
        kind.request_names[part]: key_field(model, allow_null=True)
        for kind in kinds
        for part, model in (("provider", kind.provider_model()), ("attendee", kind.attendee_model()))
    }
    own_ids = type("OwnIds", (Inline, Shape), parties)
    fields: Fields = {
        "id": WholeNumberField(allow_null=True),
        "email": CharField(allow_null=True),
        "roles": ListField(child=ChoiceField(["attendee", "provider", "desk", "admin"])),
        "people": own_ids(help_text="The caller's own ids, as bookings name them."),
        "token": TokenInUse(allow_null=True),
    }
    return envelope_of(shape("Me", fields), "me")


def noun(model: type[Booking] | type[Person]) -> str:
    """The name around one of them: `appointment`, `patient`."""
    return model._meta.model_name or ""
