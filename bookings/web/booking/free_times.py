"""The free times beside a form: whose, for whom, and what is said where there are none."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from bookings.access import permissions
from bookings.access.actor import Actor
from bookings.actions.limits import describe_open_limit
from bookings.core.interval import Interval
from bookings.models import Booking
from bookings.schedule.booking_limits import has_too_many_open
from bookings.schedule.loading import Schedule, read_schedule, read_schedules
from bookings.schedule.slots import LONGEST_SEARCH, ProviderFreeTime, SlotQuery, read_free_times
from bookings.schedule.terms import keep_length
from bookings.web.booking.directory import Entry, directory
from bookings.web.booking.form import BookingForm
from bookings.web.booking.picker_state import PickerState, read_picker_state
from bookings.web.booking.time_picker import Picker, pick, starts_from
from bookings.web.detail.reschedule_form import RescheduleForm
from bookings.web.kinds import kind_name

MOST_EXPANDED = 7
"""So many providers to choose from are shown without a click."""
NEARBY = timedelta(days=3)
"""So long before a booking's own day other days are looked for."""


def sign_in_url(request: HttpRequest, kind: type[Booking]) -> str:
    """The sign-in page, which leads back to the very choice. Nothing is reserved meanwhile."""
    kept = {name: request.GET.get(name, "") for name in ("provider", "service")}
    state = read_picker_state(request, reverse("booking"), {"kind": kind_name(kind), **kept})
    goal = state.url(slot=request.GET.get("slot", ""))
    return f"{reverse('account_request_login_code')}?{urlencode({'next': goal})}"


def free_context(request: HttpRequest, kind: type[Booking], actor: Actor, form: BookingForm) -> dict[str, Any]:
    """The directory, the days and the times, for the one who reads or for the one whom the desk books for."""
    now, chosen, service = timezone.now(), form.chosen, form.chosen_service
    provider_id = str(chosen.key) if chosen and len(form.providers) > 1 else ""
    kept = {"kind": kind_name(kind), "provider": provider_id, "service": str(service.pk) if service else ""}
    state = read_picker_state(request, reverse("booking"), kept)
    attendee = form.chosen_attendee.key if actor.is_desk and form.chosen_attendee else None
    terms = permissions.terms_for_listing(actor, kind, attendee)
    starts = starts_from(state.first, LONGEST_SEARCH, now)
    query = SlotQuery(kind, starts, terms, now, form.length, service.pk if service else None)
    schedules = _schedules(form, query)
    is_open_limit = terms.is_limited and has_too_many_open(kind, terms.attendee, now=now)
    entries = directory(
        kind, form.offering, state, chosen=chosen, service=service, terms=terms, now=now, is_told=not is_open_limit
    )
    picker = _pick(query, schedules, state, picked=form.typed("slot"))
    if actor.is_desk:
        form.name_providers([(entry.key, entry.title) for entry in entries])
    return {
        "attendee": None if actor.is_desk else own_record(actor, kind),
        "entries": entries if len(form.providers) > 1 else [],
        "chosen": _chosen(entries),
        "is_directory_expanded": chosen is None and len(entries) <= MOST_EXPANDED,
        "picker": replace(picker, refusal=describe_open_limit()) if is_open_limit else picker,
        "is_any_time": actor.is_desk,
        "is_by_button": actor.is_desk,
        "is_link": request.method == "GET",
        "is_open_limit": is_open_limit,
        **_words(),
    }


def moving_context(
    request: HttpRequest, booking: Booking, actor: Actor, form: RescheduleForm | None, path: str
) -> dict[str, Any]:
    """The days and the times to which a booking can move; its own time is not in its way."""
    if form is None:
        return {}
    now, kind, partner = timezone.now(), type(booking), form.chosen
    is_same = partner is not None and partner.key == booking.provider_id
    own_day = timezone.localdate(booking.start_at)
    kept = {"provider": "" if is_same or partner is None else str(partner.key)}
    state = read_picker_state(request, path, kept, usual=own_day - NEARBY)
    service = None if is_same else booking.service_id  # one that stays keeps what it has
    starts, terms = starts_from(state.first, LONGEST_SEARCH, now), permissions.terms_for(actor, booking)
    query = SlotQuery(kind, starts, terms, now, form.length, service, excluding=booking.pk)
    key = partner.key if partner else None
    schedule = read_schedule(kind.provider_model(), key, query.reach, service=booking.service_id)
    if schedule and is_same:
        schedule = keep_length(schedule, form.length)
    schedules = [schedule] if schedule and schedule.is_active else []
    picker = _pick(query, schedules, state, picked=form.typed("slot"), moving=booking)
    return {
        "picker": picker,
        "is_any_time": form.takes_any_time(),
        "is_by_button": False,
        "is_link": request.method == "GET",
        "is_open_limit": False,
        **_words(),
    }


def own_record(actor: Actor, kind: type[Booking]) -> Any:
    """The attendee whom this login books for; None before the first booking and for a visitor."""
    return kind.attendee_model()._default_manager.filter(user=actor.user).first() if actor.user else None


def _schedules(form: BookingForm, query: SlotQuery) -> list[Schedule]:
    """Of the chosen provider, else of all; in either case those who offer the chosen service."""
    keys = [form.chosen.key] if form.chosen else None
    return read_schedules(query.kind.provider_model(), query.reach, keys=keys, service=query.service)


def _pick(
    query: SlotQuery, schedules: Sequence[Schedule], state: PickerState, *, picked: str, moving: Booking | None = None
) -> Picker:
    """`moving` is a booking that is about to move: its own time is no other one."""

    def find(starts: Interval) -> list[ProviderFreeTime]:
        return read_free_times(replace(query, starts=starts), schedules)

    usual, own = (timezone.localdate(moving.start_at), moving.span) if moving else (None, None)
    return pick(state, find, schedules, picked=picked, now=query.now, usual=usual, own=own)


def _chosen(entries: Sequence[Entry]) -> Entry | None:
    return next((entry for entry in entries if entry.is_chosen), None)


def _words() -> dict[str, Any]:
    """What is said where nothing is free."""
    zone = timezone.get_current_timezone_name()
    return {"open_limit": describe_open_limit(), "phone": settings.PRACTICE_PHONE, "zone": zone}
