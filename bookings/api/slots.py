"""Free times: of one provider, and the earliest among all. Public; to a person they are those that it can book."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from accounts.models import Token
from bookings.access import permissions
from bookings.actions.idempotency import Answer
from bookings.api.answers import answer, unless_unchanged
from bookings.api.fields import StrictField
from bookings.api.filters import IDS, ParameterNumberField, read_query
from bookings.api.pagination import DEFAULT_LIMIT, LARGEST_LIMIT, changed_url
from bookings.api.views import View
from bookings.api.windows import MOMENTS, widest_window, window_of
from bookings.core.errors import Forbidden
from bookings.core.interval import MINUTE
from bookings.core.transactions import unknown_party
from bookings.models import Booking
from bookings.models.fields import DAY_MINUTES
from bookings.models.representation import instant, represent_service, represent_times
from bookings.schedule.slots import (
    LONGEST_SEARCH,
    USUAL_SEARCH,
    Slot,
    SlotQuery,
    find_earliest,
    find_slots,
    schedule_for,
)
from bookings.schedule.terms import BookingTerms, check_length, check_service

MOST_SLOTS = 1000
CACHING = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}


class SlotView(View):
    """Free times of one kind."""

    kind: type[Booking] = Booking  # type: ignore[type-abstract]  # given by `urls.api_urls`
    limit: StrictField

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """A visitor may look; a token only as far as it was narrowed."""
        super().initial(request, *args, **kwargs)
        if isinstance(request.auth, Token) and not permissions.token_allows(request.auth, request.method, self.kind):
            raise Forbidden(_("This token may not do this."))

    @property
    def attendee_name(self) -> str:
        """The attendee's id in a query: `patient_id`."""
        return self.kind.request_names["attendee"]

    def parameters(self) -> dict[str, StrictField]:
        """What a query may hold."""
        return {
            **MOMENTS,
            "duration": ParameterNumberField(maximum=DAY_MINUTES, default=None),
            "service_id": IDS[int],
            self.attendee_name: IDS[int if self.kind.attendee_model().key_field == "id" else str],
            "limit": self.limit,
        }

    def terms_for(self, attendee: int | str | None) -> BookingTerms:
        """The terms on which times are listed. Raises Invalid, Forbidden or NotAuthenticated for a wrong attendee."""
        if attendee is not None and not self.actor.is_signed_in:
            raise NotAuthenticated
        terms = permissions.terms_for_listing(self.actor, self.kind, attendee)
        people = self.kind.attendee_model()
        if attendee is not None and not people._default_manager.filter(**{people.key_field: attendee}).exists():
            raise unknown_party("attendee")
        return terms

    def respond(self, request: Request, data: Mapping[str, Any]) -> Answer:
        """The answer with the digest of its content as entity tag; 304 without it when the caller has seen it."""
        shown = answer(data)
        digest = hashlib.sha256(shown.body.encode()).hexdigest()[:32]
        return unless_unchanged(request, replace(shown, headers={**CACHING, "ETag": f'"{digest}"'}))


class ProviderSlots(SlotView):
    """`/api/v1/doctors/{id}/slots`, `/api/v1/coaches/{id}/slots`: all free times of one provider."""

    limit = ParameterNumberField(maximum=MOST_SLOTS, default=MOST_SLOTS)

    def get(self, request: Request, key: int | str) -> Answer:
        """By start, a thousand at most; `next` goes on with the first one that is left out."""
        query, now = read_query(request, self.parameters()), timezone.now()
        terms = self.terms_for(query[self.attendee_name])
        length = None if query["duration"] is None else query["duration"] * MINUTE
        widest = SlotQuery(self.kind, widest_window(query, now), terms, now, length, query["service_id"])
        schedule = schedule_for(widest, key)
        if schedule is None:
            raise Http404
        window = window_of(query, schedule.zone, now=now, usual=USUAL_SEARCH)
        check_service(schedule, query["service_id"])
        if length is not None:
            check_length(schedule, length, terms, part="duration")
        limit = query["limit"]
        found = find_slots(replace(widest, starts=window), schedule, limit=limit + 1)
        shown, rest = found[:limit], found[limit:]
        bounds = {"from": instant(rest[0].span.start), "to": instant(window.end)} if rest else {}
        data = {
            "slots": represent_slots(self.kind, shown, query["service_id"]),
            "time_zone": schedule.zone.key,
            "next": changed_url(request, **bounds) if bounds else None,
        }
        return self.respond(request, data)


class EarliestSlots(SlotView):
    """`/api/v1/doctors/slots`, `/api/v1/coaches/slots`: the earliest free times among all who take bookings."""

    limit = ParameterNumberField(maximum=LARGEST_LIMIT, default=DEFAULT_LIMIT)

    def get(self, request: Request) -> Answer:
        """By start, then by provider; where lengths are given, only of those who have the asked one."""
        query, now = read_query(request, self.parameters()), timezone.now()
        terms, zone = self.terms_for(query[self.attendee_name]), ZoneInfo(settings.TIME_ZONE)
        window = window_of(query, zone, now=now, usual=LONGEST_SEARCH)
        service, length = query["service_id"], None if query["duration"] is None else query["duration"] * MINUTE
        if service is not None and not self.kind.service_model()._default_manager.filter(pk=service, is_active=True):
            raise unknown_party("service")
        found = find_earliest(SlotQuery(self.kind, window, terms, now, length, service), limit=query["limit"])
        return self.respond(request, {"slots": represent_slots(self.kind, found, service), "time_zone": zone.key})


def represent_slots(kind: type[Booking], slots: Iterable[Slot], service: int | None) -> list[dict[str, Any]]:
    """Free times, each with all that a request for it holds besides the attendee."""
    names, rest = kind.request_names, represent_service(service)
    provider, start, end = names["provider"], names["start"], names["end"]
    times = ((slot.provider, represent_times(kind, slot.span)) for slot in slots)
    return [{provider: key, start: span[start], end: span[end], **rest} for key, span in times]
