"""The page that moves a booking: the booking form's fields, filled in with the booking."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.access.actor import Actor, actor_of
from bookings.actions import reschedule
from bookings.core.action_labels import ACTION_LABELS
from bookings.core.errors import BookingError, Invalid, Stale
from bookings.core.formatting import describe_span
from bookings.core.interval import Interval
from bookings.core.lifecycle import Action, Status
from bookings.models import Booking
from bookings.web.action_buttons import action_url, actions_for
from bookings.web.answers import SeeOther, count_read, page, with_retry_after
from bookings.web.booking.form_result import FormResult, refused
from bookings.web.detail.action_page import is_done_already
from bookings.web.detail.page import booking_context, find_booking, show_booking
from bookings.web.detail.reschedule_form import RescheduleForm
from bookings.web.detail.times_to_move_to import moving_context
from bookings.web.kinds import KindNames
from bookings.web.rows import Row
from bookings.web.zones import reader_zone

LABELS = ACTION_LABELS[Action.RESCHEDULE]


@page("GET", "HEAD", "POST")
def reschedule_page(request: HttpRequest, kind: type[Booking], pk: int) -> HttpResponse:
    """GET shows the form; POST moves the booking, or looks at another provider's hours (`refresh`)."""
    actor = actor_of(request)
    count_read(request, actor)
    with timezone.override(reader_zone(actor, kind)):
        booking = find_booking(kind, pk, actor)
        if request.method != "POST":
            linked = {name: value for name in ("provider", "slot") if (value := request.GET.get(name))}
            return _show(
                request, booking, actor, FormResult(RescheduleForm(booking=booking, actor=actor, initial=linked))
            )
        if "refresh" in request.POST:
            return _show(request, booking, actor, FormResult(_preview(request, booking, actor)))
        form = RescheduleForm(request.POST, booking=booking, actor=actor)
        with timezone.override(form.zone):  # messages show times in the zone in which they were typed
            return _move(request, booking, actor, form)


def _preview(request: HttpRequest, booking: Booking, actor: Actor) -> RescheduleForm:
    """The form with all input kept; the zone follows a newly chosen provider."""
    typed = {name: value for name, value in request.POST.dict().items() if name != "time_zone"}
    return RescheduleForm(booking=booking, actor=actor, initial=typed)


def _move(request: HttpRequest, booking: Booking, actor: Actor, form: RescheduleForm) -> HttpResponse:
    """Reschedule and redirect; or return the form with its messages."""
    if not form.is_valid():
        return _show(request, booking, actor, FormResult(form, status=422, alert=Invalid().message))
    former = booking
    seen = form.cleaned_data["revision"]
    to = form.make_changes()
    try:
        booking = reschedule(booking, by=actor, to=to, override=form.make_override(), if_revision=seen)
    except BookingError as error:
        booking = find_booking(type(former), former.pk, actor)
        is_there = booking.span == Interval(form.cleaned_data["start_at"], form.cleaned_data["end_at"])
        if not (is_there and is_done_already(booking, Action.RESCHEDULE, seen, actor)):
            return _refused(request, booking, actor, form, error)
    messages.success(request, _say_moved(former, booking))
    return SeeOther(Row(booking, actor).url)


def _say_moved(former: Booking, booking: Booking) -> str:
    """The message with the old and the new time, and with what else has changed."""
    said = [LABELS.tell_done(old=describe_span(former.span), when=describe_span(booking.span))]
    if former.provider_id != booking.provider_id:
        said.append(_("It is with %(who)s now.") % {"who": booking.provider})
    if booking.status == Status.PENDING:
        is_anew = former.status != Status.PENDING
        said.append(_("It awaits approval again.") if is_anew else _("It awaits approval."))
    return " ".join(said)


def _refused(
    request: HttpRequest, booking: Booking, actor: Actor, form: RescheduleForm, error: BookingError
) -> HttpResponse:
    """What went wrong, with the booking's new state above the input, or alone where it cannot be moved any more."""
    result = refused(form, error)
    if isinstance(error, Stale):
        form.show_again(booking.revision)
    return _show(request, booking, actor, result)


def _show(request: HttpRequest, booking: Booking, actor: Actor, result: FormResult[RescheduleForm]) -> HttpResponse:
    if not actions_for(booking, actor, among={Action.RESCHEDULE}):
        return show_booking(request, booking, actor, status=result.status, alert=result.alert)
    with timezone.override(reader_zone(actor, type(booking))):
        context = booking_context(request, booking, actor)
        context |= {
            "result": result,
            "form": result.form,
            "form_url": action_url(booking, Action.RESCHEDULE),
            **moving_context(request, booking, actor, result.form, action_url(booking, Action.RESCHEDULE)),
            "suggestions": result.offers(),
            "title": LABELS.question % {"noun": KindNames.of(type(booking)).noun},
            "yes": LABELS.yes,
        }
        return with_retry_after(render(request, "booking/reschedule.html", context, status=result.status))
