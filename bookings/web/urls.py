"""The pages' URLs, derived from the models. Each is served with and without a trailing slash."""

from collections.abc import Sequence

from django.urls import URLPattern, re_path

from bookings.models import Booking
from bookings.web.booking import booking_page
from bookings.web.detail import cancel_page, detail_page
from bookings.web.nouns import kind_name


def page_urls(kinds: Sequence[type[Booking]]) -> list[URLPattern]:
    """`/booking` for all kinds, the first one being the usual one, and the pages of their single bookings."""
    by_name = {kind_name(kind): kind for kind in kinds}
    patterns = [re_path(r"^booking/?$", booking_page, {"kinds": by_name}, name="booking")]
    for name, kind in by_name.items():
        one = rf"^booking/{kind._meta.db_table}/(?P<pk>[0-9]{{1,18}})"
        patterns += [
            re_path(rf"{one}/?$", detail_page, {"kind": kind}, name=name),
            re_path(rf"{one}/cancel/?$", cancel_page, {"kind": kind}, name=f"{name}-cancel"),
        ]
    return patterns
