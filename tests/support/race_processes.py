"""Real processes that compete for a slot, each with a connection of its own to the test database."""

import http.client
import json
import multiprocessing
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any

from bookings.core.interval import Interval

COUNT = 16
PATIENCE = 60.0
SETTINGS = "tests.settings"
Task = Callable[[], str]


@dataclass(frozen=True)
class Finish:
    """How one task ended: `won`, or the error's name or HTTP status; and after how long."""

    outcome: str
    seconds: float


class RaceProcesses:
    """Sixteen processes that do their tasks round by round, each round started together."""

    def __init__(self, database: str) -> None:
        os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
        context = multiprocessing.get_context("forkserver")  # forked from here they would share a connection
        context.set_forkserver_preload(["booking_site.wsgi"])
        self._gate = context.Barrier(COUNT)
        self._pipes: list[Connection] = []
        self._processes = []
        for _number in range(COUNT):
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(database, theirs, self._gate), daemon=True)
            process.start()
            self._pipes.append(ours)
            self._processes.append(process)

    def race(self, rounds: Sequence[Sequence[Task]]) -> list[list[Finish]]:
        """Run all rounds: in each the first process does the first task, and so on."""
        self.start(rounds)
        return self.finish()

    def start(self, rounds: Sequence[Sequence[Task]]) -> None:
        """Let them run; `finish` waits for them."""
        for pipe, tasks in zip(self._pipes, zip(*rounds, strict=True), strict=True):
            pipe.send(tasks)

    def finish(self) -> list[list[Finish]]:
        """What they did, round by round; their connections are closed."""
        if not all(pipe.poll(PATIENCE) for pipe in self._pipes):
            raise TimeoutError("The processes are stuck.")
        return list(map(list, zip(*(pipe.recv() for pipe in self._pipes), strict=True)))

    def close(self) -> None:
        """End the processes, whatever they are doing."""
        for process in self._processes:
            process.kill()
        for process in self._processes:
            process.join()
            process.close()


def _work(database: str, pipe: Connection, gate: Barrier) -> None:
    """The life of one process."""
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    import django

    django.setup()
    from django.db import connection

    connection.settings_dict["NAME"] = database
    # Sixteen processes on a busy machine: who waits for a lock is not refused for it. `races.STALL` bounds the wait.
    connection.settings_dict["OPTIONS"]["options"] += " -c lock_timeout=30s -c statement_timeout=30s"
    while True:
        tasks = pipe.recv()
        connection.ensure_connection()
        finishes = []
        for task in tasks:
            gate.wait(PATIENCE)
            start = time.perf_counter()
            outcome = _outcome(task)
            finishes.append(Finish(outcome, time.perf_counter() - start))
        connection.close()  # PostgreSQL counts a connection's deadlocks at its end at the latest
        pipe.send(finishes)


def _outcome(task: Task) -> str:
    try:
        return task()
    except Exception as error:  # noqa: BLE001  # whatever it is, the test compares its name
        return type(error).__name__


def book_slot(plural: str, provider: Any, attendee: Any, span: Interval) -> str:
    """Book as the desk."""
    _kind(plural).book(span, provider_id=provider, attendee_id=attendee)
    return "won"


def book_own(plural: str, provider: Any, attendee: Any, span: Interval) -> str:
    """Book as the attendee; the rule's name where one refuses."""
    from bookings.core.errors import Invalid

    try:
        _kind(plural).book(span, provider_id=provider, attendee_id=attendee, by=_attendee(plural, attendee))
    except Invalid as error:
        return error.rule
    return "won"


def move_own(plural: str, pk: int, span: Interval, attendee: Any) -> str:
    """Reschedule as the attendee; the rule's name where one refuses."""
    from bookings.actions import reschedule
    from bookings.core.errors import Invalid

    kind = _kind(plural)
    try:
        reschedule(kind.model(pk=pk), by=_attendee(plural, attendee), to=kind.times(span))
    except Invalid as error:
        return error.rule
    return "won"


def _attendee(plural: str, key: Any) -> Any:
    """The actor with this key."""
    from bookings.access.actor import Actor

    people = _kind(plural).attendee_model
    return Actor(people._default_manager.select_related("user").get(**{people.key_field: key}).user)


def cancel_booking(plural: str, pk: int) -> str:
    """Cancel as the desk."""
    return change_booking(plural, pk, "cancel")


def change_booking(plural: str, pk: int, action: str) -> str:
    """Change the state as the desk."""
    from bookings.access.actor import SYSTEM
    from bookings.actions import change_state

    change_state(action, _kind(plural).model(pk=pk), by=SYSTEM)
    return "won"


def move_booking(plural: str, pk: int, span: Interval, provider: Any = None) -> str:
    """Reschedule as the desk; `provider` is another one's key."""
    from bookings.access.actor import SYSTEM
    from bookings.actions import reschedule

    kind = _kind(plural)
    reschedule(kind.model(pk=pk), by=SYSTEM, to=kind.times(span, provider))
    return "won"


def book_batch(plural: str, rows: Sequence[tuple[Any, Any, Interval]], is_all_or_nothing: bool) -> str:  # noqa: FBT001
    """Book several as the desk: how many went in."""
    from bookings.access.actor import SYSTEM
    from bookings.actions import NO_OVERRIDE, book_many
    from bookings.models import Booking

    kind = _kind(plural)
    requests = [(kind.build(span, provider_id=host, attendee_id=guest), NO_OVERRIDE) for host, guest, span in rows]
    results = book_many(requests, by=SYSTEM, is_all_or_nothing=is_all_or_nothing)
    return f"booked {sum(isinstance(result, Booking) for result in results)}"


def expire_all(plural: str) -> str:
    """What the job does: how many it cancelled."""
    from bookings.actions import expire

    return f"expired {expire(_kind(plural).model)}"


def book_once(plural: str, provider: Any, attendee: Any, span: Interval, key: str) -> str:
    """Book with an idempotency key: `first` or `replay`."""
    from bookings.actions.idempotency import Answer, Claim, once

    def write() -> Answer:
        booked = _kind(plural).book(span, provider_id=provider, attendee_id=attendee)
        return Answer(201, str(booked.pk))

    return "replay" if once(Claim("test", key, "same"), write).is_replay else "first"


def book_first(plural: str, provider: Any, login: int, span: Interval) -> str:
    """Book for oneself for the first time: the record with the login's address is linked."""
    from accounts.models import User
    from bookings.access.actor import Actor
    from bookings.actions.book_for_self import book_for_self

    booking = _kind(plural).build(span, provider_id=provider, attendee=None)
    book_for_self(booking, by=Actor(User.objects.get(pk=login)))
    return "won"


def unlink(plural: str, attendee: Any) -> str:
    """Take an attendee's login away, as the admin does."""
    from bookings.core.transactions import unit_of_work

    people = _kind(plural).attendee_model
    person = people._default_manager.get(**{people.key_field: attendee})
    person.user = None
    unit_of_work(person.save)()
    return "won"


def delete_login(login: int) -> str:
    """Delete a login: how many there were."""
    from bookings.actions.delete_logins import delete_logins

    return f"deleted {delete_logins([login])}"


def post(address: str, path: str, token: str, body: dict[str, Any]) -> str:
    """POST as JSON and return the status."""
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=PATIENCE)
    headers = {"Content-Type": "application/json", "Authorization": f"Token {token}"}
    connection.request("POST", path, json.dumps(body), headers)
    with connection.getresponse() as response:
        response.read()
        return str(response.status)


def look_then_insert(lock: int) -> str:
    """What not to do: see that the slot is free, then take it; the lock makes all look before any takes."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM unguarded")
        is_free = cursor.fetchone() == (0,)
        cursor.execute("SET LOCAL lock_timeout = 0")
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [lock])
        if is_free:
            cursor.execute("INSERT INTO unguarded DEFAULT VALUES")
    return "won" if is_free else "Conflict"


def count_then_book(plural: str, provider: Any, attendee: Any, span: Interval, most: int, lock: int) -> str:
    """What not to do: count the provider's bookings without a lock, then book; `lock` makes all count before any."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        is_free = _kind(plural).model.objects.of_provider(provider).count() < most
        cursor.execute("SET LOCAL lock_timeout = 0")
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [lock])
        return book_slot(plural, provider, attendee, span) if is_free else "day_limit"


def lock_crosswise(first: int, second: int) -> str:
    """Take two locks, one at a time; two processes in opposite order deadlock."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [first])
        time.sleep(0.3)
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [second])
    return "won"


def do_nothing() -> str:
    """Sit a round out."""
    return "sat out"


def _kind(plural: str) -> Any:
    from tests.support.kinds import KINDS

    return next(kind for kind in KINDS if kind.plural == plural)
