"""`/booking`: the free times and the form beside the list."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.access import permissions
from bookings.access.actor import Actor, actor_of
from bookings.actions.book_for_self import book_for_self
from bookings.core.errors import BookingError, Conflict, Forbidden, Invalid
from bookings.core.formatting import describe_span
from bookings.models import Booking
from bookings.web.answers import HtmxRequest, SeeOther, count_read, page, reader_context, with_retry_after
from bookings.web.booking.choices import clean_search
from bookings.web.booking.form import BookingForm
from bookings.web.booking.form_result import FormResult, refused
from bookings.web.booking.free_times import free_context, sign_in_url
from bookings.web.booking.lists import list_context
from bookings.web.hours.hours_text import hours_link
from bookings.web.kinds import KindNames, Kinds, kind_asked, page_url
from bookings.web.zones import reader_zone

PREVIEW_BUTTONS = frozenset({"find", "refresh", "look_day", "look_from"})
"""The buttons of the form that book nothing."""


@page("GET", "HEAD", "POST")
def booking_page(request: HtmxRequest, kinds: Kinds) -> HttpResponse:
    """GET shows free times and the list. POST books, or shows the form again (`find`, `look_day`, ...)."""
    actor = actor_of(request)
    count_read(request, actor)
    kind = kind_asked(request, kinds, actor)
    result: FormResult[BookingForm] | HttpResponse
    with timezone.override(reader_zone(actor, kind)):
        if request.method == "POST" and not permissions.may_book_kind(actor, kind):
            result = FormResult(None, status=403, alert=Forbidden().message)
        elif request.method == "POST":
            result = _post(request, kind, actor)
        elif actor.is_signed_in and not permissions.may_book_kind(actor, kind):
            result = FormResult(None)
        elif "sign_in" in request.GET and not actor.is_signed_in:
            result = SeeOther(sign_in_url(request, kind))
        else:
            result = FormResult(BookingForm(kind=kind, actor=actor, initial=_linked(request)))
        return result if isinstance(result, HttpResponse) else _show(request, kinds, kind, actor, result)


def _linked(request: HttpRequest) -> dict[str, str]:
    """The values that a link may fill in; none of them tells anything about the reader."""
    return {name: value for name in ("provider", "service", "slot") if (value := request.GET.get(name))}


def _post(request: HttpRequest, kind: type[Booking], actor: Actor) -> FormResult[BookingForm] | HttpResponse:
    """Book and redirect; or return the form with its messages."""
    if _is_preview(request):
        return FormResult(_preview(request, kind, actor))
    form = BookingForm(request.POST, kind=kind, actor=actor)
    with timezone.override(form.zone):  # messages show times in the zone in which they were typed
        if not form.is_valid():
            return FormResult(form, status=422, alert=Invalid().message)
        booking = form.make_booking()
        try:
            name = form.cleaned_data.get("name", "")
            booking = book_for_self(booking, by=actor, name=name, override=form.make_override())
        except BookingError as error:
            if not (isinstance(error, Conflict | Invalid) and _is_booked_already(booking, actor)):
                return refused(form, error)
        return _booked(request, booking)


def _is_preview(request: HttpRequest) -> bool:
    """Whether the request does not book: it asks for other free times, or searches for an attendee.

    So does a search text that was not searched for yet: Enter in that field must not book for the attendee shown
    before.
    """
    search, searched = (clean_search(request.POST.get(name)) for name in ("attendee_search", "searched"))
    return not PREVIEW_BUTTONS.isdisjoint(request.POST) or search != searched


def _preview(request: HttpRequest, kind: type[Booking], actor: Actor) -> BookingForm:
    """The form with all input kept; the zone follows a newly chosen provider."""
    typed = request.POST.dict()
    typed["searched"] = typed["attendee_search"] = clean_search(typed.get("attendee_search"))
    if "refresh" in typed:
        typed.pop("time_zone", None)
    return BookingForm(kind=kind, actor=actor, initial=typed)


def _is_booked_already(booking: Booking, actor: Actor) -> bool:
    """Whether this very request was booked before: a double click, a reload."""
    same = type(booking).objects.blocking().filter(uid=booking.uid, start_at=booking.start_at, end_at=booking.end_at)
    attendee = booking.attendee_id or actor.key_in(booking.attendee_model())
    same = same.of_provider(booking.provider_id).of_attendee(attendee)
    return permissions.visible(actor, same).exists()


def _booked(request: HttpRequest, booking: Booking) -> HttpResponse:
    names = {"status": booking.get_status_display(), "when": describe_span(booking.span), "who": booking.provider}
    messages.success(request, _("%(status)s: %(when)s with %(who)s.") % names)
    return SeeOther(page_url(type(booking)))


def _show(
    request: HtmxRequest, kinds: Kinds, kind: type[Booking], actor: Actor, result: FormResult[BookingForm]
) -> HttpResponse:
    context = {
        **reader_context(request, actor),
        "result": result,
        "form": result.form,
        "form_url": reverse("booking"),
        "hours_url": hours_link(kind.provider_model(), actor),
        "kind_names": KindNames.of(kind),
        "tabs": [KindNames.of(other) for other in kinds.values()],
        "is_provider": actor.key_in(kind.provider_model()) is not None,
        "suggestions": result.offers(),
        **(free_context(request, kind, actor, result.form) if result.form else {}),
        **list_context(request, kind, actor),
    }
    is_part = request.htmx and not request.htmx.history_restore_request
    template = "booking/_booking.html" if is_part else "booking/page.html"
    return with_retry_after(render(request, template, context, status=result.status))
