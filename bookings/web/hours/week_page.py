"""The page on which a whole week is edited at once."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.access.actor import Actor
from bookings.actions.edit_hours import set_weekly_hours, value_of, version_of, weekly_rows
from bookings.core.errors import BookingError, Stale
from bookings.models import Booking, Provider
from bookings.web.answers import SeeOther, page, with_retry_after
from bookings.web.hours.hours_text import provider_url, week_context
from bookings.web.hours.page import find_provider, hours_context
from bookings.web.hours.refusal import HoursRefusal
from bookings.web.hours.week_form import WeekForm
from bookings.web.zones import zone_named

PREVIEW_BUTTONS = frozenset({"more", "copy"})


@page("GET", "HEAD", "POST")
def week_page(request: HttpRequest, kind: type[Booking], key: int | str) -> HttpResponse:
    """GET shows the form. POST saves it, or shows it with another row (`more`) or with Monday's hours (`copy`)."""
    provider, actor = find_provider(request, kind, key)
    with timezone.override(zone_named(provider.time_zone)):
        if request.method != "POST":
            return _show(request, provider, actor, _present(provider))
        if PREVIEW_BUTTONS & request.POST.keys():
            return _show(request, provider, actor, WeekForm.preview(request.POST.dict()))
        return _save(request, provider, actor, WeekForm.typed(request.POST.dict()))


def _present(provider: Provider) -> WeekForm:
    hours = [value_of(row) for row in weekly_rows(provider)]
    return WeekForm.of(hours, seen=version_of(hours))


def _save(request: HttpRequest, provider: Provider, actor: Actor, form: WeekForm) -> HttpResponse:
    """Save and redirect; or return the form with its messages."""
    if not form.is_valid():
        return _show(request, provider, actor, form, HoursRefusal.of_form())
    confirmed = request.POST.get("confirmed", "")
    try:
        set_weekly_hours(provider, form.hours, by=actor, seen=form.seen, confirmed=confirmed)
    except Stale as error:
        form.seen = _present(provider).seen  # its reader sees the present hours now
        return _show(request, provider, actor, form, HoursRefusal.of_change(error, actor), week_context(provider))
    except BookingError as error:
        return _show(request, provider, actor, form, HoursRefusal.of_change(error, actor))
    messages.success(request, _("The weekly hours are saved."))
    return SeeOther(provider_url(provider))


def _show(
    request: HttpRequest,
    provider: Provider,
    actor: Actor,
    form: WeekForm,
    refusal: HoursRefusal | None = None,
    present: dict[str, object] | None = None,
) -> HttpResponse:
    refusal = refusal or HoursRefusal()
    context = hours_context(request, provider, actor) | {"form": form, "refusal": refusal, "present": present}
    return with_retry_after(render(request, "hours/edit.html", context, status=refusal.status))
