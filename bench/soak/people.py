"""The few people of the soak, and their tokens."""

from collections.abc import Sequence

from accounts.models import Token, User
from bench.soak.plan import APPROVING, Kind, World
from bookings.models import Booking
from bookings.models.people import P

PROVIDERS = 3
ATTENDEES = 5


def make_world(port: int, kinds: Sequence[type[Booking]]) -> World:
    """Make three providers of each kind (one plain, one with buffers, one who approves first) and five attendees."""
    described = []
    provider_tokens = {}
    attendee_tokens = {}
    for kind in kinds:
        plural = kind._meta.db_table
        providers = [_person(kind.provider_model(), n, **_rules(n)) for n in range(PROVIDERS)]
        attendees = [_person(kind.attendee_model(), n) for n in range(ATTENDEES)]
        names = kind.request_names
        described.append(
            Kind(
                plural,
                kind._meta.model_name or "",
                names["provider"],
                names["attendee"],
                tuple(person.key for person in providers),
                tuple(person.key for person in attendees),
            )
        )
        provider_tokens[plural] = [_token(person.user) for person in providers]
        attendee_tokens[plural] = [_token(person.user) for person in attendees]
    desk = User.objects.create_user("desk@soak.example", is_staff=True)
    return World(port, tuple(described), _token(desk), provider_tokens, attendee_tokens)


def _rules(number: int) -> dict[str, object]:
    buffers = {"buffer_before_minutes": 5, "buffer_after_minutes": 10} if number == 1 else {}
    return {**buffers, "needs_approval": number == APPROVING, "time_zone": "UTC"}


def _person(people: type[P], number: int, **fields: object) -> P:
    name = f"{people.__name__} {number}"
    user = User.objects.create_user(f"{people.__name__.lower()}{number}@soak.example")
    return people._default_manager.create(name=name, user=user, **fields)


def _token(user: User | None) -> str:
    _, key = Token.objects.create(user, name="soak")
    return str(key)
