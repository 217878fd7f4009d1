"""Free times: of one provider, and the earliest among all. Public; a login sees those that it can book."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from bookings.access import permissions
from bookings.actions.idempotency import Answer
from bookings.api import examples, shapes
from bookings.api.answers import answer, unless_unchanged
from bookings.api.filters import ParameterMomentField, ParameterNumberField, QuerySerializer, id_filter, read_query
from bookings.api.operations import DIGEST, IF_NONE_MATCH, Answered, by_kind
from bookings.api.pagination import DEFAULT_LIMIT, LARGEST_LIMIT, changed_url
from bookings.api.types import GIVEN, Json, Values
from bookings.api.views import View
from bookings.api.windows import widest_window, window_of
from bookings.core.interval import MINUTE
from bookings.core.transactions import unknown_party
from bookings.models import Booking
from bookings.models.fields import DAY_MINUTES
from bookings.models.representation import instant, represent_service, represent_suggestion
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

SLOTS_HELP = "Each can be sent back as it is to book it; who is not an attendee itself adds whom it is for."
CACHING = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}


@cache
def slot_query(kind: type[Booking], usual: timedelta, zone: str, *, most: int, limit: int) -> type[QuerySerializer]:
    """The parameters of a search for free times.

    `usual` and `limit` are the default window and number, `zone` says in words in which zone dates are read.
    """
    fields = {
        "from": ParameterMomentField(
            default=None,
            help_text=f"Those that start at or after this; now unless given. A date is meant in {zone}.",
        ),
        "to": ParameterMomentField(
            default=None,
            help_text=f"Those that start before this, {usual.days} days after `from` unless given,"
            f" {LONGEST_SEARCH.days} days at most. It is exclusive: for one day give the day after it, or the same date"
            " twice.",
        ),
        "duration": ParameterNumberField(
            maximum=DAY_MINUTES,
            default=None,
            help_text="Minutes; the service's or the provider's length unless given. Another one than that is the"
            " desk's alone.",
        ),
        "service_id": ParameterNumberField(default=None, help_text="Times for this service."),
        kind.request_names["attendee"]: id_filter(
            kind.attendee_model(), "For the desk: whose own bookings must not be in the way. Others need no id."
        ),
        "limit": ParameterNumberField(maximum=most, default=limit, help_text="At most so many."),
    }
    return type(f"{kind.__name__}SlotQuery", (QuerySerializer,), fields)


def provider_query(kind: type[Booking]) -> type[QuerySerializer]:
    return slot_query(kind, USUAL_SEARCH, "the provider's zone", most=1000, limit=1000)


def earliest_query(kind: type[Booking]) -> type[QuerySerializer]:
    zone = "the practice's zone, `time_zone` in the answer"
    return slot_query(kind, LONGEST_SEARCH, zone, most=LARGEST_LIMIT, limit=DEFAULT_LIMIT)


class SlotView(View):
    """Free times of one kind."""

    kind: type[Booking] = GIVEN
    may_forbid = True

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        """Refuse a token whose scope or kind does not cover this view. No login is required."""
        super().initial(request, *args, **kwargs)
        self.check_token(request)

    @property
    def attendee_name(self) -> str:
        """The attendee's id in a query: `patient_id`."""
        return self.kind.request_names["attendee"]

    def terms_for(self, attendee: int | str | None) -> BookingTerms:
        """The terms on which times are listed. Raises Invalid, Forbidden or NotAuthenticated for a wrong attendee."""
        if attendee is not None and not self.actor.is_signed_in:
            raise NotAuthenticated
        terms = permissions.terms_for_listing(self.actor, self.kind, attendee)
        people = self.kind.attendee_model()
        if attendee is not None and not people._default_manager.filter(**{people.key_field: attendee}).exists():
            raise unknown_party("attendee")
        return terms

    def respond(self, request: Request, data: Mapping[str, object]) -> Answer:
        """The answer with the digest of its content as entity tag; 304 without it when the caller has seen it."""
        shown = answer(data)
        digest = hashlib.sha256(shown.body.encode()).hexdigest()[:32]
        return unless_unchanged(request, replace(shown, headers={**CACHING, "ETag": f'"{digest}"'}))


class ProviderSlots(SlotView):
    """`/api/v1/doctors/{id}/slots`, `/api/v1/coaches/{id}/slots`: all free times of one provider."""

    @extend_schema(
        operation_id="list_{provider}_slots",
        summary="The free times of one {provider}",
        description=SLOTS_HELP,
        tags=["{providers}"],
        parameters=[by_kind(provider_query), IF_NONE_MATCH, *DIGEST],
        responses={
            200: Answered(shapes.provider_slots, "By start.", lambda kind: {**examples.slots(kind), "next": None})
        },
    )
    def get(self, request: Request, key: int | str) -> Answer:
        """By start, a thousand at most; `next` goes on with the first one that is left out."""
        query = read_query(request, provider_query(self.kind))
        now = timezone.now()
        length = length_of(query)
        terms = self.terms_for(query[self.attendee_name])
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
        rest = found[limit:]
        bounds = {"from": instant(rest[0].span.start), "to": instant(window.end)} if rest else {}
        data = {
            "slots": represent_slots(self.kind, found[:limit], query["service_id"]),
            "time_zone": schedule.zone.key,
            "next": changed_url(request, **bounds) if bounds else None,
        }
        return self.respond(request, data)


class EarliestSlots(SlotView):
    """`/api/v1/doctors/slots`, `/api/v1/coaches/slots`: the earliest free times among all who take bookings."""

    @extend_schema(
        operation_id="list_earliest_{provider}_slots",
        summary="The earliest free times among all {providers}",
        description=SLOTS_HELP,
        tags=["{providers}"],
        parameters=[by_kind(earliest_query), IF_NONE_MATCH, *DIGEST],
        responses={200: Answered(shapes.earliest_slots, "By start.", examples.slots)},
    )
    def get(self, request: Request) -> Answer:
        """By start, then by provider. Providers who do not have the asked length are left out."""
        query = read_query(request, earliest_query(self.kind))
        now = timezone.now()
        terms = self.terms_for(query[self.attendee_name])
        zone = ZoneInfo(settings.TIME_ZONE)
        window = window_of(query, zone, now=now, usual=LONGEST_SEARCH)
        service = query["service_id"]
        if service is not None and not self.kind.service_model()._default_manager.filter(pk=service, is_active=True):
            raise unknown_party("service")
        found = find_earliest(SlotQuery(self.kind, window, terms, now, length_of(query), service), limit=query["limit"])
        return self.respond(request, {"slots": represent_slots(self.kind, found, service), "time_zone": zone.key})


def length_of(query: Values) -> timedelta | None:
    """The asked `duration`; None without one."""
    return None if query["duration"] is None else query["duration"] * MINUTE


def represent_slots(kind: type[Booking], slots: Iterable[Slot], service: int | None) -> list[Json]:
    """Free times, each with all that a request for it holds besides the attendee."""
    provider = kind.request_names["provider"]
    rest = represent_service(service)
    return [{provider: slot.provider, **represent_suggestion(kind, slot.span), **rest} for slot in slots]
