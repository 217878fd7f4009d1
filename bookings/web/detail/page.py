"""The page of one booking, as far as its reader may know it."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.access import permissions
from bookings.access.actor import Actor, actor_of
from bookings.core.formatting import describe_span
from bookings.models import Booking
from bookings.models.history_text import describe_history
from bookings.web.answers import page, reader_context
from bookings.web.kinds import KindNames
from bookings.web.rows import Row
from bookings.web.zones import reader_zone


@page("GET", "HEAD")
def detail_page(request: HttpRequest, kind: type[Booking], pk: int) -> HttpResponse:
    """The booking, what can be done to it, and what happened to it."""
    actor = actor_of(request)
    with timezone.override(reader_zone(actor, kind)):
        return show_booking(request, find_booking(kind, pk, actor), actor)


def find_booking(kind: type[Booking], pk: int, actor: Actor) -> Booking:
    """The booking as it is now. Raises Http404 also for a booking that the actor may not see."""
    booking = permissions.visible(actor, kind.objects.with_parties_and_service()).filter(pk=pk).first()
    if booking is None:
        raise Http404
    return booking


def show_booking(
    request: HttpRequest, booking: Booking, actor: Actor, *, status: int = 200, alert: str = ""
) -> HttpResponse:
    """The booking's page, with an alert and its status after a refused action."""
    context = booking_context(request, booking, actor, alert=alert) | {
        "history": describe_history(booking, for_desk=actor.is_desk),
        "call": _whom_to_call(booking),
        "phone": settings.PRACTICE_PHONE,
        "status": status,
    }
    return render(request, "booking/detail.html", context, status=status)


def _whom_to_call(booking: Booking) -> str:
    names = {"provider": booking.provider, "practice": settings.PRACTICE_NAME}
    if settings.PRACTICE_NAME:
        return _("It is too late to change this here. Please call %(provider)s at %(practice)s.") % names
    return _("It is too late to change this here. Please call %(provider)s.") % names


def booking_context(request: HttpRequest, booking: Booking, actor: Actor, *, alert: str = "") -> dict[str, object]:
    """What every page about a single booking shows."""
    return {
        **reader_context(request, actor),
        "booking": booking,
        "row": Row(booking, actor),
        "kind_names": KindNames.of(type(booking)),
        "when": describe_span(booking.span),
        "zone": timezone.get_current_timezone_name(),
        "alert": alert,
    }
