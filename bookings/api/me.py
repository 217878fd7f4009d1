"""`/api/v1/me`: who the API takes the caller for."""

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request

from accounts.models import Token
from bookings.access import permissions
from bookings.actions.idempotency import Answer
from bookings.api import shapes
from bookings.api.answers import answer
from bookings.api.operations import ByView
from bookings.api.types import Json
from bookings.api.views import SignedInView
from bookings.models import Booking
from bookings.models.representation import instant


class Me(SignedInView):
    """The caller's login, what it is to each kind of booking, and how far its token reaches."""

    kinds: tuple[type[Booking], ...] = ()  # given by `bookings.urls`

    @extend_schema(
        operation_id="get_me",
        summary="Who am I: roles, own ids, and how far the token reaches",
        tags=["shared"],
        responses={200: OpenApiResponse(ByView(lambda view: shapes.me_envelope(view.kinds)), "The caller.")},
    )
    def get(self, request: Request) -> Answer:
        """Roles, and the caller's own ids under the names that bookings give them; null where it has none."""
        user = self.actor.user
        people = {}
        for kind in self.kinds:
            names = kind.request_names
            people[names["provider"]] = self.actor.key_in(kind.provider_model())
            people[names["attendee"]] = self.actor.key_in(kind.attendee_model())
        return answer(
            {
                "me": {
                    "id": user.pk if user else None,
                    "email": user.email if user else None,
                    "roles": permissions.roles_of(self.actor, self.kinds),
                    "people": people,
                    "token": represent_token(request.auth) if isinstance(request.auth, Token) else None,
                }
            }
        )


def represent_token(token: Token) -> Json:
    """A token as its bearer sees it."""
    return {
        "name": token.name,
        "scope": token.scope,
        "kind": token.kind or None,
        "expires_at": instant(token.expiry) if token.expiry else None,
    }
