"""The people of a kind: the public directory of providers, and the attendees for the desk."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from accounts.models import Token
from bookings.access import permissions
from bookings.access.actor import VISITOR
from bookings.actions.add_attendee import add_attendee
from bookings.actions.idempotency import Answer
from bookings.api import shapes
from bookings.api.answers import answer, repeatable
from bookings.api.filters import PagingQuery, read_query
from bookings.api.operations import BOOKINGS_OF_ATTENDEE, Answered, sent
from bookings.api.pagination import links, paginate
from bookings.api.serializers import AttendeeSerializer, attendee_serializer, validated
from bookings.api.types import GIVEN, Json, Values
from bookings.api.views import SignedInView, View
from bookings.models import Attendee, Booking, Provider
from bookings.models.representation import instant, represent_suggestion
from bookings.schedule.slots import LONGEST_SEARCH, Slot, SlotQuery, ahead, find_first_of_each
from bookings.schedule.terms import BookingTerms


class Directory(View):
    """`/api/v1/doctors`, `/api/v1/coaches`: who offers time. Public."""

    kind: type[Booking] = GIVEN

    @extend_schema(
        operation_id="list_{providers}",
        summary="The {providers} who take bookings, by name, with the next free time of each",
        tags=["{providers}"],
        parameters=[PagingQuery],
        responses={200: Answered(shapes.provider_page, "A page.")},
    )
    def get(self, request: Request) -> Answer:
        """The active providers by name; only what a visitor needs to choose one."""
        query = read_query(request, PagingQuery)
        people = self.kind.provider_model()
        rows = people._default_manager.filter(is_active=True)
        page = paginate(rows, keys=("name", "id"), limit=query["limit"], cursor=query["cursor"])
        keys = [provider.key for provider in page.rows]
        now = timezone.now()
        query_of_slots = SlotQuery(self.kind, ahead(now, LONGEST_SEARCH), self._terms(request), now)
        first = find_first_of_each(query_of_slots, keys)
        shown = [
            {**represent_provider(provider), "next_free": self._represent_slot(first.get(provider.key))}
            for provider in page.rows
        ]
        own = {"Vary": "Authorization, Cookie"}  # the next free time is the caller's own
        return answer({people._meta.db_table: shown, **links(request, page)}, headers=own)

    def _terms(self, request: Request) -> BookingTerms:
        """The terms for a listing: a visitor's for a token that was narrowed to the other kind."""
        is_narrowed = isinstance(request.auth, Token) and not permissions.token_allows(request.auth, "GET", self.kind)
        return permissions.terms_for_listing(VISITOR if is_narrowed else self.actor, self.kind)

    def _represent_slot(self, slot: Slot | None) -> Json | None:
        """The times of a slot as a request names them; None where nothing is free within `LONGEST_SEARCH`."""
        return None if slot is None else represent_suggestion(self.kind, slot.span)


class AttendeeList(SignedInView):
    """`/api/v1/patients`, `/api/v1/clients`: list and add, for the desk.

    No search by name or address: what stands in a URL is logged on the way.
    """

    kind: type[Booking] = GIVEN
    people: type[Attendee] = GIVEN

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        """Refuse everybody else before the body is read."""
        super().initial(request, *args, **kwargs)
        permissions.check_may_manage_attendees(self.actor)

    @property
    def serializer_class(self) -> type[AttendeeSerializer]:
        """What reads the body of a request that adds one."""
        return attendee_serializer(self.people)

    @property
    def envelope(self) -> str:
        """The name around one of them: `patient`."""
        return self.people._meta.model_name or ""

    @extend_schema(
        operation_id="list_{attendees}",
        summary="All {attendees} (desk only)",
        tags=["{attendees}"],
        parameters=[PagingQuery],
        responses={200: Answered(shapes.attendee_page, "A page.")},
    )
    def get(self, request: Request) -> Answer:
        """All of them, in the order in which they were added."""
        query = read_query(request, PagingQuery)
        rows = self.people._default_manager.all()
        page = paginate(rows, keys=("id",), limit=query["limit"], cursor=query["cursor"])
        shown = [represent_attendee(attendee) for attendee in page.rows]
        return answer({self.people._meta.db_table: shown, **links(request, page)})

    @extend_schema(
        operation_id="add_{attendee}",
        summary="Add {a_attendee} (desk only)",
        tags=["{attendees}"],
        request=sent(shapes.new_attendee, lambda kind: {"{attendee}": {"name": "Ada", "email": "ada@example.org"}}),
        responses={201: Answered(shapes.attendee_envelope, "Added.", links=BOOKINGS_OF_ATTENDEE)},
    )
    def post(self, request: Request) -> Answer:
        """Add one: 201, or 422 when its id is taken."""
        return self.add(validated(self.serializer_class(data=self.read_envelope(request))))

    @repeatable
    def add(self, values: Values) -> Answer:
        added = add_attendee(self.people(**values), by=self.actor)
        return answer({self.envelope: represent_attendee(added)}, status=201)


def represent_provider(provider: Provider) -> Json:
    """A provider as the public directory shows it."""
    return {
        "id": provider.key,
        "name": provider.name,
        "time_zone": provider.time_zone,
        "slot_minutes": provider.slot_minutes,
    }


def represent_attendee(attendee: Attendee) -> Json:
    """An attendee as the desk sees it, under the id that bookings name."""
    return {
        "id": attendee.key,
        "name": attendee.name,
        "email": attendee.email,
        "phone": attendee.phone,
        "time_zone": attendee.time_zone,
        "created_at": instant(attendee.created_at),
        "updated_at": instant(attendee.updated_at),
    }
