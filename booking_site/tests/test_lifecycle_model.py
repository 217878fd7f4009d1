"""Random operations of several actors against a simple model in Python: everything must agree, at every step.

The model knows no SQL and none of the kernel's functions: it says the rules once more, over a list.
`SOAK_EXAMPLES` makes it longer than CI's few examples, which are always the same.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from booking_site.tests.kinds import Kind, at
from booking_site.tests.model import Model, Refused, Row
from bookings.booking import NO_OVERRIDE, Override, book, book_many, change_state, lapse, reschedule
from bookings.errors import BookingError
from bookings.interval import Interval
from bookings.models import Booking
from bookings.policy import Actor
from bookings.tests.factories import UserFactory

EXAMPLES = int(os.environ.get("SOAK_EXAMPLES", "0"))
PROFILE = settings(
    max_examples=EXAMPLES or 12,
    stateful_step_count=60 if EXAMPLES else 40,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
ACTIONS = ("approve", "cancel", "check_in", "complete", "no_show", "undo")
ACTORS = ("desk", "provider 0", "provider 1", "attendee 0", "attendee 1")
MINUTE = timedelta(minutes=1)

actors = st.sampled_from(ACTORS)
people = st.integers(0, 1)
starts = st.integers(0, 9)
lengths = st.integers(1, 3)
on_purpose = st.sampled_from([False] * 5 + [True])


class Lifecycle(RuleBasedStateMachine):
    """Two providers, two attendees and the desk, on ten half hours."""

    kind: Kind

    @initialize()
    def open_the_practice(self) -> None:
        """The first provider has buffers and a cancellation window, the second approves first."""
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

    def span(self, start: int, length: int) -> Interval:
        """So many half hours; the first one begins at nine."""
        return Interval(at(9) + start * 30 * MINUTE, at(9) + (start + length) * 30 * MINUTE)

    def build(self, provider: int, attendee: int, span: Interval) -> Booking:
        """The unsaved booking of two people."""
        return self.kind.build(span, provider=self.providers[provider], attendee=self.attendees[attendee])

    @contextmanager
    def as_the_model(self, expected: Row | Refused) -> Iterator[None]:
        """What is done within ends as the model says: with nothing, or the same error about the same sides."""
        ended: Row | Refused = Refused("not at all")
        try:
            with transaction.atomic():
                yield
        except BookingError as error:
            ended = Refused(type(error).__name__, tuple(error.errors) if error.code == "overlap" else ())
        if isinstance(expected, Refused) or ended != Refused("not at all"):
            assert ended == expected

    @rule(by=actors, provider=people, attendee=people, start=starts, length=lengths, over=on_purpose)
    def book(self, by: str, provider: int, attendee: int, start: int, length: int, over: bool) -> None:  # noqa: FBT001
        span = self.span(start, length)
        expected = self.model.book(by, provider, attendee, span.start, span.end, is_overbooked=over)
        with self.as_the_model(expected):
            wanted = self.build(provider, attendee, span)
            self.bookings.append(book(wanted, by=self.actors[by], override=override(over), now=self.model.now))

    @rule(
        rows=st.lists(st.tuples(people, people, starts, lengths), min_size=1, max_size=4),
        is_all_or_nothing=st.booleans(),
    )
    def book_many(self, rows: list[tuple[int, int, int, int]], is_all_or_nothing: bool) -> None:  # noqa: FBT001
        wanted = [(provider, attendee, self.span(start, length)) for provider, attendee, start, length in rows]
        expected = self.model.book_many(
            [(provider, attendee, span.start, span.end) for provider, attendee, span in wanted], is_all_or_nothing
        )
        requests = [(self.build(*row), NO_OVERRIDE) for row in wanted]
        try:
            with transaction.atomic():
                results = book_many(
                    requests, by=self.actors["desk"], is_all_or_nothing=is_all_or_nothing, now=self.model.now
                )
        except BookingError:
            assert expected is None
            return
        assert expected is not None
        assert [isinstance(result, Booking) for result in results] == expected
        self.bookings += [result for result in results if isinstance(result, Booking)]

    @rule(
        by=actors,
        which=st.integers(0, 30),
        provider=st.sampled_from([None, None, 0, 1]),
        start=starts,
        length=lengths,
        over=on_purpose,
    )
    def reschedule(self, by: str, which: int, provider: int | None, start: int, length: int, over: bool) -> None:  # noqa: FBT001
        if not self.bookings:
            return
        which, span = which % len(self.bookings), self.span(start, length)
        expected = self.model.reschedule(by, which, provider, span.start, span.end, is_overbooked=over)
        key = None if provider is None else self.providers[provider].key
        with self.as_the_model(expected):
            to = self.kind.times(span, key)
            reschedule(self.bookings[which], by=self.actors[by], to=to, override=override(over), now=self.model.now)

    @rule(by=actors, which=st.integers(0, 30), action=st.sampled_from(ACTIONS))
    def change(self, by: str, which: int, action: str) -> None:
        if not self.bookings:
            return
        which %= len(self.bookings)
        expected = self.model.change(by, which, action)
        with self.as_the_model(expected):
            change_state(action, self.bookings[which], by=self.actors[by], now=self.model.now)

    @rule(minutes=st.sampled_from([1, 10, 30, 90]))
    def wait(self, minutes: int) -> None:
        self.model.now += minutes * MINUTE

    @rule(buffers=st.tuples(st.sampled_from([0, 10, 30]), st.sampled_from([0, 20])))
    def change_the_buffers(self, buffers: tuple[int, int]) -> None:
        """Bookings keep theirs until they are moved."""
        self.model.buffers[0] = (buffers[0] * MINUTE, buffers[1] * MINUTE)
        fields = dict(zip(("buffer_before_minutes", "buffer_after_minutes"), buffers, strict=True))
        self.kind.provider_model._default_manager.filter(pk=self.providers[0].pk).update(**fields)

    @rule()
    def lapse(self) -> None:
        assert lapse(self.kind.model, now=self.model.now) == self.model.lapse()

    @invariant()
    def agrees(self) -> None:
        """Every row and every row of history."""
        if not hasattr(self, "model"):
            return
        stored = {booking.pk: booking for booking in self.kind.model.objects.all()}
        assert len(stored) == len(self.model.rows)
        told: dict[int, list[tuple[Any, ...]]] = {pk: [] for pk in stored}
        for event in self.kind.history_model.objects.order_by("pgh_id"):
            told[event.pgh_obj_id].append(
                (event.revision, event.status, event.start_at, event.end_at, event.pgh_context["actor"])
            )
        ids = {name: actor.user.pk if actor.user else None for name, actor in self.actors.items()} | {"job": None}
        for booking, row in zip(self.bookings, self.model.rows, strict=True):
            found = stored[booking.pk]
            assert self.described(found) == row.described()
            assert told[booking.pk] == [(*change[:4], ids[change[4]]) for change in row.history]

    def described(self, found: Booking) -> tuple[object, ...]:
        """What the model has of a row."""
        provider = [person.key for person in self.providers].index(found.provider_key)
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
def test_kernel_agrees_with_the_model(kind: Kind) -> None:
    """Each example in a savepoint that is rolled back."""

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
