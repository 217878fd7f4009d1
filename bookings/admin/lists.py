"""What keeps the admin's lists fast, however large the table is."""

from collections.abc import Iterator
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bookings.core.lifecycle import Status
from bookings.models import Booking
from bookings.models.querysets import BookingQuerySet

if TYPE_CHECKING:
    from django.contrib.admin.filters import _ListFilterChoices
    from django_stubs_ext import StrOrPromise

M = TypeVar("M", bound=Model)
MOST_ROWS = 2000
YEAR = timedelta(days=365)


class BoundedPaginator(Paginator[M]):
    """Pages through the first rows only, and does not count more; search and filters find the others."""

    @cached_property
    def count(self) -> int:
        """How many rows there are, at most MOST_ROWS."""
        assert isinstance(self.object_list, QuerySet)  # noqa: S101  # as the admin hands it over
        return self.object_list[:MOST_ROWS].count()

    @property
    def is_cut(self) -> bool:
        """Whether there may be more rows than it pages through."""
        return self.count == MOST_ROWS


class BoundedChangeList(ChangeList):
    """Shows the bounded count below the list, marked as such, and hides it beside the search box."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.full_result_count = self.result_count


class StartFilter(admin.SimpleListFilter):
    """The time span that a list of bookings shows: by default what is ahead.

    Other filters have no index of their own, so with them even `Any time` looks back no further than a year.
    """

    title = _("start")
    parameter_name = "start"
    TODAY = "today"
    WEEK = "week"
    PAST = "past"
    ALL = "all"
    LATEST_FIRST = frozenset({PAST, ALL})

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Booking]) -> "list[tuple[str, StrOrPromise]]":
        return [
            (self.TODAY, _("Today")),
            (self.WEEK, _("Today and the next 6 days")),
            (self.PAST, _("The past year, latest first")),
            (
                self.ALL,
                _("The past year and ahead, latest first") if is_filtered(request) else _("Any time, latest first"),
            ),
        ]

    def choices(self, changelist: ChangeList) -> "Iterator[_ListFilterChoices]":
        """As Django's, but the default shows everything from today on instead of all."""
        default, *others = super().choices(changelist)
        yield {**default, "display": _("From today on")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Booking]) -> QuerySet[Booking]:
        """The bookings of the chosen days, which are days of the zone that the admin shows."""
        now = timezone.localtime()
        today = now.replace(hour=0, minute=0, second=0, microsecond=0)
        windows = {
            None: (today, None),
            self.TODAY: (today, today + timedelta(days=1)),
            self.WEEK: (today, today + timedelta(days=7)),
            self.PAST: (today - YEAR, now),
            self.ALL: (today - YEAR if is_filtered(request) else None, None),
        }
        return of_bookings(queryset).starting_within(*windows.get(self.value(), windows[None]))


class StatusFilter(admin.SimpleListFilter):
    """The states as readers see them: an expired booking counts as cancelled."""

    title = _("status")
    parameter_name = "status__exact"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Booking]) -> "list[tuple[str, StrOrPromise]]":
        return list(Status.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Booking]) -> QuerySet[Booking]:
        status = self.value()
        if status not in Status.values:
            return queryset
        return of_bookings(queryset).with_status(status, timezone.now())


def of_bookings(queryset: QuerySet[Booking]) -> BookingQuerySet[Booking]:
    """Cast to `BookingQuerySet`, for the type checker."""
    assert isinstance(queryset, BookingQuerySet)  # noqa: S101  # by `Booking.objects`
    return queryset


def is_filtered(request: HttpRequest) -> bool:
    """Whether a filter on a field is in use."""
    return any("__" in parameter for parameter in request.GET)
