"""The pages that add and remove exceptions: time off and extra hours."""

from typing import TYPE_CHECKING, NamedTuple

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bookings.access.actor import Actor
from bookings.actions.edit_hours import add_exception, remove_exception
from bookings.core.errors import BookingError
from bookings.models import Booking, ExtraHours, Provider, TimeOff
from bookings.web.answers import SeeOther, page, with_retry_after
from bookings.web.hours.exception_forms import ExceptionForm, ExtraHoursForm, TimeOffForm
from bookings.web.hours.hours_text import describe_exception, provider_url, week_context
from bookings.web.hours.page import find_provider, hours_context
from bookings.web.hours.refusal import HoursRefusal
from bookings.web.zones import zone_named

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Sort(NamedTuple):
    """One sort of exception: its rows, its form, and its texts."""

    related_name: str
    form: type[ExceptionForm]
    title: "StrOrPromise"
    added: "StrOrPromise"
    question: "StrOrPromise"
    removed: "StrOrPromise"


SORTS = {
    "time-off": Sort(
        "time_off",
        TimeOffForm,
        _("Add time off"),
        _("Time off is added: %(when)s."),
        _("Remove this time off?"),
        _("Time off is removed: %(when)s."),
    ),
    "extra": Sort(
        "extra_hours",
        ExtraHoursForm,
        _("Add extra hours"),
        _("Extra hours are added: %(when)s."),
        _("Remove these extra hours?"),
        _("Extra hours are removed: %(when)s."),
    ),
}
"""The sorts by the last part of the path."""


@page("GET", "HEAD", "POST")
def add_page(request: HttpRequest, kind: type[Booking], key: int | str, sort: str) -> HttpResponse:
    """GET shows the form; POST adds the exception."""
    provider, actor = find_provider(request, kind, key)
    with timezone.override(zone_named(provider.time_zone)):
        form = SORTS[sort].form(request.POST if request.method == "POST" else None, today=timezone.localdate())
        if not form.is_bound:
            return _show_form(request, provider, actor, sort, form, HoursRefusal())
        if not form.is_valid():
            return _show_form(request, provider, actor, sort, form, HoursRefusal.of_form())
        row = form.make_row(provider)
        try:
            add_exception(row, by=actor, confirmed=request.POST.get("confirmed", ""))
        except BookingError as error:
            return _show_form(request, provider, actor, sort, form, HoursRefusal.of_change(error, actor))
        messages.success(request, SORTS[sort].added % {"when": describe_exception(row)})
        return SeeOther(provider_url(provider))


@page("GET", "HEAD", "POST")
def remove_page(request: HttpRequest, kind: type[Booking], key: int | str, sort: str, pk: int) -> HttpResponse:
    """GET asks; POST removes the exception. One that is gone already counts as removed."""
    provider, actor = find_provider(request, kind, key)
    with timezone.override(zone_named(provider.time_zone)):
        row = getattr(provider, SORTS[sort].related_name).filter(pk=pk).first()
        if request.method != "POST" or row is None:
            return _ask_or_leave(request, provider, actor, sort, row)
        try:
            remove_exception(row, by=actor, confirmed=request.POST.get("confirmed", ""))
        except BookingError as error:
            return _ask(request, provider, actor, sort, row, HoursRefusal.of_change(error, actor))
        messages.success(request, SORTS[sort].removed % {"when": describe_exception(row)})
        return SeeOther(provider_url(provider))


def _ask_or_leave(
    request: HttpRequest, provider: Provider, actor: Actor, sort: str, row: TimeOff | ExtraHours | None
) -> HttpResponse:
    """The question. Without the row a redirect to the hours after a POST; else raises Http404."""
    if row is not None:
        return _ask(request, provider, actor, sort, row, HoursRefusal())
    if request.method == "POST":
        return SeeOther(provider_url(provider))
    raise Http404


def _show_form(
    request: HttpRequest, provider: Provider, actor: Actor, sort: str, form: ExceptionForm, refusal: HoursRefusal
) -> HttpResponse:
    context = hours_context(request, provider, actor) | {
        "form": form,
        "refusal": refusal,
        "title": SORTS[sort].title,
        "is_extra": sort == "extra",
        "is_always_open": week_context(provider)["is_always_open"],
    }
    return with_retry_after(render(request, "hours/add.html", context, status=refusal.status))


def _ask(
    request: HttpRequest, provider: Provider, actor: Actor, sort: str, row: TimeOff | ExtraHours, refusal: HoursRefusal
) -> HttpResponse:
    context = hours_context(request, provider, actor) | {
        "question": SORTS[sort].question,
        "refusal": refusal,
        "when": describe_exception(row),
        "reason": getattr(row, "reason", ""),
    }
    return with_retry_after(render(request, "hours/remove.html", context, status=refusal.status))
