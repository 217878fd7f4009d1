"""Every action in every state by every role, for both kinds, as the reference says."""

from dataclasses import dataclass
from typing import Any

import pytest

from bookings.access.actor import VISITOR, Actor
from bookings.actions import change_state
from bookings.core.errors import BookingError, Forbidden, IllegalTransition, Stale
from bookings.models import Booking
from tests.reference.policy import LEADS, MAY
from tests.support.factories import UserFactory
from tests.support.kinds import Kind, at, span

pytestmark = pytest.mark.django_db

NOW = at(9, day=1)
CHANGES = [action for action in LEADS if action != "reschedule"]
STATUSES = ("pending", "booked", "arrived", "fulfilled", "cancelled", "noshow")
ROLES = ("desk", "provider", "attendee", "another provider", "another attendee", "nobody")


@dataclass
class People:
    """Who may be concerned."""

    kind: Kind
    provider: Any
    attendee: Any
    actors: dict[str, Actor]

    def booking(self, status: str, hour: int) -> Booking:
        """A booking between the two in this state."""
        return self.kind.book(
            span(hour, hour + 1), provider=self.provider, attendee=self.attendee, status=status, now=NOW
        )


@pytest.fixture
def people(kind: Kind) -> People:
    """A provider and an attendee with logins, and others."""
    provider, attendee = kind.provider(user=UserFactory.create()), kind.attendee(user=UserFactory.create())
    others = kind.provider(user=UserFactory.create()).user, kind.attendee(user=UserFactory.create()).user
    users = (UserFactory.create(is_staff=True), provider.user, attendee.user, *others)
    actors = [*(Actor(user, via="token") for user in users), VISITOR]
    return People(kind, provider, attendee, dict(zip(ROLES, actors, strict=True)))


def stored(booking: Booking) -> dict[str, Any]:
    """The whole row."""
    return {**type(booking)._default_manager.filter(pk=booking.pk).values().get()}


def act(action: str, booking: Booking, by: Actor, **seen: Any) -> Booking | BookingError:
    """The changed booking, or the error."""
    try:
        return change_state(action, booking, by=by, now=NOW, **seen)
    except BookingError as error:
        return error


def possible_in(status: str) -> str:
    """The actions that a refusal names."""
    return ", ".join(action for action, targets in LEADS.items() if status in targets) or "nothing"


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("action", CHANGES)
def test_action_in_every_state(people: People, action: str, role: str) -> None:
    for hour, status in enumerate(STATUSES):
        booking, actor = people.booking(status, hour), people.actors[role]
        before = stored(booking)
        result = act(action, booking, actor)
        after, told = stored(booking), list(booking.history.order_by("pgh_id"))
        if role not in MAY[action]:
            assert (type(result), after, len(told)) == (Forbidden, before, 1)
        elif status not in LEADS[action]:
            assert (type(result), after, len(told)) == (IllegalTransition, before, 1)
            assert str(result).endswith(f"Possible: {possible_in(status)}.")
        else:
            assert isinstance(result, Booking)
            assert (after["status"], after["revision"]) == (result.status, 2) == (LEADS[action][status], 2)
            assert actor.user
            assert [(row.status, row.revision) for row in told] == [(status, 1), (after["status"], 2)]
            assert (told[1].changed_by_id, told[1].changed_via) == (actor.user.pk, "token")


@pytest.mark.parametrize("action", CHANGES)
def test_action_changes_nothing_but_the_state(people: People, action: str) -> None:
    changing = {"status", "expires_at", "cancelled_at", "cancelled_by_id", "cancel_reason"}
    changing |= {"revision", "updated_at", "changed_by_id", "changed_via"}
    booking = people.booking(next(iter(LEADS[action])), 10)
    before = stored(booking)
    act(action, booking, people.actors["desk"])
    after = stored(booking)
    assert {name for name in after if after[name] != before[name]} <= changing


@pytest.mark.parametrize("action", CHANGES)
def test_action_with_another_revision_than_seen_is_stale(people: People, action: str) -> None:
    booking = people.booking(next(iter(LEADS[action])), 10)
    before = stored(booking)
    assert isinstance(act(action, booking, people.actors["desk"], if_revision=2), Stale)
    assert stored(booking) == before
    assert isinstance(act(action, booking, people.actors["desk"], if_revision=1), Booking)


def test_action_of_a_provider_who_is_the_attendee_of_another_kind_is_its_own(people: People) -> None:
    """Roles are per booking: the desk's login is nobody's attendee, a provider's none of its colleague's bookings."""
    booking = people.booking("pending", 10)
    assert isinstance(act("approve", booking, people.actors["another provider"]), Forbidden)
    assert isinstance(act("approve", booking, people.actors["provider"]), Booking)


def test_action_on_an_expired_booking_is_that_of_a_cancelled_one(people: People) -> None:
    booking = people.booking("pending", 10)
    type(booking)._default_manager.filter(pk=booking.pk).update(expires_at=NOW)
    for action in CHANGES:
        result = act(action, booking, people.actors["desk"])
        assert isinstance(result, IllegalTransition)
        assert str(result) == f"This booking is cancelled: {action} is not possible. Possible: nothing."
