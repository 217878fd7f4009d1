"""The shapes of requests and answers, derived from the models and the serializers."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from bookings.actions import LARGEST_BATCH
from bookings.api.fields import BIGINT
from bookings.api.openapi.answers import PROBLEM, problem_responses
from bookings.api.openapi.fields import HASH_ID, INSTANT, STATUS, Schema, request_schema
from bookings.api.serializers import BookingSerializer, ReasonSerializer, attendee_serializer
from bookings.core.interval import Interval
from bookings.models import Booking
from bookings.models.fields import DAY_MINUTES
from bookings.models.people import Person
from bookings.models.representation import represent_times

HOUR = Interval(datetime(2026, 12, 1, 3, tzinfo=UTC), datetime(2026, 12, 1, 4, tzinfo=UTC))
ID: Schema = {"type": "integer", "minimum": 1, "maximum": BIGINT}
TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
LINK: Schema = {"type": ["string", "null"], "format": "uri", "description": "null at this end of the list."}
NULLABLE_ID: Schema = {**ID, "type": ["integer", "null"]}
NULLABLE_HASH_ID: Schema = {**HASH_ID, "type": ["string", "null"]}


def ref(name: str) -> Schema:
    """A reference to a shape."""
    return {"$ref": f"#/components/schemas/{name}"}


def obj(properties: dict[str, Schema], *optional: str, **more: Any) -> Schema:
    """An object with these members, required but for `optional`."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "required": required, "properties": properties, **more}


def array(items: Schema, **more: Any) -> Schema:
    """A list."""
    return {"type": "array", "items": items, **more}


def page(resource: str, name: str) -> Schema:
    """A page of a list."""
    return obj({resource: array(ref(name)), "next": LINK, "previous": LINK})


def key_schema(people: type[Person]) -> Schema:
    """The public id of these people."""
    return dict(ID if people.key_field == "id" else HASH_ID)


def example_key(people: type[Person], number: str) -> int | str:
    """An id in an example: those that the seed makes."""
    return 1 if people.key_field == "id" else number


def times(kind: type[Booking]) -> dict[str, Schema]:
    """The time fields of an answer."""
    example = represent_times(kind, HOUR)
    return {name: INSTANT if isinstance(value, str) else {"type": "integer"} for name, value in example.items()}


def requested_times(kind: type[Booking]) -> dict[str, Any]:
    """The time fields of a request, as an example."""
    names = kind.request_names
    return {name: represent_times(kind, HOUR)[name] for name in (names["start"], names["end"])}


def request_example(kind: type[Booking]) -> dict[str, Any]:
    """A booking request."""
    names = kind.request_names
    return {
        names["provider"]: example_key(kind.provider_model(), "123"),
        names["attendee"]: example_key(kind.attendee_model(), "456"),
        **requested_times(kind),
    }


def booking_example(kind: type[Booking]) -> dict[str, Any]:
    """A booking as it is answered."""
    made = "2026-11-21T09:00:00Z"
    state = {"status": "booked", "revision": 1, "created_at": made, "updated_at": made}
    return {"id": 17, **request_example(kind), **represent_times(kind, HOUR), **state}


def booking_schema(kind: type[Booking]) -> Schema:
    """A booking as it is answered."""
    names = kind.request_names
    override = obj({"hours": FLAG, "overlap": FLAG, "reason": TEXT}, description="Shown to the desk alone.")
    properties = {
        "id": ID,
        names["provider"]: key_schema(kind.provider_model()),
        names["attendee"]: key_schema(kind.attendee_model()),
        **times(kind),
        "service_id": {**ID, "description": "Where a service was booked."},
        "status": {**STATUS, "description": "HL7 FHIR's codes for appointments."},
        "revision": {"type": "integer", "minimum": 1, "description": "Rises with every change; the entity tag."},
        "created_at": INSTANT,
        "updated_at": INSTANT,
        "note": TEXT,
        "cancel_reason": TEXT,
        "override": override,
    }
    return obj(properties, "service_id", "note", "cancel_reason", "override", examples=[booking_example(kind)])


def kind_schemas(kind: type[Booking], serializer: type[BookingSerializer]) -> dict[str, Schema]:
    """All shapes that bear the kind's name."""
    name, envelope, resource = kind.__name__, kind._meta.model_name or "", kind._meta.db_table
    names = kind.request_names
    change = request_schema(serializer, partial=True)
    for fixed in (names["attendee"], "service_id", "note"):
        del change["properties"][fixed]
    taken = {"suggestions": array(ref(f"{name}Suggestion"), maxItems=3, description="Free times, soonest first.")}
    result = obj(
        {"status": {"type": "integer"}, envelope: ref(name), "problem": ref(f"{name}Problem")}, envelope, "problem"
    )
    rows = array(ref(f"New{name}"), minItems=1, maxItems=LARGEST_BATCH)
    batch = obj({resource: rows, "all_or_nothing": {"type": "boolean", "default": True}}, "all_or_nothing")
    return {
        name: booking_schema(kind),
        f"New{name}": {**request_schema(serializer), "examples": [request_example(kind)]},
        f"{name}Change": {**change, "examples": [requested_times(kind)]},
        f"{name}Suggestion": suggestion_schema(kind),
        f"{name}Problem": {"allOf": [ref("Problem"), {"type": "object", "properties": taken}]},
        f"{name}Envelope": obj({envelope: ref(name)}),
        f"New{name}Envelope": obj({envelope: ref(f"New{name}")}, additionalProperties=False),
        f"{name}ChangeEnvelope": obj({envelope: ref(f"{name}Change")}, additionalProperties=False),
        f"{name}Page": page(resource, name),
        f"{name}Batch": {**batch, "additionalProperties": False},
        f"{name}BatchAnswer": obj({resource: array(ref(name))}),
        f"{name}BatchResults": obj({"results": array(ref(f"{name}BatchResult"))}),
        f"{name}BatchResult": result,
        f"{name}HistoryPage": obj({"history": array(ref(f"{name}Event"))}),
        f"{name}Event": event_schema(kind),
    }


def suggestion_schema(kind: type[Booking]) -> Schema:
    """A free time in the request's time fields."""
    example = requested_times(kind)
    return obj({part: times(kind)[part] for part in example}, examples=[example])


def slot_schemas(kind: type[Booking]) -> dict[str, Schema]:
    """Free times, and the services that have them."""
    name, provider, parts = kind.__name__, kind.provider_model(), kind.request_names
    offered = {parts["provider"]: key_schema(provider), **suggestion_schema(kind)["properties"], "service_id": ID}
    zone = {"type": "string", "description": "The zone whose dates `from` and `to` are."}
    length = {"type": "integer", "minimum": 1, "maximum": DAY_MINUTES, "description": "Minutes."}
    offers = array(key_schema(provider), description="Who offers it.")
    service = {"id": ID, "name": TEXT, "duration": length, f"{parts['provider']}s": offers}
    return {
        f"{name}Slot": obj(offered, "service_id", examples=[slot_example(kind)]),
        f"{provider.__name__}Slots": obj({"slots": array(ref(f"{name}Slot")), "time_zone": zone, "next": LINK}),
        f"Earliest{provider.__name__}Slots": obj({"slots": array(ref(f"{name}Slot")), "time_zone": zone}),
        f"{name}Service": obj(service),
        f"{name}ServicePage": page("services", f"{name}Service"),
    }


def slot_example(kind: type[Booking]) -> dict[str, Any]:
    """A free time."""
    example = request_example(kind)
    del example[kind.request_names["attendee"]]
    return example


def event_schema(kind: type[Booking]) -> Schema:
    """A row of a booking's history."""
    properties = {
        "at": INSTANT,
        "action": TEXT,
        "by": {"type": "string", "description": "The role of who did it."},
        "via": TEXT,
        "revision": {"type": "integer", "minimum": 1},
        "status": STATUS,
        kind.request_names["provider"]: key_schema(kind.provider_model()),
        **times(kind),
        "actor_id": {**NULLABLE_ID, "description": "Shown to the desk alone, like the next one."},
        "is_overbooked": {"type": "boolean"},
    }
    return obj(properties, "actor_id", "is_overbooked")


def people_schemas(kind: type[Booking]) -> dict[str, Schema]:
    """The shapes of both sides' people."""
    provider, attendee = kind.provider_model(), kind.attendee_model()
    resource, envelope = attendee._meta.db_table, attendee._meta.model_name or ""
    slot: Schema = {"type": ["integer", "null"], "description": "null: any start and any length."}
    free = {"anyOf": [ref(f"{kind.__name__}Suggestion"), {"type": "null"}], "description": "null: not in 62 days."}
    offered = {"id": key_schema(provider), "name": TEXT, "time_zone": TEXT, "slot_minutes": slot, "next_free": free}
    known = {"id": key_schema(attendee), "name": TEXT, "email": TEXT, "phone": TEXT, "time_zone": TEXT}
    name = attendee.__name__
    example = {"name": "Ada", "email": "ada@example.org", "phone": "+62 21 555", "time_zone": "Asia/Jakarta"}
    return {
        provider.__name__: obj(offered),
        f"{provider.__name__}Page": page(provider._meta.db_table, provider.__name__),
        name: obj({**known, "created_at": INSTANT, "updated_at": INSTANT}),
        f"New{name}": {**request_schema(attendee_serializer(attendee)), "examples": [example]},
        f"New{name}Envelope": obj({envelope: ref(f"New{name}")}, additionalProperties=False),
        f"{name}Envelope": obj({envelope: ref(name)}),
        f"{name}Page": page(resource, name),
    }


def me_schemas(kinds: Iterable[type[Booking]]) -> dict[str, Schema]:
    """Who the caller is."""
    people = {}
    for kind in kinds:
        names = kind.request_names
        for part, model in (("provider", kind.provider_model()), ("attendee", kind.attendee_model())):
            people[names[part]] = NULLABLE_ID if model.key_field == "id" else NULLABLE_HASH_ID
    roles = ["attendee", "provider", "desk", "admin"]
    token = obj(
        {
            "name": TEXT,
            "scope": {"type": "string", "enum": ["read", "write"]},
            "kind": {"type": ["string", "null"]},
            "expires_at": {"type": ["string", "null"], "format": "date-time"},
        }
    )
    me = {
        "id": NULLABLE_ID,
        "email": {"type": ["string", "null"]},
        "roles": array({"type": "string", "enum": roles}),
        "people": obj(people, description="The caller's own ids, as bookings name them."),
        "token": {"anyOf": [ref("TokenInUse"), {"type": "null"}]},
    }
    return {"Me": obj(me), "MeEnvelope": obj({"me": ref("Me")}), "TokenInUse": token}


def components(kinds: dict[type[Booking], type[BookingSerializer]]) -> Schema:
    """`components`, for these kinds and their serializers."""
    schemas: dict[str, Schema] = {"Problem": PROBLEM, "Reason": request_schema(ReasonSerializer), **me_schemas(kinds)}
    for kind, serializer in kinds.items():
        schemas |= {**kind_schemas(kind, serializer), **slot_schemas(kind), **people_schemas(kind)}
    header = {"type": "apiKey", "in": "header", "name": "Authorization"}
    cookie = {"type": "apiKey", "in": "cookie", "name": "sessionid"}
    return {
        "schemas": schemas,
        "responses": problem_responses(),
        "securitySchemes": {
            "token": {**header, "description": "`Token <key>`: an API token, with its user's roles."},
            "session": {**cookie, "description": "The site's own pages; writing needs the CSRF token, too."},
        },
    }


def shifted_example(kind: type[Booking]) -> dict[str, Any]:
    """The time fields an hour later, as a suggestion."""
    later = Interval(HOUR.start + timedelta(hours=1), HOUR.end + timedelta(hours=1))
    names = kind.request_names
    return {name: represent_times(kind, later)[name] for name in (names["start"], names["end"])}
