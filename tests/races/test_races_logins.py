"""Logins that are linked, unlinked and deleted while others book the same people: no deadlock, no stall. Both kinds."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from accounts.models import User
from bookings.access.actor import Actor
from bookings.actions.book_for_self import attendee_for
from bookings.actions.delete_logins import delete_logins
from tests.support.factories import UserFactory
from tests.support.kinds import Kind
from tests.support.lock_waits import deadlocks, waiting
from tests.support.race_processes import (
    COUNT,
    RaceProcesses,
    Task,
    book_first,
    book_own,
    book_slot,
    change_booking,
    delete_login,
    do_nothing,
    move_booking,
    unlink,
)
from tests.support.races import now_at, race, slot
from tests.support.waiting import wait_until

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

ROUNDS = 40


@pytest.fixture
def full_index(kind: Kind) -> Iterator[None]:
    """What a one-to-one key would have: a unique index without a condition on the attendees' logins."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE UNIQUE INDEX full_index ON {kind.attendee_model._meta.db_table} (user_id)")
        yield
        cursor.execute("DROP INDEX full_index")


def known_login(kind: Kind) -> tuple[User, Any]:
    """A login that has not booked yet, and the record that the desk has of its address."""
    user = UserFactory.create()
    user.verified_email = user.email
    user.save()
    return user, kind.attendee(email=user.email)


def linked(kind: Kind) -> Any:
    """An attendee with a login."""
    return kind.attendee(user=UserFactory.create())


def login_of(person: Any) -> int | None:
    """Whose the person is in the database."""
    person.refresh_from_db()
    login: int | None = person.user_id
    return login


def desk_books(kind: Kind, guest: Any, number: int, *, count: int = COUNT - 1) -> list[Task]:
    """The desk books this person into overlapping times, at a provider each."""
    hosts = [kind.provider().key for _ in range(count)]
    return [partial(book_slot, kind.plural, host, guest.key, slot(number)) for host in hosts]


def start(pool: RaceProcesses, task: Task) -> None:
    """One process does this, the others nothing."""
    pool.start([[task, *[do_nothing] * (COUNT - 1)]])


@pytest.mark.usefixtures("no_deadlock")
@pytest.mark.parametrize("change", ["link", "unlink", "delete"])
def test_race_with_a_login_that_is_being_changed_waits_for_nobody(kind: Kind, pool: RaceProcesses, change: str) -> None:
    """The desk books the person meanwhile: its booking's foreign key does not meet the other's lock."""
    (user, guest), host = known_login(kind), kind.provider().key
    if change != "link":
        type(guest)._default_manager.filter(pk=guest.pk).update(user=user)
    with transaction.atomic():
        if change == "link":
            attendee_for(Actor(user), kind.attendee_model)
        elif change == "unlink":
            unlink(kind.plural, guest.key)
        else:
            delete_logins([user.pk])
        start(pool, partial(book_slot, kind.plural, host, guest.key, slot(0)))
        assert pool.finish()[0][0].outcome == "won"
    assert login_of(guest) == (user.pk if change == "link" else None)


@pytest.mark.usefixtures("no_deadlock")
def test_race_of_first_bookings_with_the_desks_for_the_same_person_has_one_winner(
    kind: Kind, pool: RaceProcesses
) -> None:
    rounds: list[list[Task]] = []
    people = [known_login(kind) for _ in range(ROUNDS)]
    for n, (user, guest) in enumerate(people):
        first = partial(book_first, kind.plural, kind.provider().key, user.pk, slot(n))
        rounds.append([first, *desk_books(kind, guest, n, count=3)])
    for outcomes, (user, guest) in zip(race(pool, rounds), people, strict=True):
        assert Counter(outcomes) == {"won": 1, "Conflict": 3}
        assert login_of(guest) == (user.pk if outcomes[0] == "won" else None)


@pytest.mark.usefixtures("no_deadlock")
def test_race_of_unlinking_with_bookings_for_the_same_person_has_one_winner(kind: Kind, pool: RaceProcesses) -> None:
    people = [linked(kind) for _ in range(ROUNDS)]
    host = kind.provider(day_limit=50).key
    rounds: list[list[Task]] = [
        [
            partial(unlink, kind.plural, guest.key),
            partial(book_own, kind.plural, host, guest.key, slot(n)),
            *desk_books(kind, guest, n, count=3),
        ]
        for n, guest in enumerate(people)
    ]
    for (unlinked, own, *desk), guest in zip(race(pool, rounds), people, strict=True):
        assert unlinked == "won"
        assert own in ("won", "Conflict", "Forbidden")
        assert [own, *desk].count("won") == 1
        assert login_of(guest) is None


@pytest.mark.usefixtures("no_deadlock")
def test_race_of_deleting_a_login_with_writes_to_its_bookings_loses_none(kind: Kind, pool: RaceProcesses) -> None:
    """They are moved, completed, and booked over meanwhile; who booked them stays told."""
    rounds: list[list[Task]] = []
    people, booked = [linked(kind) for _ in range(ROUNDS // 2)], []
    for n, guest in enumerate(people):
        provider, by = kind.provider(), Actor(guest.user)
        own = [kind.book(slot(n, hours), provider=provider, attendee=guest, by=by) for hours in (1, 2, 3, 4)]
        booked.append(own)
        rounds.append(
            [
                partial(delete_login, guest.user_id),
                partial(move_booking, kind.plural, own[0].pk, slot(n)),
                partial(move_booking, kind.plural, own[1].pk, slot(n)),
                partial(change_booking, kind.plural, own[2].pk, "complete"),
                partial(book_own, kind.plural, provider.key, guest.key, slot(n, 3)),
                *desk_books(kind, guest, n, count=3),
            ]
        )
    for n, (outcomes, guest, own) in enumerate(zip(race(pool, rounds), people, booked, strict=True)):
        assert outcomes[0] == "deleted 1"
        assert outcomes[3] == "won"
        assert outcomes[4] in ("Conflict", "Forbidden", "DoesNotExist")
        assert Counter([*outcomes[1:3], *outcomes[5:]]) == {"won": 1, "Conflict": 4}
        assert {booking.booked_by_id for booking in own} == {guest.user_id}
        assert [now_at(booking) for booking in own[2:]] == [slot(n, 3), slot(n, 4)]
        assert login_of(guest) is None


@pytest.mark.usefixtures("full_index")
def test_control_a_full_index_deadlocks_a_first_booking_with_the_desks(kind: Kind, pool: RaceProcesses) -> None:
    """Why the index has a condition: the desk's booking waits for the link, and the link's booking for the desk's.

    PostgreSQL ends one of the two, and the other wins.
    """
    before, (user, guest), host = deadlocks(), known_login(kind), kind.provider().key
    with suppress(OperationalError), transaction.atomic():
        attendee_for(Actor(user), kind.attendee_model)
        start(pool, partial(book_slot, kind.plural, host, guest.key, slot(0)))
        wait_until(lambda: waiting() > 0)
        kind.book(slot(0), attendee_id=guest.key)
    pool.finish()
    assert kind.model.objects.count() == 1
    assert deadlocks() - before == 1
