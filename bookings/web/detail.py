"""One booking: its page, and the page that asks before it is cancelled."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from bookings import policy
from bookings.booking import cancel
from bookings.errors import BookingError
from bookings.forms import CancelForm
from bookings.lifecycle import Status
from bookings.models import Booking
from bookings.policy import Actor
from bookings.web.answers import SeeOther, page, reader_context, status_of, with_retry_after
from bookings.web.nouns import Nouns
from bookings.web.rows import Row
from bookings.web.zones import reader_zone
from bookings.wording import describe_span


@page("GET", "HEAD")
def detail_page(request: HttpRequest, kind: type[Booking], pk: str) -> HttpResponse:
    """Everything about a booking that this reader may know."""
    actor = policy.actor_of(request)
    with timezone.override(reader_zone(actor, kind)):
        return _show(request, "detail", _find(kind, pk, actor), actor)


@page("GET", "HEAD", "POST")
def cancel_page(request: HttpRequest, kind: type[Booking], pk: str) -> HttpResponse:
    """GET asks; POST cancels what the person has seen."""
    actor = policy.actor_of(request)
    with timezone.override(reader_zone(actor, kind)):
        booking = _find(kind, pk, actor)
        if request.method != "POST":
            return _show(request, "cancel" if Row(booking, actor).cancel_url else "detail", booking, actor)
        form = CancelForm(request.POST)
        if not form.is_valid():
            return _show(request, "cancel", booking, actor, form=form, status=422)
        seen, reason = form.cleaned_data["revision"], form.cleaned_data["reason"]
        try:
            cancel(booking, by=actor, reason=reason, if_revision=seen)
        except BookingError as error:
            if not _is_cancelled_already(_find(kind, pk, actor), seen, actor):
                return _refused(request, _find(kind, pk, actor), actor, reason, error)
        messages.success(request, _("Cancelled: %(when)s.") % {"when": describe_span(booking.span)})
        return SeeOther(Row(booking, actor).url)


def _find(kind: type[Booking], pk: str, actor: Actor) -> Booking:
    """The booking as it is now; what one may not see is not there."""
    booking: Booking | None = policy.visible(actor, kind.objects.with_parties()).filter(pk=pk).first()
    if booking is None:
        raise Http404
    return booking


def _is_cancelled_already(booking: Booking, seen: int, actor: Actor) -> bool:
    """Whether this very request cancelled it before: a double click, a reload."""
    is_next = booking.revision == seen + 1
    return booking.status == Status.CANCELLED and is_next and booking.cancelled_by == actor.user


def _refused(request: HttpRequest, booking: Booking, actor: Actor, reason: str, error: BookingError) -> HttpResponse:
    """What went wrong, with the booking's new state; and the question again, where it still is one."""
    template = "cancel" if Row(booking, actor).cancel_url else "detail"
    form = CancelForm(initial={"revision": booking.revision, "reason": reason})
    response = _show(request, template, booking, actor, form=form, status=status_of(error), alert=error.message)
    return with_retry_after(response)


def _show(
    request: HttpRequest,
    template: str,
    booking: Booking,
    actor: Actor,
    *,
    form: CancelForm | None = None,
    status: int = 200,
    alert: str = "",
) -> HttpResponse:
    context = {
        **reader_context(request, actor),
        "booking": booking,
        "row": Row(booking, actor),
        "nouns": Nouns.of(type(booking)),
        "when": describe_span(booking.span),
        "form": form or CancelForm(initial={"revision": booking.revision}),
        "alert": alert,
    }
    return render(request, f"booking/{template}.html", context, status=status)
