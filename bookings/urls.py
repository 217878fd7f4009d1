"""The API's URLs of one kind of booking, derived from its model. Each is served with and without a trailing slash."""

from django.urls import URLPattern, re_path

from bookings.api.serializers import BookingSerializer
from bookings.api.views import BookingCancel, BookingDetail, BookingList, Directory
from bookings.models import Booking


def api_urls(kind: type[Booking], serializer_class: type[BookingSerializer]) -> list[URLPattern]:
    """The paths under `/api/v1/` of one kind: its bookings and the directory of its providers."""
    resource, directory = kind._meta.db_table, kind.provider_model()._meta.db_table
    options = {"kind": kind, "serializer_class": serializer_class}
    one = rf"^{resource}/(?P<pk>[0-9]{{1,18}})"
    return [
        re_path(rf"^{resource}/?$", BookingList.as_view(**options), name=f"api-{resource}"),
        re_path(rf"{one}/?$", BookingDetail.as_view(**options), name=f"api-{resource}-detail"),
        re_path(rf"{one}/cancel/?$", BookingCancel.as_view(**options), name=f"api-{resource}-cancel"),
        re_path(rf"^{directory}/?$", Directory.as_view(people=kind.provider_model()), name=f"api-{directory}"),
    ]
