"""The API's URLs of one kind of booking, derived from its model. Each is served with and without a trailing slash."""

from collections.abc import Iterable

from django.urls import URLPattern

from accounts.paths import served_at
from bookings.api.lifecycle import BookingAction, BookingBatch, BookingHistory
from bookings.api.me import Me
from bookings.api.openapi.pages import DocsView, SchemaView
from bookings.api.people import AttendeeList, Directory
from bookings.api.serializers import BookingSerializer
from bookings.api.services import ServiceList
from bookings.api.slots import EarliestSlots, ProviderSlots
from bookings.api.views import BookingDetail, BookingList, View
from bookings.core.lifecycle import ACTIONS, action_path
from bookings.core.url_ids import key_part
from bookings.models import Booking


def api_urls(kind: type[Booking], serializer_class: type[BookingSerializer]) -> list[URLPattern]:
    """The paths under `/api/v1/` of one kind: its bookings, its attendees and the directory of its providers."""
    resource = kind._meta.db_table
    attendees = kind.attendee_model()._meta.db_table

    def url(path: str, view: type[View], name: str, **options: object) -> URLPattern:
        given = {"kind": kind, "serializer_class": serializer_class, **options}
        return served_at(f"{resource}{path}", view.as_view(**given), f"api-{resource}{name}")

    one = "/<number:pk>"
    return [
        url("", BookingList, ""),
        url("/batch", BookingBatch, "-batch"),
        url(one, BookingDetail, "-detail"),
        url(f"{one}/history", BookingHistory, "-history"),
        *(
            url(f"{one}/{action_path(action)}", BookingAction, f"-{action_path(action)}", action=action)
            for action, (_sources, target) in ACTIONS.items()
            if target
        ),
        *provider_urls(kind),
        served_at(attendees, AttendeeList.as_view(kind=kind, people=kind.attendee_model()), f"api-{attendees}"),
    ]


def provider_urls(kind: type[Booking]) -> list[URLPattern]:
    """The public paths of one kind: who offers time, what for, and which times are free."""
    directory = kind.provider_model()._meta.db_table
    one = key_part(kind.provider_model().key_field)
    paths: dict[str, tuple[type[View], str]] = {
        "": (Directory, ""),
        "/services": (ServiceList, "-services"),
        "/slots": (EarliestSlots, "-earliest-slots"),
        f"/{one}/slots": (ProviderSlots, "-slots"),
    }
    return [
        served_at(f"{directory}{path}", view.as_view(kind=kind), f"api-{directory}{name}")
        for path, (view, name) in paths.items()
    ]


def shared_urls(kinds: Iterable[type[Booking]]) -> list[URLPattern]:
    """The paths under `/api/v1/` that belong to no kind alone."""
    return [
        served_at("me", Me.as_view(kinds=tuple(kinds)), "api-me"),
        served_at("schema", SchemaView.as_view(), "api-schema"),
        served_at("docs", DocsView.as_view(), "api-docs"),
    ]
