"""Random operations of random users, as HTTP requests."""

import json
from collections.abc import Mapping, MutableSequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from bench.soak.plan import (
    APPROVING,
    DAY_SECONDS,
    EPOCH,
    GRID_MINUTES,
    LENGTHS,
    OPEN_DAYS,
    SLOTS_A_DAY,
    Effect,
    Kind,
    World,
)

WEIGHTS = {
    "book": 40,
    "batch": 5,
    "reschedule": 20,
    "cancel": 16,
    "approve": 6,
    "check-in": 5,
    "complete": 2,
    "no-show": 2,
    "undo": 4,
}
LARGEST_BATCH = 6
RECENT = 32


@dataclass(frozen=True)
class Request:
    """One operation as an HTTP request."""

    action: str
    kind: Kind
    method: str
    path: str
    token: str
    body: bytes


class Recent:
    """The bookings of one kind that any process wrote last: in shared memory, without a lock.

    Each is one number, so a torn read is impossible and a lost write does no harm.
    """

    def __init__(self, numbers: MutableSequence[int], random: Random) -> None:
        self._numbers = numbers
        self._random = random

    def add(self, effect: Effect) -> None:
        """Put a booking in the place of a random one."""
        self._numbers[self._random.randrange(RECENT)] = effect.pk * 100 + effect.provider * 10 + effect.attendee

    def any(self) -> tuple[int, int, int] | None:
        """The id, provider and attendee of a random booking."""
        number = self._numbers[self._random.randrange(RECENT)]
        return (number // 100, number // 10 % 10, number % 10) if number else None


class Operations:
    """Makes requests. The clock and `began_at` decide which days are open for booking."""

    def __init__(self, world: World, recent: dict[str, Recent], random: Random, began_at: datetime) -> None:
        self._world = world
        self._recent = recent
        self._random = random
        self._began_at = began_at

    def next(self) -> Request:
        """A random operation, by the `WEIGHTS`."""
        kind = self._random.choice(self._world.kinds)
        (action,) = self._random.choices(list(WEIGHTS), list(WEIGHTS.values()))
        target = self._recent[kind.plural].any()
        if action == "batch":
            return self._batch(kind)
        if action == "book" or target is None:
            return self._book(kind)
        return self._reschedule(kind, *target) if action == "reschedule" else self._change(kind, action, *target)

    def _book(self, kind: Kind) -> Request:
        """The desk books for anyone, sometimes over others on purpose; or an attendee books, sometimes for now."""
        provider = self._random.randrange(len(kind.providers))
        attendee = self._random.randrange(len(kind.attendees))
        if self._random.random() < 0.5:
            token = self._world.desk
            body = kind.body(provider, attendee, *self._slot())
            return self._request("book", kind, "POST", "", token, {kind.envelope: {**body, **self._override()}})
        token = self._world.attendees[kind.plural][attendee]
        if self._random.random() < 0.2:  # it expires before anybody approves it, and is in the way of the next one
            start = datetime.now(UTC) + timedelta(seconds=self._random.uniform(0.5, 4))
            body = kind.body(APPROVING, None, start, GRID_MINUTES)
        else:
            body = kind.body(provider, None, *self._slot())
        return self._request("book", kind, "POST", "", token, {kind.envelope: body})

    def _batch(self, kind: Kind) -> Request:
        rows = [
            kind.body(
                self._random.randrange(len(kind.providers)), self._random.randrange(len(kind.attendees)), *self._slot()
            )
            for _ in range(self._random.randint(2, LARGEST_BATCH))
        ]
        body = {kind.plural: rows, "all_or_nothing": self._random.random() < 0.5}
        return self._request("batch", kind, "POST", "/batch", self._world.desk, body)

    def _reschedule(self, kind: Kind, pk: int, provider: int, attendee: int) -> Request:
        """Anyone in the booking moves it; the desk also to another provider."""
        token = self._somebody(kind, provider, attendee)
        changes = kind.times(*self._slot())
        if token == self._world.desk:
            changes |= self._override()
            if self._random.random() < 0.4:
                changes[kind.provider_name] = self._random.choice(kind.providers)
        return self._request("reschedule", kind, "PATCH", f"/{pk}", token, {kind.envelope: changes})

    def _change(self, kind: Kind, action: str, pk: int, provider: int, attendee: int) -> Request:
        token = self._somebody(kind, provider, attendee)
        body = {"reason": "Soaked"} if action == "cancel" else {}
        return self._request(action, kind, "POST", f"/{pk}/{action}", token, body)

    def _somebody(self, kind: Kind, provider: int, attendee: int) -> str:
        """The desk or one of the two people; the site decides who may do what."""
        people = (self._world.providers[kind.plural][provider], self._world.attendees[kind.plural][attendee])
        return self._world.desk if self._random.random() < 0.6 else self._random.choice(people)

    def _override(self) -> dict[str, object]:
        is_on = self._random.random() < 0.05
        return {"override": {"overlap": True, "reason": "Soaked"}} if is_on else {}

    def _slot(self) -> tuple[datetime, int]:
        """A start on the grid, on an open day, and a length in minutes."""
        today = int((datetime.now(UTC) - self._began_at).total_seconds() / DAY_SECONDS)
        day = today + self._random.randrange(OPEN_DAYS)
        slot = self._random.randrange(SLOTS_A_DAY)
        start = EPOCH + timedelta(days=day, minutes=slot * GRID_MINUTES)
        return start, self._random.choice(LENGTHS)

    @staticmethod
    def _request(action: str, kind: Kind, method: str, path: str, token: str, body: Mapping[str, object]) -> Request:
        return Request(action, kind, method, f"/api/v1/{kind.plural}{path}", token, json.dumps(body).encode())
