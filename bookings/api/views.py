"""The views of every kind of booking. A kind's model and serializer make its part of the API."""

from datetime import timedelta
from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotAuthenticated, NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bookings import policy
from bookings.api.filters import BOOKING_FILTERS, IDS, PAGING, read_query
from bookings.api.pagination import page_url, paginate
from bookings.api.preconditions import etag, expected_revision
from bookings.api.problems import InvalidRequest, Malformed
from bookings.api.serializers import BookingSerializer, ReasonSerializer, pop_override, validated
from bookings.booking import book, cancel
from bookings.errors import Forbidden
from bookings.models import Booking, Provider, Token
from bookings.representation import instant, represent

DEFAULT_WINDOW = timedelta(days=30)


class View(APIView):
    """A view of the API; OPTIONS has nothing to tell, the contract and the schema do."""

    http_method_names = ("get", "post", "patch", "head")


class BookingView(View):
    """One kind of booking, seen by whoever is signed in."""

    kind: type[Booking] = Booking  # type: ignore[type-abstract]  # both are given by `urls.api_urls`
    serializer_class: type[BookingSerializer] = BookingSerializer

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Nobody without credentials goes on; a token only as far as it was narrowed."""
        super().initial(request, *args, **kwargs)
        self.actor = policy.actor_of(request)
        if not self.actor.is_signed_in:
            raise NotAuthenticated
        if isinstance(request.auth, Token) and not policy.token_allows(request.auth, request.method, self.kind):
            raise Forbidden(_("This token may not do this."))

    @property
    def resource(self) -> str:
        """The name in paths and lists: `appointments`."""
        return self.kind._meta.db_table

    @property
    def envelope(self) -> str:
        """The name around one booking: `appointment`."""
        return self.kind._meta.model_name or ""

    def represent(self, booking: Booking) -> dict[str, Any]:
        """One booking as this actor may read it."""
        return represent(booking, for_desk=self.actor.is_desk)

    def find(self, pk: int) -> Booking:
        """The booking, when the actor may know of it. Raises Http404."""
        booking: Booking | None = policy.visible(self.actor, self.kind.objects.all()).filter(pk=pk).first()
        if booking is None:
            raise Http404
        return booking

    def answer(self, booking: Booking, **kwargs: Any) -> Response:
        """One booking in its envelope, with its entity tag."""
        response = Response({self.envelope: self.represent(booking)}, **kwargs)
        response["ETag"] = etag(booking)
        return response


class BookingList(BookingView):
    """`/api/v1/<kind>`: list and book."""

    def get(self, request: Request) -> Response:
        """The bookings that the actor may see, by start, from 30 days ago unless asked otherwise."""
        names = self.kind.request_names()
        query = read_query(request, {**PAGING, **BOOKING_FILTERS, **self._party_filters()})
        if query["from"] is None:
            query["from"] = timezone.now() - DEFAULT_WINDOW
        rows = policy.visible(self.actor, self.kind.objects.all()).starting_within(query["from"], query["to"])
        if query[names["provider"]] is not None:
            rows = rows.of_provider(query[names["provider"]])
        if query[names["attendee"]] is not None:
            rows = rows.of_attendee(query[names["attendee"]])
        if query["status"] is not None:
            rows = rows.filter(status=query["status"])
        page = paginate(rows, keys=("start_at", "id"), limit=query["limit"], cursor=query["cursor"])
        window = {"from": instant(query["from"])}  # the window must not move between the pages
        return Response(
            {
                self.resource: [self.represent(booking) for booking in page.rows],
                "next": page_url(request, page.next, **window),
                "previous": page_url(request, page.previous, **window),
            }
        )

    def post(self, request: Request) -> Response:
        """Book: 201 with Location and ETag, 409 with suggestions when the time is taken."""
        booking, override = self._read(request)
        booking = book(booking, by=self.actor, override=override)
        return self.answer(booking, status=201, headers={"Location": f"/api/v1/{self.resource}/{booking.pk}"})

    def _read(self, request: Request) -> tuple[Booking, Any]:
        """The unsaved booking in the request's envelope, the attendee filled in from the login."""
        body: dict[str, Any] = dict(request.data)
        if set(body) != {self.envelope} or not isinstance(body[self.envelope], dict):
            raise Malformed(_("Send one object named %(name)s.") % {"name": self.envelope})
        values = validated(self.serializer_class(data=body[self.envelope]))
        override = pop_override(values)
        booking = self.kind(**values)
        if booking.attendee_key is None:
            self._fill_in_attendee(booking)
        return booking, override

    def _fill_in_attendee(self, booking: Booking) -> None:
        own = self.actor.key_in(self.kind.attendee_model())
        if own is None:
            if not self.actor.is_desk:
                raise Forbidden
            raise InvalidRequest({self.kind.request_names()["attendee"]: [_("This field is required.")]})
        setattr(booking, self.kind.attname(self.kind.attendee_field), own)

    def _party_filters(self) -> dict[str, Any]:
        """A filter for each party, typed like its id."""
        names = self.kind.request_names()
        is_hash = self.kind.provider_model().key_field != "id"
        return dict.fromkeys((names["provider"], names["attendee"]), IDS[str if is_hash else int])


class BookingDetail(BookingView):
    """`/api/v1/<kind>/{id}`."""

    def get(self, request: Request, pk: int) -> Response:
        """One booking with its entity tag."""
        return self.answer(self.find(pk))


class BookingCancel(BookingView):
    """`/api/v1/<kind>/{id}/cancel`."""

    def post(self, request: Request, pk: int) -> Response:
        """Cancel; the body may give a reason, `If-Match` the revision that was seen."""
        booking = self.find(pk)
        values = validated(ReasonSerializer(data=request.data))
        expected = expected_revision(request, booking)
        booking = cancel(booking, by=self.actor, reason=values.get("reason", ""), if_revision=expected)
        return self.answer(booking)


class Directory(View):
    """`/api/v1/doctors`, `/api/v1/coaches`: who offers time. Public."""

    people: type[Provider] = Provider  # type: ignore[type-abstract]  # given by `urls.api_urls`

    def get(self, request: Request) -> Response:
        """The active providers by name; only what a visitor needs to choose one."""
        query = read_query(request, PAGING)
        rows = self.people._default_manager.filter(is_active=True)
        page = paginate(rows, keys=("name", "id"), limit=query["limit"], cursor=query["cursor"])
        return Response(
            {
                self.people._meta.db_table: [represent_provider(provider) for provider in page.rows],
                "next": page_url(request, page.next),
                "previous": page_url(request, page.previous),
            }
        )


class NothingHere(View):
    """Every other path under the API."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Not found, whoever asks and however."""
        raise NotFound(_("There is no such path in the API."))


def represent_provider(provider: Provider) -> dict[str, Any]:
    """A provider as the public directory shows it."""
    return {
        "id": provider.key,
        "name": provider.name,
        "time_zone": provider.time_zone,
        "slot_minutes": provider.slot_minutes,
    }
