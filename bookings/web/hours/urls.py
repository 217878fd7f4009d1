"""The URLs of the pages about providers' hours, derived from the models. With and without a trailing slash."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, re_path

from bookings.models import Booking
from bookings.web.answers import View
from bookings.web.hours.exception_pages import SORTS, add_page, remove_page
from bookings.web.hours.page import hours_list_page, hours_page
from bookings.web.hours.week_page import week_page

NUMBER = "[0-9]{1,18}"
HASH_ID = "[A-Za-z0-9._~-]{1,64}"


def hours_urls(kind: type[Booking]) -> Iterator[URLPattern]:
    """For example `/booking/doctors/hours` for the desk, `/booking/doctors/7/hours` and the pages below it."""
    people = kind.provider_model()
    table = people._meta.db_table
    key = NUMBER if people.key_field == "id" else HASH_ID
    one = rf"^booking/{table}/(?P<key>{key})/hours"

    def url(path: str, view: View, name: str, **given: Any) -> URLPattern:
        return re_path(rf"{path}/?$", view, {"kind": kind, **given}, name=f"{table}-{name}")

    yield url(rf"^booking/{table}/hours", hours_list_page, "all-hours")
    yield url(one, hours_page, "hours")
    yield url(rf"{one}/edit", week_page, "hours-edit")
    for sort in SORTS:
        yield url(rf"{one}/{sort}", add_page, f"hours-{sort}", sort=sort)
        yield url(rf"{one}/{sort}/(?P<pk>{NUMBER})/remove", remove_page, f"hours-{sort}-remove", sort=sort)
