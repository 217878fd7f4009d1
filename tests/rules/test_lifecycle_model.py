"""Random operations of several actors against a simple model in Python: everything must agree, at every step.

The model knows no SQL and none of the kernel's functions: it says the rules once more, over a list.
`SOAK_EXAMPLES` makes it longer than CI's few examples, which are always the same.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, note
from hypothesis import settings as profile
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from pytest_django import Settings

from bookings.access.actor import Actor
from bookings.actions import NO_OVERRIDE, Override, book, book_many, change_state, expire, reschedule
from bookings.core.errors import BookingError
from bookings.core.interval import Interval
from bookings.models import Booking
from tests.reference.booking_model import APPROVAL, OPEN_LIMIT, Model, Refused, Row
from tests.support.factories import UserFactory
from tests.support.kinds import Kind, at

EXAMPLES = int(os.environ.get("SOAK_EXAMPLES", "0"))
PROFILE = profile(
    max_examples=EXAMPLES or 16,
    stateful_step_count=60 if EXAMPLES else 50,
    phases=[Phase.generate, Phase.shrink] if EXAMPLES else [Phase.generate],  # shrinking takes minutes
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
ACTIONS = ("approve", "cancel", "check_in", "complete", "no_show", "undo")
ACTORS = ("desk", "provider 0", "provider 1", "attendee 0", "attendee 1")
MINUTE = timedelta(minutes=1)
HALF_HOUR = 30 * MINUTE

WEIGHTS = {"book": 8, "book_many": 1, "reschedule": 5, "change": 8, "wait": 2, "change_the_buffers": 1, "expire": 1}
OVERBOOKED = 0.15


class Lifecycle(RuleBasedStateMachine):
    """Two providers, two attendees and the desk, on the half hours around now."""

    kind: Kind

    @initialize(random=st.randoms(use_true_random=True))
    def open_the_practice(self, random: Random) -> None:
        """The first provider has buffers and a cancellation window, the second approves first."""
        self.random = random
        kind = self.kind
        rules: tuple[dict[str, Any], ...] = (
            {"buffer_before_minutes": 10, "buffer_after_minutes": 20, "cancellation_window_minutes": 60},
            {"needs_approval": True},
        )
        self.providers = [kind.provider(user=UserFactory.create(), **fields) for fields in rules]
        self.attendees = [kind.attendee(user=UserFactory.create()) for _ in range(2)]
        users = [UserFactory.create(is_staff=True), *(person.user for person in (*self.providers, *self.attendees))]
        self.actors = {name: Actor(user, via="token") for name, user in zip(ACTORS, users, strict=True)}
        self.model = Model(now=at(8))
        self.bookings: list[Booking] = []

    def any_booking(self, random: Random) -> tuple[int, int, Interval]:
        """Provider, attendee, and some half hours around the present one."""
        first = at(8) + ((self.model.now - at(8)) // HALF_HOUR + random.randint(-1, 5)) * HALF_HOUR
        return random.randrange(2), random.randrange(2), Interval(first, first + random.randint(1, 3) * HALF_HOUR)

    def latest(self, random: Random) -> tuple[int, str]:
        """The position of one of the latest bookings, and an actor: mostly one whom it concerns."""
        which = len(self.bookings) - 1 - random.randrange(min(8, len(self.bookings)))
        row = self.model.rows[which]
        concerned = ("desk", f"provider {row.provider}", f"attendee {row.attendee}")
        return which, random.choice((*concerned, *concerned, random.choice(ACTORS)))

    def build(self, provider: int, attendee: int, span: Interval) -> Booking:
        """The unsaved booking of two people."""
        return self.kind.build(span, provider=self.providers[provider], attendee=self.attendees[attendee])

    @contextmanager
    def assert_as_the_model(self, expected: Row | Refused) -> Iterator[None]:
        """What is done within ends as the model says: with nothing, or the same error about the same sides."""
        ended: Row | Refused = Refused("not at all")
        try:
            with transaction.atomic():
                yield
        except BookingError as error:
            ended = Refused(type(error).__name__, tuple(error.errors) if error.code == "overlap" else ())
        if isinstance(expected, Refused) or ended != Refused("not at all"):
            assert ended == expected

    @rule()
    def do_something(self) -> None:
        """One operation of one actor. (A rule for each would leave most of them out of most examples.)"""
        random = self.random
        (operation,) = random.choices(list(WEIGHTS), list(WEIGHTS.values()))
        if self.bookings or operation not in ("reschedule", "change"):
            note(f"{operation} at {self.model.now}")
            getattr(self, operation)(random)

    def book(self, random: Random) -> None:
        provider, attendee, span = self.any_booking(random)
        by = random.choice(("desk", f"attendee {attendee}", f"attendee {attendee}", random.choice(ACTORS)))
        over = random.random() < OVERBOOKED
        expected = self.model.book(by, provider, attendee, span.start, span.end, is_overbooked=over)
        with self.assert_as_the_model(expected):
            wanted = self.build(provider, attendee, span)
            self.bookings.append(book(wanted, by=self.actors[by], override=override(over), now=self.model.now))

    def book_many(self, random: Random) -> None:
        wanted = [self.any_booking(random) for _ in range(random.randint(1, 4))]
        is_all_or_nothing = random.random() < 0.5
        rows = [(provider, attendee, span.start, span.end) for provider, attendee, span in wanted]
        expected = self.model.book_many(rows, is_all_or_nothing)
        requests = [(self.build(*row), NO_OVERRIDE) for row in wanted]
        by, now = self.actors["desk"], self.model.now
        try:
            with transaction.atomic():
                results = book_many(requests, by=by, is_all_or_nothing=is_all_or_nothing, now=now)
        except BookingError:
            results = []
        assert [isinstance(result, Booking) for result in results] == (expected or [])
        self.bookings += [result for result in results if isinstance(result, Booking)]

    def reschedule(self, random: Random) -> None:
        which, by = self.latest(random)
        provider, _attendee, span = self.any_booking(random)
        target = provider if random.random() < 0.3 else None
        over = random.random() < OVERBOOKED
        expected = self.model.reschedule(by, which, target, span.start, span.end, is_overbooked=over)
        to = self.kind.times(span, None if target is None else self.providers[target].key)
        with self.assert_as_the_model(expected):
            reschedule(self.bookings[which], by=self.actors[by], to=to, override=override(over), now=self.model.now)

    def change(self, random: Random) -> None:
        (which, by), action = self.latest(random), random.choice(ACTIONS)
        expected = self.model.change(by, which, action)
        with self.assert_as_the_model(expected):
            change_state(action, self.bookings[which], by=self.actors[by], now=self.model.now)

    def wait(self, random: Random) -> None:
        self.model.now += random.choice((10, 30, 60)) * MINUTE

    def change_the_buffers(self, random: Random) -> None:
        """Bookings keep theirs until they are moved."""
        before, after = random.choice((0, 10, 30)), random.choice((0, 20))
        self.model.buffers[0] = (before * MINUTE, after * MINUTE)
        first = self.kind.provider_model._default_manager.filter(pk=self.providers[0].pk)
        first.update(buffer_before_minutes=before, buffer_after_minutes=after)

    def expire(self, _random: Random) -> None:
        assert expire(self.kind.model, now=self.model.now) == self.model.expire()

    @invariant()
    def assert_model_agrees(self) -> None:
        """Every row and every row of history."""
        if not hasattr(self, "model"):
            return
        stored = {booking.pk: booking for booking in self.kind.model.objects.all()}
        assert len(stored) == len(self.model.rows)
        told: dict[int, list[tuple[Any, ...]]] = {pk: [] for pk in stored}
        for event in self.kind.history_model.objects.order_by("pgh_id"):
            told[event.pgh_obj_id].append(
                (event.revision, event.status, event.start_at, event.end_at, event.changed_by_id)
            )
        ids = {name: actor.user.pk if actor.user else None for name, actor in self.actors.items()} | {"job": None}
        for booking, row in zip(self.bookings, self.model.rows, strict=True):
            found = stored[booking.pk]
            assert self.described(found) == row.described()
            assert told[booking.pk] == [(*change[:4], ids[change[4]]) for change in row.history]

    def described(self, found: Booking) -> tuple[object, ...]:
        """What the model has of a row."""
        provider = [person.key for person in self.providers].index(found.provider_id)
        times: tuple[datetime | None, ...] = (
            found.start_at,
            found.end_at,
            found.busy_from,
            found.busy_until,
            found.expires_at,
        )
        return (provider, *times, found.status, found.revision, found.is_overbooked)


def override(is_on: bool) -> Override:  # noqa: FBT001
    """An overbooking, or nothing."""
    return Override(overlap=True, reason="Emergency") if is_on else NO_OVERRIDE


@pytest.mark.django_db
def test_kernel_agrees_with_the_model(kind: Kind, settings: Settings) -> None:
    """Each example in a savepoint that is rolled back."""
    settings.APPROVAL_HOURS = APPROVAL // timedelta(hours=1)
    settings.OPEN_BOOKINGS_LIMIT = OPEN_LIMIT

    class Example(Lifecycle):
        def __init__(self) -> None:
            super().__init__()
            self.kind = kind
            self._savepoint = transaction.atomic()
            self._savepoint.__enter__()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self._savepoint.__exit__(None, None, None)

    run_state_machine_as_test(Example, settings=PROFILE)
