"""The contract of `book` and `cancel`, for both kinds: who may do what, until when."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from bookings.access.actor import SYSTEM, VISITOR, Actor
from bookings.actions import Override, cancel
from bookings.core.errors import Conflict, Forbidden, IllegalTransition, Invalid, Stale
from bookings.core.lifecycle import TRANSITIONS, Status
from tests.support.factories import UserFactory
from tests.support.kinds import Kind, at, span

pytestmark = pytest.mark.django_db

NOW = at(9, day=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def provider(kind: Kind) -> Any:
    """A provider with a login."""
    return kind.provider(user=UserFactory.create())


def refusal(kind: Kind, start: datetime, now: datetime, **fields: Any) -> dict[str, list[str]]:
    """What `book` answers to an hour from `start` on, at `now`."""
    with pytest.raises(Invalid) as refused:
        kind.book((start, start + 60 * MINUTE), now=now, **fields)
    return refused.value.errors


def test_book_by_an_attendee_for_itself(kind: Kind, attendee: Any, themself: Actor) -> None:
    booking = kind.book(span(10, 11), attendee=attendee, by=themself, now=NOW)
    assert booking.booked_by == attendee.user


def test_book_by_an_attendee_for_another_is_forbidden(kind: Kind, themself: Actor) -> None:
    with pytest.raises(Forbidden) as refused:
        kind.book(span(10, 11), by=themself, now=NOW)
    assert list(refused.value.errors) == ["attendee"]


def test_book_by_an_attendee_for_nobody_known_is_the_same_refusal(kind: Kind, themself: Actor) -> None:
    unknown = "nobody" if kind.plural == "sessions" else 2**40
    messages = []
    parties: list[dict[str, Any]] = [{}, {"attendee_id": unknown}]
    for party in parties:
        with pytest.raises(Forbidden) as refused:
            kind.book(span(10, 11), by=themself, now=NOW, **party)
        messages.append((refused.value.message, refused.value.errors))
    assert messages[0] == messages[1]


def test_book_by_a_provider_is_forbidden(kind: Kind, provider: Any) -> None:
    with pytest.raises(Forbidden):
        kind.book(span(10, 11), provider=provider, by=Actor(provider.user), now=NOW)


def test_book_by_a_provider_who_is_an_attendee_too(kind: Kind, provider: Any) -> None:
    same_person = kind.attendee(user=provider.user)
    assert kind.book(span(10, 11), attendee=same_person, by=Actor(provider.user), now=NOW).pk


@pytest.mark.parametrize("who", ["visitor", "login without roles", "inactive desk"])
def test_book_by_a_stranger_is_forbidden(kind: Kind, who: str) -> None:
    actor = {
        "visitor": lambda: VISITOR,
        "login without roles": lambda: Actor(UserFactory.create()),
        "inactive desk": lambda: Actor(UserFactory.create(is_staff=True, is_active=False)),
    }[who]()
    with pytest.raises(Forbidden):
        kind.book(span(10, 11), by=actor, now=NOW)


def test_book_by_the_desk_for_anyone_at_any_time(kind: Kind) -> None:
    desk = UserFactory.create(is_staff=True)
    provider = kind.provider(minimum_notice_minutes=60, horizon_days=1)
    assert kind.book(span(10, 11), provider=provider, by=Actor(desk), now=NOW).booked_by == desk
    assert kind.book(span(8, 9), provider=provider, by=Actor(desk), now=at(9)).pk


@pytest.mark.parametrize("what", ["overlap", "hours"])
def test_book_exception_by_an_attendee_is_forbidden(kind: Kind, attendee: Any, themself: Actor, what: str) -> None:
    override = Override(reason="I want it", **{what: True})
    with pytest.raises(Forbidden):
        kind.book(span(10, 11), attendee=attendee, by=themself, override=override, now=NOW)


def test_book_overbooked_flag_set_by_hand_does_not_count(kind: Kind, attendee: Any, themself: Actor) -> None:
    booked = kind.book(span(10, 11))
    with pytest.raises(Conflict):
        kind.book(
            span(10, 11),
            provider=booked.provider,
            attendee=attendee,
            by=themself,
            now=NOW,
            is_overbooked=True,
            override_reason="Sneaky",
        )


@pytest.mark.parametrize("now", [at(10), at(10, 1), at(12)])
def test_book_past_by_an_attendee_is_invalid(kind: Kind, attendee: Any, themself: Actor, now: datetime) -> None:
    errors = refusal(kind, at(10), now, attendee=attendee, by=themself)
    assert errors == {"start": ["This time is in the past."]}


def test_book_notice_too_short_is_invalid(kind: Kind, attendee: Any, themself: Actor) -> None:
    provider = kind.provider(minimum_notice_minutes=60)
    errors = refusal(kind, at(10), at(9, 1), provider=provider, attendee=attendee, by=themself)
    assert errors == {"start": ["This is too short notice. Please choose a later time."]}
    assert kind.book(span(10, 11), provider=provider, attendee=attendee, by=themself, now=at(9)).pk


def test_book_beyond_the_horizon_is_invalid(kind: Kind, attendee: Any, themself: Actor) -> None:
    provider = kind.provider(horizon_days=2)
    errors = refusal(kind, at(9, 1, day=3), NOW, provider=provider, attendee=attendee, by=themself)
    assert errors == {"start": ["This is too far ahead. Please choose an earlier time."]}
    assert kind.book(span(9, 10, day=3), provider=provider, attendee=attendee, by=themself, now=NOW).pk


def test_cancel_says_when_by_whom_and_why(kind: Kind) -> None:
    desk = UserFactory.create(is_staff=True)
    gone = cancel(kind.book(span(10, 11)), by=Actor(desk), reason="Ill", now=NOW)
    stored = kind.model.objects.get(pk=gone.pk)
    assert (stored.status, stored.revision) == (Status.CANCELLED, 2)
    assert (stored.cancelled_at, stored.cancelled_by, stored.cancel_reason) == (NOW, desk, "Ill")


def test_cancel_frees_the_time(kind: Kind) -> None:
    gone = cancel(kind.book(span(10, 11)), by=SYSTEM)
    assert kind.book(span(10, 11), provider=gone.provider, attendee=gone.attendee).pk


def test_cancel_twice_is_an_illegal_transition(kind: Kind) -> None:
    gone = cancel(kind.book(span(10, 11)), by=SYSTEM)
    with pytest.raises(IllegalTransition) as refused:
        cancel(gone, by=SYSTEM)
    assert str(refused.value) == "This booking is cancelled: cancel is not possible. Possible: nothing."
    assert kind.model.objects.get(pk=gone.pk).revision == 2


@pytest.mark.parametrize("status", sorted(Status))
def test_cancel_from_any_status_is_as_the_table_says(kind: Kind, status: Status) -> None:
    booking = kind.book(span(10, 11), status=status)
    if Status.CANCELLED in TRANSITIONS[status]:
        assert cancel(booking, by=SYSTEM).status == Status.CANCELLED
        return
    with pytest.raises(IllegalTransition) as refused:
        cancel(booking, by=SYSTEM)
    assert str(refused.value).endswith("Possible: nothing." if status == "cancelled" else "Possible: undo.")


def test_cancel_with_the_seen_revision(kind: Kind) -> None:
    booking = kind.book(span(10, 11))
    assert cancel(booking, by=SYSTEM, if_revision=1).revision == 2


def test_cancel_with_another_revision_is_stale(kind: Kind) -> None:
    booking = kind.book(span(10, 11))
    with pytest.raises(Stale):
        cancel(booking, by=SYSTEM, if_revision=2)
    assert kind.model.objects.get(pk=booking.pk).status == Status.BOOKED


def test_cancel_ignores_what_the_caller_changed_in_memory(kind: Kind) -> None:
    booking = kind.book(span(10, 11))
    booking.note = "Never saved"
    assert cancel(booking, by=SYSTEM).note == ""


@pytest.mark.parametrize(("now", "is_late"), [(at(8), False), (at(8, 1), True), (at(12), True)])
def test_cancel_by_the_attendee_up_to_the_window(
    kind: Kind,
    attendee: Any,
    themself: Actor,
    now: datetime,
    is_late: bool,  # noqa: FBT001
) -> None:
    booking = kind.book(span(10, 11), provider=kind.provider(cancellation_window_minutes=120), attendee=attendee)
    if not is_late:
        assert cancel(booking, by=themself, now=now).status == Status.CANCELLED
        return
    with pytest.raises(Forbidden, match="too late"):
        cancel(booking, by=themself, now=now)


def test_cancel_by_provider_and_desk_within_the_window(kind: Kind, provider: Any) -> None:
    type(provider).objects.update(cancellation_window_minutes=120)
    for actor in (Actor(provider.user), SYSTEM):
        booking = kind.book(span(10, 11), provider=provider)
        assert cancel(booking, by=actor, now=at(9)).status == Status.CANCELLED


@pytest.mark.parametrize("role", ["attendee", "provider", "nobody"])
def test_cancel_of_a_strangers_booking_is_forbidden(kind: Kind, role: str) -> None:
    user = UserFactory.create()
    if role != "nobody":
        getattr(kind, role)(user=user)
    with pytest.raises(Forbidden):
        cancel(kind.book(span(10, 11)), by=Actor(user))


def test_cancel_with_a_reason_too_long_is_invalid(kind: Kind) -> None:
    booking = kind.book(span(10, 11))
    with pytest.raises(Invalid):
        cancel(booking, by=SYSTEM, reason="x" * 501)
    assert kind.model.objects.get(pk=booking.pk).status == Status.BOOKED
