"""The API's URLs of one kind of booking, derived from its model. Each is served with and without a trailing slash."""

from collections.abc import Iterable
from typing import Any

from django.urls import URLPattern, re_path

from bookings.api.lifecycle import BookingAction, BookingBatch, BookingHistory
from bookings.api.me import Me
from bookings.api.openapi.walk import DocsView, SchemaView
from bookings.api.people import AttendeeList, Directory
from bookings.api.serializers import BookingSerializer
from bookings.api.services import ServiceList
from bookings.api.slots import EarliestSlots, ProviderSlots
from bookings.api.views import BookingDetail, BookingList, View
from bookings.core.lifecycle import ACTIONS, action_path
from bookings.models import Booking


def api_urls(kind: type[Booking], serializer_class: type[BookingSerializer]) -> list[URLPattern]:
    """The paths under `/api/v1/` of one kind: its bookings, its attendees and the directory of its providers."""
    resource, attendees = kind._meta.db_table, kind.attendee_model()._meta.db_table

    def url(path: str, view: type[View], name: str, **options: Any) -> URLPattern:
        given = {"kind": kind, "serializer_class": serializer_class, **options}
        return re_path(rf"^{resource}{path}/?$", view.as_view(**given), name=f"api-{resource}{name}")

    one = "/(?P<pk>[0-9]{1,18})"
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
        re_path(
            rf"^{attendees}/?$",
            AttendeeList.as_view(kind=kind, people=kind.attendee_model()),
            name=f"api-{attendees}",
        ),
    ]


def provider_urls(kind: type[Booking]) -> list[URLPattern]:
    """The public paths of one kind: who offers time, what for, and which times are free."""
    directory = kind.provider_model()._meta.db_table
    one = "[0-9]{1,18}" if kind.provider_model().key_field == "id" else "[A-Za-z0-9._~-]{1,64}"
    paths: dict[str, tuple[type[View], str]] = {
        "": (Directory, ""),
        "/services": (ServiceList, "-services"),
        "/slots": (EarliestSlots, "-earliest-slots"),
        f"/(?P<key>{one})/slots": (ProviderSlots, "-slots"),
    }
    return [
        re_path(rf"^{directory}{path}/?$", view.as_view(kind=kind), name=f"api-{directory}{name}")
        for path, (view, name) in paths.items()
    ]


def shared_urls(kinds: Iterable[type[Booking]]) -> list[URLPattern]:
    """The paths under `/api/v1/` that belong to no kind alone."""
    return [
        re_path(r"^me/?$", Me.as_view(kinds=tuple(kinds)), name="api-me"),
        re_path(r"^schema/?$", SchemaView.as_view(), name="api-schema"),
        re_path(r"^docs/?$", DocsView.as_view(), name="api-docs"),
    ]
