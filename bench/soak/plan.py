"""The data of the soak as plain values without Django: the client processes need nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

EPOCH = datetime(2031, 1, 6, 8, tzinfo=UTC)
DAY_SECONDS = 2.0
OPEN_DAYS = 3
"""The soak books the slots of today and the next two days, in a calendar whose days last so many seconds."""
GRID_MINUTES = 15
SLOTS_A_DAY = 40
LENGTHS = (15, 30, 30, 45, 60)
APPROVING = 2
"""The position of the provider who approves first."""


@dataclass(frozen=True)
class Kind:
    """One kind of booking as in its requests, with the public ids of its people."""

    plural: str
    envelope: str
    provider_name: str
    attendee_name: str
    providers: tuple[object, ...]
    attendees: tuple[object, ...]

    def body(self, provider: int, attendee: int | None, start: datetime, minutes: int) -> dict[str, object]:
        """The fields of a booking between the people at these positions; with None the login is the attendee."""
        fields = {self.provider_name: self.providers[provider], **self.times(start, minutes)}
        return fields if attendee is None else {**fields, self.attendee_name: self.attendees[attendee]}

    def times(self, start: datetime, minutes: int) -> dict[str, object]:
        if self.plural == "sessions":
            return {"start": start.isoformat(), "duration": minutes}
        return {"start_at": start.isoformat(), "end_at": (start + timedelta(minutes=minutes)).isoformat()}

    def effect(self, data: dict[str, Any]) -> "Effect":
        """The change that an answer reports."""
        start = data.get("start") or data["start_at"]
        end = data.get("end") or data["end_at"]
        provider = self.providers.index(data[self.provider_name])
        attendee = self.attendees.index(data[self.attendee_name])
        return Effect(self.plural, data["id"], data["revision"], data["status"], start, end, provider, attendee)


@dataclass(frozen=True)
class Effect:
    """One acknowledged revision of one booking."""

    kind: str
    pk: int
    revision: int
    status: str
    start: str
    end: str
    provider: int
    attendee: int


@dataclass(frozen=True)
class World:
    """The site's address, its people, and the tokens of their logins."""

    port: int
    kinds: tuple[Kind, ...]
    desk: str
    providers: Mapping[str, Sequence[str]]
    """The kind's plural -> the providers' tokens, by position."""
    attendees: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Outcome:
    """The end of one operation, known by its key, after all its repeats."""

    key: str
    action: str
    status: int
    """The status of the definite answer; 0 when there was none in time."""
    code: str
    effects: tuple[Effect, ...]
    seconds: float
    """The time from the first attempt to the definite answer."""
    unavailable: int
    """The number of attempts that were answered with 503."""
    dropped: int
    """The number of attempts whose connection was lost or refused."""
    in_progress: int
    is_replay: bool

    @property
    def retries(self) -> int:
        """How often the operation was repeated."""
        return self.unavailable + self.dropped + self.in_progress
