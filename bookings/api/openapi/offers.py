"""What anybody may read: who offers time, what for, and which times are free."""

from typing import Any

from bookings.api.filters import PAGING
from bookings.api.openapi.answers import DIGEST, IF_NONE_MATCH, errors
from bookings.api.openapi.components import key_schema, slot_example
from bookings.api.openapi.fields import Schema, parameter
from bookings.api.openapi.parts import FILTER_TEXTS, ID, SECURITY, answered, operation
from bookings.api.people import Directory
from bookings.api.services import ServiceList
from bookings.api.slots import EarliestSlots, ProviderSlots, SlotView
from bookings.models import Booking

ANYBODY: list[dict[str, list[str]]] = [{}, *SECURITY]
"""Without credentials, too; with them the free times are those that the caller can book."""

WHOSE = {ProviderSlots: "the provider's zone", EarliestSlots: "the practice's zone, `time_zone` in the answer"}
USUAL = {ProviderSlots: "7 days", EarliestSlots: "62 days"}
SLOT_TEXTS = {
    "duration": "Minutes; the service's or the provider's length unless given. Another one than that is the desk's"
    " alone.",
    "service_id": "Times for this service.",
    "limit": "At most so many.",
}


def public(name: str, summary: str, view: Any, **parts: Any) -> Schema:
    """An operation that needs no credentials, told among those of the providers."""
    return operation(name, summary, view, tags=[view.kind.provider_model()._meta.db_table], **parts)


def list_providers(view: Directory) -> Schema:
    people = view.kind.provider_model()
    resource = people._meta.db_table
    return public(
        f"list_{resource}",
        f"The {resource} who take bookings, by name, with the next free time of each",
        view,
        security=ANYBODY,
        parameters=[parameter(key, field, FILTER_TEXTS[key]) for key, field in PAGING.items()],
        responses={"200": answered(f"{people.__name__}Page", "A page.")},
    )


def list_services(view: ServiceList) -> Schema:
    return public(
        f"list_{singular(view.kind)}_services",
        "What can be booked by name, and with whom",
        view,
        security=[],
        parameters=[parameter(key, field, FILTER_TEXTS[key]) for key, field in PAGING.items()],
        responses={"200": answered(f"{view.kind.__name__}ServicePage", "A page.")},
    )


def list_slots(view: ProviderSlots) -> Schema:
    one = singular(view.kind)
    people = view.kind.provider_model()
    key = ID if people.key_field == "id" else {**ID, "schema": key_schema(people)}
    return free_times(f"list_{one}_slots", f"The free times of one {one}", view, [key], f"{people.__name__}Slots")


def list_earliest_slots(view: EarliestSlots) -> Schema:
    people = view.kind.provider_model()
    name = f"list_earliest_{singular(view.kind)}_slots"
    summary = f"The earliest free times among all {people._meta.db_table}"
    return free_times(name, summary, view, [], f"Earliest{people.__name__}Slots")


def free_times(name: str, summary: str, view: SlotView, path: list[Schema], answer: str) -> Schema:
    """Either list of free times."""
    usual, whose = USUAL[type(view)], WHOSE[type(view)]
    texts = {
        **SLOT_TEXTS,
        "from": f"Those that start at or after this; now unless given. A date is meant in {whose}.",
        "to": f"Those that start before this, {usual} after `from` unless given, 62 days at most. It is exclusive: for"
        " one day give the day after it, or the same date twice.",
        view.attendee_name: "For the desk: whose own bookings must not be in the way. Others need no id.",
    }
    example: Schema = {"slots": [slot_example(view.kind)], "time_zone": "Asia/Jakarta"}
    if path:
        example["next"] = None
    return public(
        name,
        summary,
        view,
        description="Each can be sent back as it is to book it; who is not an attendee itself adds whom it is for.",
        security=ANYBODY,
        parameters=[
            *path,
            *(parameter(key, field, texts[key]) for key, field in view.parameters().items()),
            IF_NONE_MATCH,
        ],
        responses={
            "200": answered(answer, "By start.", DIGEST, example),
            "304": {"description": "Unchanged.", "headers": DIGEST},
            **errors(403),
        },
    )


def singular(kind: type[Booking]) -> str:
    """`doctor`, `coach`."""
    return kind.provider_model()._meta.model_name or ""
