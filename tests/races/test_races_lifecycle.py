"""Every other write path raced by real processes: no deadlock, no stall, nothing lost. For both kinds."""

from collections import Counter
from functools import partial

import pytest
from django.db import transaction
from django.utils import timezone

from bookings.actions.expire import expire_blockers
from bookings.core.lifecycle import Status
from tests.support.kinds import Kind
from tests.support.lock_waits import waiting
from tests.support.race_processes import (
    COUNT,
    RaceProcesses,
    Task,
    book_batch,
    book_once,
    book_slot,
    cancel_booking,
    change_booking,
    do_nothing,
    expire_all,
    move_booking,
)
from tests.support.races import now_at, pending, race, slot
from tests.support.waiting import wait_until

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("no_deadlock"),
]

ROUNDS = 10


def test_race_of_two_rescheduled_into_one_slot_has_one_winner(kind: Kind, pool: RaceProcesses) -> None:
    provider = kind.provider()
    pairs = [[kind.book(slot(n, hours), provider=provider) for hours in (0, 1)] for n in range(ROUNDS)]
    rounds: list[list[Task]] = [
        [partial(move_booking, kind.plural, booking.pk, slot(n, 3)) for booking in pair] for n, pair in enumerate(pairs)
    ]
    for n, (outcomes, pair) in enumerate(zip(race(pool, rounds), pairs, strict=True)):
        assert sorted(outcomes) == ["Conflict", "won"]
        expected = [slot(n, 3) if outcome == "won" else slot(n, own) for own, outcome in enumerate(outcomes)]
        assert [now_at(booking) for booking in pair] == expected


def test_race_of_sixteen_rescheduled_into_one_slot_has_one_winner(kind: Kind, pool: RaceProcesses) -> None:
    """From sixteen providers to one of them."""
    bookings = [kind.book(slot(0)) for _ in range(COUNT)]
    target = kind.provider().key
    rounds: list[list[Task]] = [[partial(move_booking, kind.plural, b.pk, slot(1), target) for b in bookings]]
    assert Counter(race(pool, rounds)[0]) == {"won": 1, "Conflict": COUNT - 1}
    assert [now_at(booking) for booking in bookings].count(slot(0)) == COUNT - 1


def test_race_of_two_each_into_the_others_slot_loses_neither(kind: Kind, pool: RaceProcesses) -> None:
    """Both are refused: each holds its time until the other's change is committed."""
    provider = kind.provider()
    pairs = [[kind.book(slot(n, hours), provider=provider) for hours in (0, 1)] for n in range(ROUNDS)]
    rounds: list[list[Task]] = [
        [partial(move_booking, kind.plural, booking.pk, slot(n, 1 - own)) for own, booking in enumerate(pair)]
        for n, pair in enumerate(pairs)
    ]
    assert race(pool, rounds) == [["Conflict", "Conflict"]] * ROUNDS
    assert [[now_at(booking) for booking in pair] for pair in pairs] == [[slot(n), slot(n, 1)] for n in range(ROUNDS)]


def test_race_of_two_providers_swapping_bookings_loses_neither(kind: Kind, pool: RaceProcesses) -> None:
    """The locks of both providers in opposite directions."""
    hosts = [kind.provider(), kind.provider()]
    pairs = [[kind.book(slot(n), provider=host) for host in hosts] for n in range(ROUNDS)]
    rounds: list[list[Task]] = [
        [partial(move_booking, kind.plural, b.pk, slot(n), hosts[1 - own].key) for own, b in enumerate(pair)]
        for n, pair in enumerate(pairs)
    ]
    assert race(pool, rounds) == [["Conflict", "Conflict"]] * ROUNDS


def test_race_of_rescheduling_with_booking_into_one_slot_has_one_winner(kind: Kind, pool: RaceProcesses) -> None:
    provider = kind.provider()
    moved = [kind.book(slot(n), provider=provider) for n in range(ROUNDS)]
    guests = [kind.attendee().key for _ in range(COUNT - 1)]
    rounds: list[list[Task]] = [
        [
            partial(move_booking, kind.plural, booking.pk, slot(n, 2)),
            *(partial(book_slot, kind.plural, provider.key, guest, slot(n, 2)) for guest in guests),
        ]
        for n, booking in enumerate(moved)
    ]
    for n, (outcomes, booking) in enumerate(zip(race(pool, rounds), moved, strict=True)):
        assert Counter(outcomes) == {"won": 1, "Conflict": COUNT - 1}
        assert now_at(booking) == slot(n, 2 if outcomes[0] == "won" else 0)


def test_race_of_cancelling_with_rescheduling_leaves_it_cancelled(kind: Kind, pool: RaceProcesses) -> None:
    """Moved and then cancelled, or cancelled and not moved any more."""
    bookings = [kind.book(slot(n)) for n in range(ROUNDS)]
    rounds: list[list[Task]] = [
        [partial(cancel_booking, kind.plural, b.pk), partial(move_booking, kind.plural, b.pk, slot(n, 2))]
        for n, b in enumerate(bookings)
    ]
    for n, ((cancelled, moved), booking) in enumerate(zip(race(pool, rounds), bookings, strict=True)):
        assert (cancelled, moved) in [("won", "won"), ("won", "IllegalTransition")]
        booking.refresh_from_db()
        assert booking.status == Status.CANCELLED
        assert (booking.span, booking.revision) == ((slot(n, 2), 3) if moved == "won" else (slot(n), 2))


def test_race_of_state_changes_with_others_moved_onto_them_keeps_their_times(kind: Kind, pool: RaceProcesses) -> None:
    """A change writes the row anew, and with it its entry in both constraints. The moment is short: many tries."""
    hosts = [kind.provider() for _ in range(4)]
    rounds: list[list[Task]] = []
    for n in range(3 * ROUNDS):
        tasks: list[Task] = []
        for host, action in zip(hosts, ("check_in", "complete", "no_show", "check_in"), strict=True):
            held = kind.book(slot(n), provider=host)
            moved = [kind.book(slot(n, hours), provider=host) for hours in (1, 2, 3)]
            tasks.append(partial(change_booking, kind.plural, held.pk, action))
            tasks += [partial(move_booking, kind.plural, other.pk, slot(n)) for other in moved]
        rounds.append(tasks)
    assert race(pool, rounds) == [["won", *["Conflict"] * 3] * 4] * (3 * ROUNDS)


def test_race_of_approving_with_expiring_has_one_winner(kind: Kind, pool: RaceProcesses) -> None:
    """Of one that expires while they race: whoever comes first decides, and the other says so."""
    bookings = [pending(kind, slot(n), is_expired=n % 2 == 0) for n in range(ROUNDS)]
    rounds: list[list[Task]] = [
        [partial(change_booking, kind.plural, b.pk, "approve"), partial(expire_all, kind.plural)] for b in bookings
    ]
    outcomes = race(pool, rounds)
    assert [approved for approved, _expired in outcomes] == ["IllegalTransition", "won"] * (ROUNDS // 2)
    states = [kind.model.objects.get(pk=booking.pk).status for booking in bookings]
    assert states == [Status.CANCELLED, Status.BOOKED] * (ROUNDS // 2)


def test_race_into_an_expired_slot_has_one_winner(kind: Kind, pool: RaceProcesses) -> None:
    """Bookings, reschedules, the job and a late approval at once: the expired one is cancelled once."""
    provider = kind.provider()
    rounds: list[list[Task]] = []
    expired = [pending(kind, slot(n), provider=provider) for n in range(3 * ROUNDS)]
    guests = [kind.attendee().key for _ in range(9)]
    for n, due in enumerate(expired):
        moved = [kind.book(slot(n, hours), provider=provider) for hours in range(1, 6)]
        rounds.append(
            [
                *(partial(book_slot, kind.plural, provider.key, guest, slot(n)) for guest in guests),
                *(partial(move_booking, kind.plural, other.pk, slot(n)) for other in moved),
                partial(change_booking, kind.plural, due.pk, "approve"),
                partial(expire_all, kind.plural) if n == 3 * ROUNDS - 1 else do_nothing,  # it would expire all at once
            ]
        )
    for outcomes in race(pool, rounds):
        assert Counter(outcomes[:14]) == {"won": 1, "Conflict": 13}
        assert outcomes[14] == "IllegalTransition"
    assert [kind.model.objects.get(pk=booking.pk).revision for booking in expired] == [2] * 3 * ROUNDS


def test_race_of_rescheduling_into_an_expired_slot_being_booked_waits_for_its_end(
    kind: Kind, pool: RaceProcesses
) -> None:
    """The booking has cancelled the expired one and is about to be inserted: others wait."""
    expired, moved = pending(kind, slot(0)), kind.book(slot(1))
    provider, guest, now = expired.provider, kind.attendee(), timezone.now()
    wanted = kind.build(slot(0), provider=provider, attendee=guest)
    wanted.clean_fields(exclude={"busy_from", "busy_until"})
    wanted.set_busy_time(*provider.buffers)
    with transaction.atomic():
        assert expire_blockers(wanted, now=now) == 1
        pool.start([[partial(move_booking, kind.plural, moved.pk, slot(0), provider.key), *[do_nothing] * (COUNT - 1)]])
        wait_until(lambda: waiting() > 0)
        kind.book(slot(0), provider=provider, attendee=guest)
    assert pool.finish()[0][0].outcome == "Conflict"
    assert now_at(moved) == slot(1)


def test_race_of_batches_in_opposite_orders_has_one_winner(kind: Kind, pool: RaceProcesses) -> None:
    """All or nothing: the same rows forwards and backwards."""
    hosts, guests = [kind.provider().key for _ in range(4)], [kind.attendee().key for _ in range(4)]
    rounds: list[list[Task]] = []
    for n in range(ROUNDS):
        rows = [(host, guest, slot(n)) for host, guest in zip(hosts, guests, strict=True)]
        orders = [rows, rows[::-1]] * (COUNT // 2)
        rounds.append([partial(book_batch, kind.plural, order, is_all_or_nothing=True) for order in orders])
    assert [Counter(outcomes) for outcomes in race(pool, rounds)] == [{"booked 4": 1, "Conflict": COUNT - 1}] * ROUNDS


def test_race_of_partial_batches_with_single_bookings_fills_each_slot_once(kind: Kind, pool: RaceProcesses) -> None:
    """Batches over crossing parties in any order, each row on its own, against single bookings of the same times."""
    hosts, guests = [kind.provider().key for _ in range(4)], [kind.attendee().key for _ in range(4)]
    rounds: list[list[Task]] = []
    for n in range(ROUNDS):
        rows = [(host, guest, slot(n)) for host, guest in zip(hosts, guests, strict=True)]
        turned = [rows[turn % 4 :] + rows[: turn % 4] for turn in range(COUNT // 2)]
        batches = [partial(book_batch, kind.plural, order, is_all_or_nothing=False) for order in turned]
        rounds.append([*batches, *(partial(book_slot, kind.plural, *rows[turn % 4]) for turn in range(COUNT // 2))])
    for n, outcomes in enumerate(race(pool, rounds)):
        booked = sum(int(outcome.removeprefix("booked ")) for outcome in outcomes[: COUNT // 2])
        assert booked + outcomes.count("won") == 4 == kind.model.objects.holding_time().during(slot(n)).count()


def test_race_of_undoing_with_other_changes_is_done_one_after_the_other(kind: Kind, pool: RaceProcesses) -> None:
    bookings = [kind.book(slot(n)) for n in range(ROUNDS)]
    for booking in bookings:
        change_booking(kind.plural, booking.pk, "check_in")
    rounds: list[list[Task]] = [
        [partial(change_booking, kind.plural, b.pk, action) for action in ("undo", "no_show", "complete", "undo")]
        for b in bookings
    ]
    for outcomes, booking in zip(race(pool, rounds), bookings, strict=True):
        assert set(outcomes) <= {"won", "IllegalTransition"}
        assert kind.model.objects.get(pk=booking.pk).revision == 2 + outcomes.count("won")


def test_race_of_idempotent_twins_books_once(kind: Kind, pool: RaceProcesses) -> None:
    """The others read the first one's answer, or are told that it is on its way."""
    host, guest = kind.provider().key, kind.attendee().key
    rounds: list[list[Task]] = [
        [partial(book_once, kind.plural, host, guest, slot(n), f"key {n}")] * COUNT for n in range(ROUNDS)
    ]
    for outcomes in race(pool, rounds):
        assert outcomes.count("first") == 1
        assert set(outcomes) <= {"first", "replay", "InProgress"}
    assert kind.model.objects.count() == ROUNDS
