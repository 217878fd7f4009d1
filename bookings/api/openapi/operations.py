"""What each view does: its operation's name, what goes in, what comes out, and what may go wrong."""

from collections.abc import Callable
from typing import Any

from bookings.api.filters import BOOKING_FILTERS, PAGING
from bookings.api.lifecycle import BookingAction, BookingBatch, BookingHistory
from bookings.api.me import Me
from bookings.api.openapi.answers import ETAG, IF_MATCH, IF_NONE_MATCH, LOCATION
from bookings.api.openapi.components import booking_example, request_example, requested_times
from bookings.api.openapi.fields import Schema, parameter
from bookings.api.openapi.offers import list_earliest_slots, list_providers, list_services, list_slots
from bookings.api.openapi.parts import (
    FILTER_TEXTS,
    ID,
    answered,
    article,
    conflict,
    links,
    links_to_booking,
    operation,
    refused,
    sent,
)
from bookings.api.people import AttendeeList, Directory
from bookings.api.services import ServiceList
from bookings.api.slots import EarliestSlots, ProviderSlots
from bookings.api.views import BookingDetail, BookingList, View
from bookings.core.lifecycle import ACTIONS, Action


def list_bookings(view: BookingList) -> Schema:
    resource, name, names = view.resource, view.kind.__name__, view.kind.request_names
    fields = {**PAGING, **BOOKING_FILTERS, **view.party_filters()}
    texts = {**FILTER_TEXTS, names["provider"]: "Those at this one.", names["attendee"]: "Those of this one."}
    return operation(
        f"list_{resource}",
        f"List the {resource} that you may see, by start",
        view,
        parameters=[parameter(key, field, texts.get(key, "")) for key, field in fields.items()],
        responses={"200": answered(f"{name}Page", "A page.")},
    )


def book(view: BookingList) -> Schema:
    kind, envelope = view.kind, view.envelope
    example = {envelope: booking_example(kind)}
    booked = answered(f"{kind.__name__}Envelope", "Booked.", {**LOCATION, **ETAG}, example)
    booked |= links_to_booking(envelope, envelope)
    return operation(
        f"book_{envelope}",
        f"Book {article(envelope)}",
        view,
        description="An attendee leaves its own id out or gives its own; the desk names one.",
        requestBody=sent(f"New{kind.__name__}Envelope", {envelope: request_example(kind)}),
        responses={
            "201": booked,
            "409": conflict(kind, "overlap", "idempotency_in_progress"),
            "422": refused(kind),
        },
    )


def read_booking(view: BookingDetail) -> Schema:
    name, envelope = view.kind.__name__, view.envelope
    found = answered(f"{name}Envelope", "The booking.", ETAG, {envelope: booking_example(view.kind)})
    return operation(
        f"get_{envelope}",
        f"Read {article(envelope)}",
        view,
        parameters=[ID, IF_NONE_MATCH],
        responses={"200": found, "304": {"description": "Unchanged.", "headers": ETAG}},
    )


def reschedule(view: BookingDetail) -> Schema:
    kind, envelope = view.kind, view.envelope
    moved = answered(f"{kind.__name__}Envelope", "Rescheduled.", ETAG)
    codes = ("overlap", "illegal_transition", "idempotency_in_progress")
    return operation(
        f"reschedule_{envelope}",
        f"Move {article(envelope)} to another time; for the desk also to another provider",
        view,
        parameters=[ID, IF_MATCH],
        requestBody=sent(f"{kind.__name__}ChangeEnvelope", {envelope: requested_times(kind)}),
        responses={
            "200": moved,
            "409": conflict(kind, *codes),
            "422": refused(kind),
        },
    )


def change_state(view: BookingAction) -> Schema:
    kind, envelope = view.kind, view.envelope
    target = ACTIONS[view.action][1]
    changed = answered(f"{kind.__name__}Envelope", f"It is now {target}.", ETAG)
    codes = ("overlap", "illegal_transition", "idempotency_in_progress")
    return operation(
        f"{view.action}_{envelope}",
        f"{view.action.replace('_', ' ').capitalize()}: the {envelope} becomes {target}",
        view,
        parameters=[ID, IF_MATCH],
        requestBody=sent("Reason", {"reason": "Ill"} if view.action == Action.CANCEL else None, required=False),
        responses={"200": changed, "409": conflict(kind, *codes)},
    )


def book_many(view: BookingBatch) -> Schema:
    kind, resource = view.kind, view.resource
    name = kind.__name__
    all_booked = answered(f"{name}BatchAnswer", "All are booked.")
    all_booked |= links_to_booking(view.envelope, f"{resource}/0")
    return operation(
        f"book_many_{resource}",
        f"Book up to 50 {resource} at once (desk only)",
        view,
        description="All or nothing; with `all_or_nothing` false each row has its own status and problem.",
        requestBody=sent(f"{name}Batch", {resource: [request_example(kind)]}),
        responses={
            "200": answered(f"{name}BatchResults", "What became of each row."),
            "201": all_booked,
            "409": conflict(kind, "overlap", "idempotency_in_progress"),
            "422": refused(kind),
        },
    )


def read_history(view: BookingHistory) -> Schema:
    return operation(
        f"get_{view.envelope}_history",
        f"Who did what to the {view.envelope} and when",
        view,
        parameters=[ID],
        responses={
            "200": answered(f"{view.kind.__name__}HistoryPage", "The first change first."),
        },
    )


def list_attendees(view: AttendeeList) -> Schema:
    resource, name = view.people._meta.db_table, view.people.__name__
    return operation(
        f"list_{resource}",
        f"All {resource} (desk only)",
        view,
        tags=[resource],
        parameters=[parameter(key, field, FILTER_TEXTS[key]) for key, field in PAGING.items()],
        responses={"200": answered(f"{name}Page", "A page.")},
    )


def add_attendee(view: AttendeeList) -> Schema:
    resource, name, envelope = view.people._meta.db_table, view.people.__name__, view.envelope
    added = answered(f"{name}Envelope", "Added.")
    added |= links(envelope, view.kind.request_names["attendee"], f"list_{view.kind._meta.db_table}")
    return operation(
        f"add_{envelope}",
        f"Add {article(envelope)} (desk only)",
        view,
        tags=[resource],
        requestBody=sent(f"New{name}Envelope", {envelope: {"name": "Ada", "email": "ada@example.org"}}),
        responses={"201": added},
    )


def read_me(view: Me) -> Schema:
    return operation(
        "get_me",
        "Who am I: roles, own ids, and how far the token reaches",
        view,
        responses={"200": answered("MeEnvelope", "The caller.")},
    )


OPERATIONS: dict[tuple[type[View], str], Callable[[Any], Schema]] = {
    (BookingList, "GET"): list_bookings,
    (BookingList, "POST"): book,
    (BookingDetail, "GET"): read_booking,
    (BookingDetail, "PATCH"): reschedule,
    (BookingAction, "POST"): change_state,
    (BookingBatch, "POST"): book_many,
    (BookingHistory, "GET"): read_history,
    (Directory, "GET"): list_providers,
    (EarliestSlots, "GET"): list_earliest_slots,
    (ProviderSlots, "GET"): list_slots,
    (ServiceList, "GET"): list_services,
    (AttendeeList, "GET"): list_attendees,
    (AttendeeList, "POST"): add_attendee,
    (Me, "GET"): read_me,
}
