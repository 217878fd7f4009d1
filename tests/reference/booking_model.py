"""The rules of a booking's life over a plain list: what the kernel is compared with."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tests.reference.policy import LEADS, MAY

APPROVAL = timedelta(hours=1)
WINDOW = timedelta(minutes=60)
"""The first provider's; the second one has none, and approves first."""
OPEN_LIMIT = 3
"""So many open bookings ahead may an attendee have who makes one more."""

Change = tuple[int, str, datetime, datetime, str]
"""Revision, state, start, end, and who."""


@dataclass(frozen=True)
class Refused:
    """The error's name, and for a conflict the sides."""

    error: str
    sides: tuple[str, ...] = ()


@dataclass
class Row:
    """One booking."""

    provider: int
    attendee: int
    start: datetime
    end: datetime
    busy_from: datetime
    busy_until: datetime
    status: str
    is_overbooked: bool
    expires_at: datetime | None
    revision: int = 1
    history: list[Change] = field(default_factory=list)

    def described(self) -> tuple[object, ...]:
        """What is compared with the database's row."""
        times = (self.start, self.end, self.busy_from, self.busy_until, self.expires_at)
        return (self.provider, *times, self.status, self.revision, self.is_overbooked)

    def record(self, by: str) -> None:
        """A row of history."""
        self.history.append((self.revision, self.status, self.start, self.end, by))

    def is_expired(self, now: datetime) -> bool:
        """Whether nobody approved it in time."""
        return self.status == "pending" and self.expires_at is not None and self.expires_at <= now


@dataclass
class Model:
    """All bookings of one kind, and the clock."""

    now: datetime
    rows: list[Row] = field(default_factory=list)
    buffers: dict[int, tuple[timedelta, timedelta]] = field(
        default_factory=lambda: {0: (timedelta(minutes=10), timedelta(minutes=20)), 1: (timedelta(0), timedelta(0))}
    )

    def book(
        self, by: str, provider: int, attendee: int, start: datetime, end: datetime, *, is_overbooked: bool
    ) -> Row | Refused:
        """By the desk for anyone, by an attendee for itself and the future."""
        if is_overbooked and by != "desk":
            return Refused("Forbidden")
        if by not in ("desk", f"attendee {attendee}"):
            return Refused("Forbidden")
        if by != "desk" and start <= self.now:
            return Refused("Invalid")
        before, after = self.buffers[provider]
        row = Row(provider, attendee, start, end, start - before, end + after, "booked", is_overbooked, None)
        self._await_approval(row, by)
        taken = self._over_a_deliberate_one(by, row)
        if taken is None and by != "desk" and self._open_ones(attendee) >= OPEN_LIMIT:
            return Refused("Invalid")
        taken = taken or self._take(row, is_counted=by != "desk")
        if taken:
            return taken
        self.rows.append(row)
        row.record(by)
        return row

    def book_many(
        self,
        wanted: list[tuple[int, int, datetime, datetime]],
        is_all_or_nothing: bool,  # noqa: FBT001
    ) -> list[bool] | None:
        """Which went in; None when all were refused for one. By the desk."""
        before = [replace(row, history=list(row.history)) for row in self.rows]
        booked = [isinstance(self.book("desk", *row, is_overbooked=False), Row) for row in wanted]
        if is_all_or_nothing and not all(booked):
            self.rows = before
            return None
        return booked

    def reschedule(
        self,
        by: str,
        which: int,
        provider: int | None,
        start: datetime,
        end: datetime,
        *,
        is_overbooked: bool,
    ) -> Row | Refused:
        """To another time, by the desk also to another provider; refused, it stays where it was."""
        row = self.rows[which]
        target = row.provider if provider is None else provider
        refused = self._may_not("reschedule", by, row)
        if refused:
            return refused
        if by != "desk" and (target != row.provider or is_overbooked):
            return Refused("Forbidden")
        if by != "desk" and start <= self.now:
            return Refused("Invalid")
        before, after = self.buffers[target]
        moved = replace(
            row,
            provider=target,
            start=start,
            end=end,
            busy_from=start - before,
            busy_until=end + after,
            is_overbooked=is_overbooked,
        )
        self._await_approval(moved, by)
        taken = self._over_a_deliberate_one(by, moved, instead_of=row) or self._take(moved, instead_of=row)
        if taken:
            return taken
        vars(row).update(vars(moved))
        row.revision += 1
        row.record(by)
        return row

    def change(self, by: str, which: int, action: str) -> Row | Refused:
        """Another state."""
        row = self.rows[which]
        refused = self._may_not(action, by, row)
        if refused:
            return refused
        row.status, row.expires_at = LEADS[action][row.status], None
        row.revision += 1
        row.record(by)
        return row

    def expire(self) -> int:
        """Cancel what nobody approved in time."""
        expired = [row for row in self.rows if row.is_expired(self.now)]
        for row in expired:
            self._cancel(row)
        return len(expired)

    def _may_not(self, action: str, by: str, row: Row) -> Refused | None:
        parties = {"desk": "desk", "provider": f"provider {row.provider}", "attendee": f"attendee {row.attendee}"}
        if by not in {parties[role] for role in MAY[action]}:
            return Refused("Forbidden")
        status = "cancelled" if row.is_expired(self.now) else row.status
        if status not in LEADS[action]:
            return Refused("IllegalTransition")
        is_limited = action in ("cancel", "reschedule") and by.startswith("attendee")
        window = WINDOW if row.provider == 0 else timedelta(0)
        return Refused("Forbidden") if is_limited and self.now > row.start - window else None

    def _await_approval(self, row: Row, by: str) -> None:
        if by.startswith("attendee") and row.provider == 1:
            row.status, row.expires_at = "pending", min(self.now + APPROVAL, row.start)

    def _over_a_deliberate_one(self, by: str, wanted: Row, instead_of: Row | None = None) -> Refused | None:
        """Only the desk may book over what the desk has overbooked."""
        if by == "desk":
            return None
        return self._conflict(wanted, [row for row in self._others(wanted, instead_of) if row.is_overbooked])

    def _open_ones(self, attendee: int) -> int:
        return sum(
            row.attendee == attendee
            and row.status in ("pending", "booked", "arrived")
            and row.start > self.now
            and not row.is_expired(self.now)
            for row in self.rows
        )

    def _take(self, wanted: Row, instead_of: Row | None = None, *, is_counted: bool = False) -> Refused | None:
        """Cancel the expired ones in the way, unless others are in the way too; then say whose side they are on.

        Where bookings are counted, the deliberate ones that expired are cancelled too.
        """
        if wanted.is_overbooked:
            return None
        others = self._others(wanted, instead_of)
        in_the_way = [row for row in others if not row.is_overbooked]
        refused = self._conflict(wanted, in_the_way)
        if refused is None and (in_the_way or is_counted):
            self._clear(wanted, instead_of)
        return refused

    def _others(self, wanted: Row, instead_of: Row | None) -> list[Row]:
        """What shares an instant with the wanted one."""
        found = (row for row in self.rows if row is not instead_of and row.status != "cancelled")
        return [row for row in found if _sides(wanted, row)]

    def _conflict(self, wanted: Row, others: list[Row]) -> Refused | None:
        """The sides on which others are that have not expired."""
        sides = {side for row in others if not row.is_expired(self.now) for side in _sides(wanted, row)}
        said = tuple(side for side in ("provider", "attendee") if side in sides)
        return Refused("Conflict", said) if said else None

    def _clear(self, wanted: Row, instead_of: Row | None) -> None:
        for row in self.rows:
            if row is not instead_of and row.is_expired(self.now) and _sides(wanted, row):
                self._cancel(row)

    @staticmethod
    def _cancel(row: Row) -> None:
        row.status, row.expires_at = "cancelled", None
        row.revision += 1
        row.record("job")


def _sides(one: Row, other: Row) -> set[str]:
    """Where two bookings share an instant: at their provider, buffers included; of their attendee."""
    sides = set()
    if one.provider == other.provider and one.busy_from < other.busy_until and other.busy_from < one.busy_until:
        sides.add("provider")
    if one.attendee == other.attendee and one.start < other.end and other.start < one.end:
        sides.add("attendee")
    return sides
