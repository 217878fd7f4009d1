"""The URLs of the pages about providers' hours, derived from the models. With and without a trailing slash."""

from collections.abc import Iterator

from django.urls import URLPattern

from accounts.paths import served_at
from bookings.core.url_ids import key_part
from bookings.models import Booking
from bookings.web.answers import View
from bookings.web.hours.exception_pages import SORTS, add_page, remove_page
from bookings.web.hours.page import hours_list_page, hours_page
from bookings.web.hours.week_page import week_page


def hours_urls(kind: type[Booking]) -> Iterator[URLPattern]:
    """For example `/booking/doctors/hours` for the desk, `/booking/doctors/7/hours` and the pages below it."""
    people = kind.provider_model()
    table = people._meta.db_table
    one = f"booking/{table}/{key_part(people.key_field)}/hours"

    def url(path: str, view: View, name: str, **given: object) -> URLPattern:
        return served_at(path, view, f"{table}-{name}", kind=kind, **given)

    yield url(f"booking/{table}/hours", hours_list_page, "all-hours")
    yield url(one, hours_page, "hours")
    yield url(f"{one}/edit", week_page, "hours-edit")
    for sort in SORTS:
        yield url(f"{one}/{sort}", add_page, f"hours-{sort}", sort=sort)
        yield url(f"{one}/{sort}/<number:pk>/remove", remove_page, f"hours-{sort}-remove", sort=sort)
