"""The actions that one button does: at one tap, or after a page that asks."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from bookings.access.actor import Actor, actor_of
from bookings.actions import change_state, take_back_overbooking
from bookings.core.action_labels import ACTION_LABELS, TAKE_BACK
from bookings.core.errors import BookingError
from bookings.core.formatting import describe_span
from bookings.core.lifecycle import Action
from bookings.models import Booking
from bookings.models.history import changes
from bookings.web.action_buttons import action_url, actions_for
from bookings.web.answers import Refusal, SeeOther, page, with_retry_after
from bookings.web.detail.action_forms import LIST, ActionForm, CancelForm
from bookings.web.detail.page import booking_context, find_booking, show_booking
from bookings.web.kinds import KindNames, page_url
from bookings.web.rows import Row
from bookings.web.zones import reader_zone

FIRST_ASKED = Refusal()
INVALID = Refusal(422)


@page("GET", "HEAD", "POST")
def action_page(request: HttpRequest, kind: type[Booking], pk: int, action: str) -> HttpResponse:
    """GET asks. POST acts on the revision that the person has seen."""
    actor = actor_of(request)
    with timezone.override(reader_zone(actor, kind)):
        booking = find_booking(kind, pk, actor)
        if request.method != "POST":
            return _ask(request, booking, actor, action)
        form = _form_of(action)(request.POST)
        if not form.is_valid():
            return _ask(request, booking, actor, action, form, INVALID)
        seen = form.cleaned_data["revision"]
        write: Callable[..., Booking] = take_back_overbooking if action == TAKE_BACK else partial(change_state, action)
        try:
            write(booking, by=actor, if_revision=seen, **form.kwargs)
        except BookingError as error:
            booking = find_booking(kind, pk, actor)
            if not is_done_already(booking, action, seen, actor):
                return _refused(request, booking, actor, action, form, error)
        messages.success(request, ACTION_LABELS[action].tell_done(when=describe_span(booking.span)))
        return SeeOther(page_url(kind) if form.cleaned_data["back"] == LIST else Row(booking, actor).url)


def is_done_already(booking: Booking, action: str, seen: int, actor: Actor) -> bool:
    """Whether this very request was done before: a double click, a reload."""
    last = changes(booking)[-1]
    asker = actor.user.pk if actor.user else None
    is_same = last.action == (Action.RESCHEDULE if action == TAKE_BACK else action)
    return booking.revision == seen + 1 and is_same and (last.actor_id, last.via) == (asker, actor.via)


def _form_of(action: str) -> type[ActionForm]:
    return CancelForm if action == Action.CANCEL else ActionForm


def _refused(
    request: HttpRequest, booking: Booking, actor: Actor, action: str, form: ActionForm, error: BookingError
) -> HttpResponse:
    """What went wrong, with the booking's new state; and the question again, where it still can be asked."""
    typed = {**form.cleaned_data, "revision": booking.revision}
    again = _form_of(action)(initial=typed)
    return with_retry_after(_ask(request, booking, actor, action, again, Refusal.of(error)))


def _ask(
    request: HttpRequest,
    booking: Booking,
    actor: Actor,
    action: str,
    form: ActionForm | None = None,
    refusal: Refusal = FIRST_ASKED,
) -> HttpResponse:
    """The page that asks; the booking's own page where this action is not possible (any more)."""
    possible = {each.name: each for each in actions_for(booking, actor)}
    if action not in possible:
        return show_booking(request, booking, actor, status=refusal.status, alert=refusal.alert)
    kept = {"revision": booking.revision, "back": request.GET.get("back", "")}
    labels = ACTION_LABELS[action]
    context = booking_context(request, booking, actor, alert=refusal.alert) | {
        "action_url": action_url(booking, action),
        "form": form or _form_of(action)(initial=kept),
        "hint": labels.hint if possible[action].is_asked else "",
        "is_danger": action == Action.CANCEL,
        "question": labels.question % {"noun": KindNames.of(type(booking)).noun},
        "reasons": refusal.reasons,
        "status": refusal.status,
        "yes": labels.yes,
    }
    return render(request, "booking/ask.html", context, status=refusal.status)
