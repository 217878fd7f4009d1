"""Races of a few tasks, and the bookings in them."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from bookings.core.interval import Interval
from bookings.core.lifecycle import Status
from bookings.models import Booking
from tests.support.kinds import KINDS, Kind, span
from tests.support.race_processes import COUNT, Finish, RaceProcesses, Task, do_nothing

STALL = 20.0
"""Seconds that a write takes at most on a busy machine; `no_deadlock` counts what PostgreSQL resolves sooner."""
HOUR = timedelta(hours=1)


def race(pool: RaceProcesses, rounds: list[list[Task]]) -> list[list[str]]:
    """The outcomes of the given tasks, round by round; the other processes wait.

    Nobody stalls, and histories are whole.
    """
    filled = [[*tasks, *[do_nothing] * (COUNT - len(tasks))] for tasks in rounds]
    finished: list[list[Finish]] = pool.race(filled)
    assert max(finish.seconds for finishes in finished for finish in finishes) < STALL
    assert_histories_are_whole()
    return [
        [finish.outcome for finish in finishes[: len(tasks)]] for finishes, tasks in zip(finished, rounds, strict=True)
    ]


def assert_histories_are_whole() -> None:
    """Each revision from the first to the booking's own once."""
    for kind in KINDS:
        for booking in kind.model.objects.all():
            told = list(booking.history.order_by("pgh_id").values_list("revision", flat=True))
            assert told == list(range(1, booking.revision + 1))


def slot(number: int, hours: int = 0) -> Interval:
    """One hour of the round's own time, `hours` after its first."""
    first = span(0, 1)
    shift = number * 6 * HOUR + hours * HOUR
    return Interval(first.start + shift, first.end + shift)


def now_at(booking: Booking) -> Interval:
    """The booking's time in the database."""
    return type(booking)._default_manager.get(pk=booking.pk).span


def pending(kind: Kind, when: Interval, *, is_expired: bool = True, **parties: Any) -> Booking:
    """A booking that awaits approval; nobody gave it in time."""
    expires_at = timezone.now() + (-HOUR if is_expired else HOUR)
    return kind.book(when, status=Status.PENDING, expires_at=expires_at, **parties)
