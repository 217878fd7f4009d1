"""The free times on the page that moves a booking."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from bookings.access import permissions
from bookings.access.actor import Actor
from bookings.models import Booking, Provider
from bookings.schedule.loading import Schedule, read_schedule
from bookings.schedule.slots import LONGEST_SEARCH, SlotQuery
from bookings.schedule.terms import keep_length
from bookings.web.booking.free_times import empty_texts
from bookings.web.booking.picker_state import read_picker_state
from bookings.web.booking.time_picker import pick, starts_from
from bookings.web.detail.reschedule_form import RescheduleForm

NEARBY = timedelta(days=3)
"""The list of days begins so long before the booking's own day."""


def moving_context(
    request: HttpRequest, booking: Booking, actor: Actor, form: RescheduleForm | None, path: str
) -> dict[str, Any]:
    """The days and the times to which a booking can move; its own time does not block them."""
    if form is None:
        return {}
    now = timezone.now()
    keeps_provider = form.chosen is not None and form.chosen.key == booking.provider_id
    kept = {"provider": str(form.chosen.key) if form.chosen and not keeps_provider else ""}
    state = read_picker_state(request, path, kept, usual=timezone.localdate(booking.start_at) - NEARBY)
    starts = starts_from(state.first, LONGEST_SEARCH, now)
    terms = permissions.terms_for(actor, booking)
    service = None if keeps_provider else booking.service_id  # with its own provider a booking keeps its service
    query = SlotQuery(type(booking), starts, terms, now, form.length, service, excluding=booking.pk)
    schedules = _schedules_for_move(query, booking, form.chosen)
    picker = pick(query, schedules, state, picked=form.typed("slot"), own=booking.span)
    return {
        "picker": picker,
        "is_any_time": form.takes_any_time(),
        "is_by_button": False,
        "is_link": request.method == "GET",
        "is_open_limit": False,
        **empty_texts(),
    }


def _schedules_for_move(query: SlotQuery, booking: Booking, provider: Provider | None) -> list[Schedule]:
    """The schedule of the provider to whom the booking moves; none if that one takes no bookings."""
    key = provider.key if provider else None
    schedule = read_schedule(query.kind.provider_model(), key, query.reach, service=booking.service_id)
    if schedule is None or not schedule.is_active:
        return []
    return [keep_length(schedule, booking.span.length) if schedule.key == booking.provider_id else schedule]
