"""The free times beside a form: the providers, the days, the times, and the message where nothing is free."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from bookings.access import permissions
from bookings.access.actor import Actor
from bookings.actions.limits import describe_open_limit
from bookings.models import Booking
from bookings.schedule.booking_limits import has_too_many_open
from bookings.schedule.loading import Schedule, read_schedules
from bookings.schedule.slots import LONGEST_SEARCH, SlotQuery
from bookings.web.booking.directory import Entry, directory
from bookings.web.booking.form import BookingForm
from bookings.web.booking.picker_state import PickerState, read_picker_state
from bookings.web.booking.time_picker import pick, starts_from
from bookings.web.kinds import kind_name

MOST_EXPANDED = 7
"""Up to so many providers are listed without a click."""


def sign_in_url(request: HttpRequest, kind: type[Booking]) -> str:
    """The sign-in page, which leads back to the same choice. Nothing is reserved meanwhile."""
    kept = {name: request.GET.get(name, "") for name in ("provider", "service")}
    state = read_picker_state(request, reverse("booking"), {"kind": kind_name(kind), **kept})
    goal = state.url(slot=request.GET.get("slot", ""))
    return f"{reverse('account_request_login_code')}?{urlencode({'next': goal})}"


def free_context(request: HttpRequest, kind: type[Booking], actor: Actor, form: BookingForm) -> dict[str, Any]:
    """The directory, the days and the times, for the reader or for the attendee whom the desk books for."""
    state = read_picker_state(request, reverse("booking"), _kept(kind, form))
    query = _query(kind, actor, form, state)
    schedules = _schedules(form, query)
    is_open_limit = query.terms.is_limited and has_too_many_open(kind, query.terms.attendee, now=query.now)
    entries = directory(query, form.offering, state, chosen=form.chosen, has_times=not is_open_limit)
    picker = pick(query, schedules, state, picked=form.typed("slot"))
    if is_open_limit:
        picker = replace(picker, refusal=describe_open_limit())
    if actor.is_desk:
        form.name_providers([(entry.key, entry.title) for entry in entries])
    return {
        "attendee": None if actor.is_desk else own_record(actor, kind),
        "entries": entries if len(form.providers) > 1 else [],
        "chosen": _chosen(entries),
        "is_directory_expanded": form.chosen is None and len(entries) <= MOST_EXPANDED,
        "picker": picker,
        "is_any_time": actor.is_desk,
        "is_by_button": actor.is_desk,
        "is_link": request.method == "GET",
        "is_open_limit": is_open_limit,
        **empty_texts(),
    }


def own_record(actor: Actor, kind: type[Booking]) -> Any:
    """The attendee whom this login books for; None before the first booking and for a visitor."""
    return kind.attendee_model()._default_manager.filter(user=actor.user).first() if actor.user else None


def _kept(kind: type[Booking], form: BookingForm) -> dict[str, str]:
    """The part of the page's address besides the days; with a provider only where there is a choice."""
    provider = str(form.chosen.key) if form.chosen and len(form.providers) > 1 else ""
    service = str(form.chosen_service.pk) if form.chosen_service else ""
    return {"kind": kind_name(kind), "provider": provider, "service": service}


def _query(kind: type[Booking], actor: Actor, form: BookingForm, state: PickerState) -> SlotQuery:
    """The query for the page's days, for the reader or for the attendee whom the desk books for."""
    now = timezone.now()
    attendee = form.chosen_attendee.key if actor.is_desk and form.chosen_attendee else None
    terms = permissions.terms_for_listing(actor, kind, attendee)
    service = form.chosen_service.pk if form.chosen_service else None
    return SlotQuery(kind, starts_from(state.first, LONGEST_SEARCH, now), terms, now, form.length, service)


def _schedules(form: BookingForm, query: SlotQuery) -> list[Schedule]:
    """The chosen provider's schedule, else all; in either case only of those who offer the chosen service."""
    keys = [form.chosen.key] if form.chosen else None
    return read_schedules(query.kind.provider_model(), query.reach, keys=keys, service=query.service)


def _chosen(entries: Sequence[Entry]) -> Entry | None:
    return next((entry for entry in entries if entry.is_chosen), None)


def empty_texts() -> dict[str, Any]:
    """The texts that are shown where nothing is free."""
    zone = timezone.get_current_timezone_name()
    return {"open_limit": describe_open_limit(), "phone": settings.PRACTICE_PHONE, "zone": zone}
