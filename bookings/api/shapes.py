"""Serializers used only to generate the OpenAPI schemas, one set for each kind.

Answers are made by `models.representation` and the views, which is faster. A test compares real answers with these
shapes.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.serializers import BooleanField, CharField, ChoiceField, DateTimeField, IntegerField, ListField

from bookings.actions import LARGEST_BATCH
from bookings.api import examples
from bookings.api.fields import FlagField, HashIdField, WholeNumberField
from bookings.api.problems import CODES, RULES
from bookings.api.serializers import AttendeeSerializer, BookingSerializer, Inline, StrictSerializer
from bookings.api.types import Json
from bookings.core.lifecycle import Status
from bookings.models import Booking
from bookings.models.fields import DAY_MINUTES
from bookings.models.people import Person
from bookings.models.representation import represent_times
from bookings.schedule.slots import LONGEST_SEARCH

Field = serializers.Field[Any, Any, Any, Any]
Fields = dict[str, Field]
Kind = type[Booking]


class Shape(serializers.Serializer[Any]):
    more: ClassVar[Json] = {}
    """Keywords of its JSON Schema that belong to no field."""


Serializer = type[Shape] | type[StrictSerializer]


def shape(name: str, fields: Mapping[str, Field | None], *, base: Serializer = Shape, **more: object) -> Serializer:
    """A serializer of this name. None removes a field of `base`; `more` are keywords of the JSON Schema."""
    return type(name, (base,), {**fields, "more": {**base.more, **more}})


@cache
def envelope_of(inside: Serializer, noun: str, base: Serializer = Shape) -> Serializer:
    """An object whose one member, `noun`, has the shape `inside`."""
    return shape(f"{inside.__name__}Envelope", {noun: inside()}, base=base)


@cache
def page_of(rows: Serializer, items: str) -> Serializer:
    """A page of a list of these."""
    return shape(f"{rows.__name__}Page", {items: rows(many=True), "next": neighbour(), "previous": neighbour()})


def neighbour() -> Field:
    """The link to a page beside this one."""
    return serializers.URLField(allow_null=True, help_text="null at this end of the list.")


def noun(model: Kind | type[Person]) -> str:
    """The name around one of them: `appointment`, `patient`."""
    return model._meta.model_name or ""


def key_field(people: type[Person], **options: Any) -> Field:
    """The public id of these people."""
    return WholeNumberField(**options) if people.key_field == "id" else HashIdField(**options)


def times(kind: Kind, *names: str) -> Fields:
    """The time fields of an answer, or those of these names."""
    example = represent_times(kind, examples.HOUR)
    return {name: DateTimeField() if isinstance(example[name], str) else IntegerField() for name in names or example}


Problem = shape(
    "Problem",
    {
        "type": serializers.RegexField("^urn:booking-site:problem:[a-z_]+$"),
        "title": CharField(),
        "status": IntegerField(min_value=400, max_value=599),
        "detail": CharField(),
        "code": ChoiceField(CODES),
        "rule": ChoiceField(RULES, required=False, help_text="Which of the rules refused the time, if one did."),
        "errors": serializers.DictField(
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
def booking_shape(kind: Kind) -> Serializer:
    fields: Fields = {
        "id": WholeNumberField(),
        kind.request_names["provider"]: key_field(kind.provider_model()),
        kind.request_names["attendee"]: key_field(kind.attendee_model()),
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
    return shape(kind.__name__, fields, examples=[examples.booking(kind)])


def booking_envelope(kind: Kind) -> Serializer:
    return envelope_of(booking_shape(kind), noun(kind))


def booking_page(kind: Kind) -> Serializer:
    return page_of(booking_shape(kind), kind._meta.db_table)


@cache
def history_page(kind: Kind) -> Serializer:
    help_text = "Shown to the desk alone, like the next one."
    fields: Fields = {
        "at": DateTimeField(),
        "action": CharField(),
        "by": CharField(help_text="The role of who did it."),
        "via": CharField(),
        "revision": IntegerField(min_value=1),
        "status": ChoiceField(Status.values),
        kind.request_names["provider"]: key_field(kind.provider_model()),
        **times(kind),
        "actor_id": WholeNumberField(required=False, allow_null=True, help_text=help_text),
        "is_overbooked": BooleanField(required=False),
    }
    return shape(f"{kind.__name__}HistoryPage", {"history": shape(f"{kind.__name__}Event", fields)(many=True)})


@cache
def suggestion_shape(kind: Kind) -> Serializer:
    """A free time in the request's time fields."""
    example = examples.times(kind)
    return shape(f"{kind.__name__}Suggestion", times(kind, *example), examples=[example])


@cache
def problem_shape(kind: Kind) -> Serializer:
    """A problem that may suggest other times."""
    free = suggestion_shape(kind)()
    suggestions = ListField(child=free, max_length=3, required=False, help_text="Free times, soonest first.")
    return shape(f"{kind.__name__}Problem", {"suggestions": suggestions}, base=Problem)


@cache
def batch_answer(kind: Kind) -> Serializer:
    """The answer to a batch of which all are booked."""
    return shape(f"{kind.__name__}BatchAnswer", {kind._meta.db_table: booking_shape(kind)(many=True)})


@cache
def batch_results(kind: Kind) -> Serializer:
    """What became of each row of a batch."""
    fields: Fields = {
        "status": IntegerField(),
        noun(kind): booking_shape(kind)(required=False),
        "problem": problem_shape(kind)(required=False),
    }
    return shape(f"{kind.__name__}BatchResults", {"results": shape(f"{kind.__name__}BatchResult", fields)(many=True)})


@cache
def earliest_slots(kind: Kind) -> Serializer:
    example = examples.slot(kind)
    key = {kind.request_names["provider"]: key_field(kind.provider_model())}
    fields: Fields = {**key, **times(kind, *examples.times(kind)), "service_id": WholeNumberField(required=False)}
    slot = shape(f"{kind.__name__}Slot", fields, examples=[example])
    zone = CharField(help_text="The zone whose dates `from` and `to` are.")
    return shape(f"Earliest{kind.provider_model().__name__}Slots", {"slots": slot(many=True), "time_zone": zone})


@cache
def provider_slots(kind: Kind) -> Serializer:
    return shape(f"{kind.provider_model().__name__}Slots", {"next": neighbour()}, base=earliest_slots(kind))


@cache
def service_page(kind: Kind) -> Serializer:
    providers = ListField(child=key_field(kind.provider_model()), help_text="Who offers it.")
    fields: Fields = {
        "id": WholeNumberField(),
        "name": CharField(),
        "duration": WholeNumberField(maximum=DAY_MINUTES, help_text="Minutes."),
        f"{kind.request_names['provider']}s": providers,
    }
    return page_of(shape(f"{kind.__name__}Service", fields), "services")


@cache
def provider_page(kind: Kind) -> Serializer:
    people = kind.provider_model()
    fields: Fields = {
        "id": key_field(people),
        "name": CharField(),
        "time_zone": CharField(),
        "slot_minutes": IntegerField(allow_null=True, help_text="null: any start and any length."),
        "next_free": suggestion_shape(kind)(allow_null=True, help_text=f"null: not in {LONGEST_SEARCH.days} days."),
    }
    return page_of(shape(people.__name__, fields), people._meta.db_table)


@cache
def attendee_shape(kind: Kind) -> Serializer:
    people = kind.attendee_model()
    texts: Fields = {name: CharField() for name in ("name", "email", "phone", "time_zone")}
    instants: Fields = {name: DateTimeField() for name in ("created_at", "updated_at")}
    return shape(people.__name__, {"id": key_field(people), **texts, **instants})


def attendee_envelope(kind: Kind) -> Serializer:
    return envelope_of(attendee_shape(kind), noun(kind.attendee_model()))


def attendee_page(kind: Kind) -> Serializer:
    return page_of(attendee_shape(kind), kind.attendee_model()._meta.db_table)


@cache
def new_attendee(kind: Kind, base: type[AttendeeSerializer]) -> Serializer:
    people = kind.attendee_model()
    new = shape(f"New{people.__name__}", {}, base=base, examples=[examples.ATTENDEE])
    return envelope_of(new, noun(people), StrictSerializer)


@cache
def _asked(kind: Kind, base: type[BookingSerializer]) -> Serializer:
    return shape(f"New{kind.__name__}", {}, base=base, examples=[examples.request(kind)])


def new_booking(kind: Kind, base: type[BookingSerializer]) -> Serializer:
    return envelope_of(_asked(kind, base), noun(kind), StrictSerializer)


@cache
def new_batch(kind: Kind, base: type[BookingSerializer]) -> Serializer:
    rows = ListField(child=_asked(kind, base)(), min_length=1, max_length=LARGEST_BATCH)
    fields: Fields = {kind._meta.db_table: rows, "all_or_nothing": FlagField(default=True)}
    return shape(f"{kind.__name__}Batch", fields, base=StrictSerializer)


@cache
def change(kind: Kind, base: type[BookingSerializer]) -> Serializer:
    """The body of a reschedule: the fields that can change, all optional."""
    fixed = dict.fromkeys((kind.request_names["attendee"], "service_id", "note"))
    example = examples.times(kind)
    changed = shape(f"{kind.__name__}Change", fixed, base=base, required=None, examples=[example])
    return envelope_of(changed, noun(kind), StrictSerializer)


@cache
def me_envelope(kinds: tuple[Kind, ...]) -> Serializer:
    parties = {
        kind.request_names[part]: key_field(model, allow_null=True)
        for kind in kinds
        for part, model in (("provider", kind.provider_model()), ("attendee", kind.attendee_model()))
    }
    people = type("OwnIds", (Inline, Shape), parties)
    fields: Fields = {
        "id": WholeNumberField(allow_null=True),
        "email": CharField(allow_null=True),
        "roles": ListField(child=ChoiceField(["attendee", "provider", "desk", "admin"])),
        "people": people(help_text="The caller's own ids, as bookings name them."),
        "token": TokenInUse(allow_null=True),
    }
    return envelope_of(shape("Me", fields), "me")
