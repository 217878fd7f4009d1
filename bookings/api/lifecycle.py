"""Changes of state, batches and the history of bookings."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, OpenApiRequest, extend_schema
from rest_framework.request import Request

from bookings.actions import LARGEST_BATCH, Override, book_many, change_state
from bookings.actions.idempotency import Answer
from bookings.api import examples, shapes
from bookings.api.answers import answer, repeatable
from bookings.api.operations import ETAG, IF_MATCH, Answered, booking_links, conflict, refused, sent
from bookings.api.preconditions import expected_revision
from bookings.api.problems import InvalidRequest, Malformed, describe_error
from bookings.api.serializers import ReasonSerializer, validated
from bookings.api.types import Json
from bookings.api.views import BookingView
from bookings.core.errors import BookingError, Forbidden
from bookings.core.interval import Interval
from bookings.core.lifecycle import Action
from bookings.models import Booking
from bookings.models.history import Change, changes
from bookings.models.representation import instant, represent_times

ILL = OpenApiExample("request", lambda view: {"reason": "Ill"} if view.action == Action.CANCEL else None)


class BookingAction(BookingView):
    """`/api/v1/<kind>/{id}/<action>`: approve, cancel, check in, complete, no-show, undo."""

    action = Action.CANCEL  # or another one, given by `urls.api_urls`

    @extend_schema(
        operation_id="{action}_{booking}",
        summary="{Action}: the {booking} becomes {target}",
        parameters=[IF_MATCH, ETAG],
        request=OpenApiRequest(ReasonSerializer, examples=[ILL]),
        responses={
            200: Answered(shapes.booking_envelope, "It is now {target}."),
            **conflict("overlap", "illegal_transition", "idempotency_in_progress"),
        },
    )
    def post(self, request: Request, pk: int) -> Answer:
        """Do it; the body may give a reason for cancelling, `If-Match` the revision that was seen."""
        booking = self.find(pk)
        values = validated(ReasonSerializer(data=request.data))
        return self.change(booking, values.get("reason", ""), expected_revision(request, booking))

    @repeatable
    def change(self, booking: Booking, reason: str, expected: int | None) -> Answer:
        """Do it to the booking, if it still has the expected revision."""
        return self.answer(change_state(self.action, booking, by=self.actor, reason=reason, if_revision=expected))


class BookingBatch(BookingView):
    """`/api/v1/<kind>/batch`: up to 50 bookings in one transaction, for the desk."""

    @extend_schema(
        operation_id="book_many_{bookings}",
        summary=f"Book up to {LARGEST_BATCH} {{bookings}} at once (desk only)",
        description="All or nothing; with `all_or_nothing` false each row has its own status and problem.",
        request=sent(shapes.new_batch, lambda kind: {"{bookings}": [examples.request(kind)]}),
        responses={
            200: Answered(shapes.batch_results, "What became of each row."),
            201: Answered(shapes.batch_answer, "All are booked.", links=booking_links("{bookings}/0")),
            **conflict("overlap", "idempotency_in_progress"),
            **refused(),
        },
    )
    def post(self, request: Request) -> Answer:
        """201 with all of them, or (`"all_or_nothing": false`) 200 with a result for each."""
        if not self.actor.is_desk:
            raise Forbidden
        given, is_all_or_nothing = self._read_body(request)
        rows = [self._read_row(row, position) for position, row in enumerate(given)]
        wrong = {name: found for row in rows if isinstance(row, InvalidRequest) for name, found in row.errors.items()}
        if wrong:
            raise InvalidRequest(wrong)
        requests = [row for row in rows if not isinstance(row, InvalidRequest)]
        return self.book_many(requests, is_all_or_nothing=is_all_or_nothing)

    @repeatable
    def book_many(self, requests: list[tuple[Booking, Override]], *, is_all_or_nothing: bool) -> Answer:
        """Book all of them, or each that can be."""
        try:
            results = book_many(requests, by=self.actor, is_all_or_nothing=is_all_or_nothing)
        except BookingError as error:
            raise self._at_position(error) from error
        told = [self._result(result) for result in results]
        if is_all_or_nothing:
            return answer({self.resource: [result[self.envelope] for result in told]}, status=201)
        return answer({"results": told})

    def _read_body(self, request: Request) -> tuple[list[object], bool]:
        """The rows, and whether all must be booked. Raises Malformed or InvalidRequest."""
        body: Json = dict(request.data)
        rows = body.pop(self.resource, None)
        is_all_or_nothing = body.pop("all_or_nothing", True)
        if body or not isinstance(rows, list):
            raise Malformed(_("Send a list named %(name)s.") % {"name": self.resource})
        if not isinstance(is_all_or_nothing, bool):
            raise InvalidRequest({"all_or_nothing": [_("Give true or false.")]})
        if not 1 <= len(rows) <= LARGEST_BATCH:
            raise InvalidRequest({self.resource: [_("Give 1 to %(most)s bookings.") % {"most": LARGEST_BATCH}]})
        return rows, is_all_or_nothing

    def _read_row(self, row: object, position: int) -> tuple[Booking, Override] | InvalidRequest:
        """The booking of one row, or its errors under `appointments.3.start_at`."""
        if not isinstance(row, dict):
            return InvalidRequest({f"{self.resource}.{position}": [_("Give an object.")]})
        try:
            return self.read_booking(row)
        except InvalidRequest as error:
            return InvalidRequest({f"{self.resource}.{position}.{name}": found for name, found in error.errors.items()})

    def _at_position(self, error: BookingError) -> BookingError:
        """The error of a row, with the row's position in the names of its fields."""
        if error.position is not None:
            names = self.kind.request_names
            prefix = f"{self.resource}.{error.position}"
            error.errors = {f"{prefix}.{names.get(part, part)}": found for part, found in error.errors.items()}
        return error

    def _result(self, result: Booking | BookingError) -> Json:
        """What became of one row: its status as if it had been sent alone, and the booking or the problem."""
        if isinstance(result, Booking):
            return {"status": 201, self.envelope: self.represent(result)}
        problem = describe_error(result, self.kind)
        return {"status": problem["status"], "problem": problem}


class BookingHistory(BookingView):
    """`/api/v1/<kind>/{id}/history`: who did what when."""

    @extend_schema(
        operation_id="get_{booking}_history",
        summary="Who did what to the {booking} and when",
        responses={200: Answered(shapes.history_page, "The first change first.")},
    )
    def get(self, request: Request, pk: int) -> Answer:
        """All changes, the first one first, for whoever may read the booking."""
        booking = self.find(pk)
        return answer({"history": [self._represent_change(change) for change in changes(booking)]})

    def _represent_change(self, change: Change) -> Json:
        """One change. Everybody sees the role of who made it, the desk also the login's id."""
        event = change.event
        data: Json = {
            "at": instant(change.at),
            "action": change.action,
            "by": change.by,
            "via": change.via,
            "revision": event.revision,
            "status": event.status,
            self.kind.request_names["provider"]: event.provider_id,
            **represent_times(self.kind, Interval(event.start_at, event.end_at)),
        }
        if self.actor.is_desk:
            data |= {"actor_id": change.actor_id, "is_overbooked": event.is_overbooked}
        return data
