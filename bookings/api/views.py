"""The views of every kind of booking. A kind's model and serializer make its part of the API."""

from datetime import datetime, timedelta
from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotAuthenticated, NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import rate_limits
from accounts.models import Token
from bookings.access import permissions
from bookings.access.actor import actor_of
from bookings.actions import Override, reschedule
from bookings.actions.book_for_self import book_for_self
from bookings.actions.idempotency import Answer
from bookings.api import examples, shapes
from bookings.api.answers import answer, repeatable, send, unless_unchanged
from bookings.api.filters import STATUS_WINDOW, booking_query, read_query
from bookings.api.operations import (
    ETAG,
    IF_MATCH,
    IF_NONE_MATCH,
    LOCATION,
    Answered,
    booking_links,
    by_kind,
    conflict,
    refused,
    sent,
)
from bookings.api.pagination import links, paginate
from bookings.api.parsers import receive_chunks
from bookings.api.preconditions import etag, expected_revision
from bookings.api.problems import QUERY_LIMIT, InvalidRequest, Malformed, UriTooLong
from bookings.api.serializers import BookingSerializer, pop_override, validated
from bookings.api.types import GIVEN, Json, Values
from bookings.core.errors import Forbidden
from bookings.models import Booking
from bookings.models.representation import instant, represent

DEFAULT_WINDOW = timedelta(days=30)


class View(APIView):
    """Base of all API views. OPTIONS is not allowed."""

    kind: type[Booking] | None = None
    needs_login = False
    may_forbid = False
    """Whether some callers who are signed in get a 403."""

    http_method_names = ("get", "post", "patch", "head")

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        """Set `actor`, and count the request against its rate limit."""
        if len(request.META.get("QUERY_STRING", "")) > QUERY_LIMIT:
            raise UriTooLong
        super().initial(request, *args, **kwargs)
        self.actor = actor_of(request)
        is_read = request.method in ("GET", "HEAD")
        rate_limits.count("read" if is_read else "book", *rate_limits.callers_of(request, self.actor.user))

    def check_token(self, request: Request) -> None:
        """Raise Forbidden for a token whose scope or kind does not cover this view."""
        if isinstance(request.auth, Token) and not permissions.token_allows(request.auth, request.method, self.kind):
            raise Forbidden(_("This token may not do this."))

    def finalize_response(self, request: Request, response: Any, *args: object, **kwargs: object) -> Response:
        """A view's methods return an `Answer`; this is where it becomes a response."""
        made: Any = send(response) if isinstance(response, Answer) else response
        return super().finalize_response(request, made, *args, **kwargs)


class SignedInView(View):
    """A view for whoever is signed in."""

    needs_login = True
    may_forbid = True

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        """Require a login; refuse a token whose scope or kind does not cover this view."""
        super().initial(request, *args, **kwargs)
        if not self.actor.is_signed_in:
            raise NotAuthenticated
        self.check_token(request)
        receive_chunks(request)

    @property
    def envelope(self) -> str:
        """The name around the object of a request and an answer."""
        raise NotImplementedError

    def read_envelope(self, request: Request) -> Json:
        """The object in the request's envelope. Raises Malformed."""
        body: Json = dict(request.data)
        inside = body.pop(self.envelope, None)
        if body or not isinstance(inside, dict):
            raise Malformed(_("Send one object named %(name)s.") % {"name": self.envelope})
        return inside


class BookingView(SignedInView):
    """One kind of booking, seen by whoever is signed in."""

    kind: type[Booking] = GIVEN
    serializer_class: type[BookingSerializer] = GIVEN

    @property
    def resource(self) -> str:
        """The name in paths and lists: `appointments`."""
        return self.kind._meta.db_table

    @property
    def envelope(self) -> str:
        """The name around one booking: `appointment`."""
        return self.kind._meta.model_name or ""

    def represent(self, booking: Booking) -> Json:
        """One booking as this actor may read it."""
        return represent(booking, for_desk=self.actor.is_desk)

    def find(self, pk: int) -> Booking:
        """The booking, when the actor may know of it. Raises Http404."""
        booking: Booking | None = permissions.visible(self.actor, self.kind.objects.all()).filter(pk=pk).first()
        if booking is None:
            raise Http404
        return booking

    def answer(self, booking: Booking, *, status: int = 200, **headers: str) -> Answer:
        """One booking in its envelope, with its entity tag."""
        return answer(
            {self.envelope: self.represent(booking)}, status=status, headers={**headers, "ETag": etag(booking)}
        )

    def read_booking(self, given: Json) -> tuple[Booking, Override]:
        """The unsaved booking that was asked for, the attendee filled in from the login.

        Raises Forbidden or InvalidRequest. Where the login has no record yet, `book_for_self` makes it.
        """
        self.check_override(given, self.kind())
        serializer = self.serializer_class(data=given)
        name = self.kind.request_names["attendee"]
        own = None if name in given else self.actor.key_in(self.kind.attendee_model())
        serializer.fields[name].required = self.actor.is_desk and own is None
        values = validated(serializer)
        override = pop_override(values)
        booking = self.kind(**values)
        if own is not None:
            booking.attendee_id = own
        return booking, override

    def check_override(self, given: Json, booking: Booking) -> None:
        """Raise Forbidden when anybody but the desk sends an override, whatever is in it."""
        if "override" in given:
            permissions.check(self.actor, "override", booking)


class BookingList(BookingView):
    """`/api/v1/<kind>`: list and book."""

    @extend_schema(
        operation_id="list_{bookings}",
        summary="List the {bookings} that you may see, by start",
        parameters=[by_kind(booking_query)],
        responses={200: Answered(shapes.booking_page, "A page.")},
    )
    def get(self, request: Request) -> Answer:
        """The bookings that the actor may see, by start, from 30 days ago unless asked otherwise."""
        names = self.kind.request_names
        now = timezone.now()
        query = read_query(request, booking_query(self.kind))
        earliest = now - DEFAULT_WINDOW if query["from"] is None else query["from"]
        rows = permissions.visible(self.actor, self.kind.objects.all())
        rows = rows.starting_within(earliest, self._latest(query, earliest))
        if query[names["provider"]] is not None:
            rows = rows.of_provider(query[names["provider"]])
        if query[names["attendee"]] is not None:
            rows = rows.of_attendee(query[names["attendee"]])
        if query["status"] is not None:
            rows = rows.with_status(query["status"], now)
        page = paginate(rows, keys=("start_at", "id"), limit=query["limit"], cursor=query["cursor"])
        window = {"from": instant(earliest)}  # the window must not move between the pages
        shown = [self.represent(booking) for booking in page.rows]
        return answer({self.resource: shown, **links(request, page, **window)})

    def _latest(self, query: Values, earliest: datetime) -> datetime | None:
        """The end of the window. Raises InvalidRequest when the desk asks for a status in too wide a window."""
        latest: datetime | None = query["to"]
        names = self.kind.request_names
        is_of_party = any(query[names[party]] is not None for party in ("provider", "attendee"))
        if query["status"] is None or is_of_party or not self.actor.is_desk:
            return latest
        if latest is None:
            return earliest + STATUS_WINDOW
        if latest - earliest > STATUS_WINDOW:
            raise InvalidRequest({"to": [_too_wide(earliest + STATUS_WINDOW)]})
        return latest

    @extend_schema(
        operation_id="book_{booking}",
        summary="Book {a_booking}",
        description="An attendee leaves its own id out or gives its own; the desk names one.",
        parameters=[LOCATION, ETAG],
        request=sent(shapes.new_booking, lambda kind: {"{booking}": examples.request(kind)}),
        responses={
            201: Answered(shapes.booking_envelope, "Booked.", examples.envelope, links=booking_links("{booking}")),
            **conflict("overlap", "idempotency_in_progress"),
            **refused(),
        },
    )
    def post(self, request: Request) -> Answer:
        """Book: 201 with Location and ETag, 409 with suggestions when the time is taken."""
        return self.book(*self.read_booking(self.read_envelope(request)))

    @repeatable
    def book(self, booking: Booking, override: Override) -> Answer:
        booked = book_for_self(booking, by=self.actor, override=override)
        return self.answer(booked, status=201, Location=f"/api/v1/{self.resource}/{booked.pk}")


def _too_wide(latest: datetime) -> str:
    return _("By status at most %(days)s days are listed at once: give a time until %(latest)s, or a party's id.") % {
        "days": STATUS_WINDOW.days,
        "latest": instant(latest),
    }


class BookingDetail(BookingView):
    """`/api/v1/<kind>/{id}`: read and reschedule."""

    @extend_schema(
        operation_id="get_{booking}",
        summary="Read {a_booking}",
        parameters=[IF_NONE_MATCH, ETAG],
        responses={200: Answered(shapes.booking_envelope, "The booking.", examples.envelope)},
    )
    def get(self, request: Request, pk: int) -> Answer:
        """One booking with its entity tag; 304 when the caller has seen this revision."""
        return unless_unchanged(request, self.answer(self.find(pk)))

    @extend_schema(
        operation_id="reschedule_{booking}",
        summary="Move {a_booking} to another time; for the desk also to another provider",
        parameters=[IF_MATCH, ETAG],
        request=sent(shapes.change, lambda kind: {"{booking}": examples.times(kind)}),
        responses={
            200: Answered(shapes.booking_envelope, "Rescheduled."),
            **conflict("overlap", "illegal_transition", "idempotency_in_progress"),
            **refused(),
        },
    )
    def patch(self, request: Request, pk: int) -> Answer:
        """Reschedule: the time fields, for the desk also the provider; `If-Match` the revision that was seen."""
        booking = self.find(pk)
        given = self.read_envelope(request)
        self.check_override(given, booking)
        values = validated(self.serializer_class(data=given, partial=True))
        override = pop_override(values)
        self._refuse_fixed(values)
        return self.reschedule(booking, values, override, expected_revision(request, booking))

    @repeatable
    def reschedule(self, booking: Booking, to: Values, override: Override, expected: int | None) -> Answer:
        """Move the booking, if it still has the expected revision."""
        return self.answer(reschedule(booking, by=self.actor, to=to, override=override, if_revision=expected))

    def _refuse_fixed(self, values: Values) -> None:
        """Raise InvalidRequest for fields that no reschedule changes: attendee, service, note."""
        fixed = {"attendee_id": self.kind.request_names["attendee"], "note": "note", "service_id": "service_id"}
        errors = {fixed[name]: [_("This cannot be changed.")] for name in values if name in fixed}
        if errors:
            raise InvalidRequest(errors)


class NothingHere(View):
    """Every other path under the API."""

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        """404 to every method and every caller."""
        raise NotFound(_("There is no such path in the API."))
