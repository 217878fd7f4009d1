"""The writers of hours: what they keep, what they refuse, and which bookings they name. For both kinds."""

from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any

import pytest

from bookings.access.actor import SYSTEM, VISITOR, Actor
from bookings.actions import Override, cancel
from bookings.actions.edit_hours import (
    LeavesOutside,
    add_exception,
    remove_exception,
    set_weekly_hours,
    value_of,
    version_of,
    weekly_rows,
)
from bookings.core.errors import BookingError, Forbidden, Invalid, Stale
from bookings.core.interval import Interval
from bookings.schedule.rules import WeeklyHours
from tests.support.concurrency import in_thread
from tests.support.factories import UserFactory
from tests.support.kinds import Kind, at, span

pytestmark = pytest.mark.django_db

NOW = at(8)
MONDAY = date(2030, 1, 7)


def hours(start: int, end: int, weekday: int = 0, **dates: date) -> WeeklyHours:
    """From one full hour to another, on Mondays unless told otherwise."""
    return WeeklyHours(weekday, time(start), (end - start) * 60, **dates)


def present(provider: Any) -> list[WeeklyHours]:
    """The weekly hours as they are."""
    return [value_of(row) for row in weekly_rows(provider)]


def change(provider: Any, *week: WeeklyHours, **options: Any) -> None:
    """Set the week, as one who has just looked at it."""
    given = {"by": SYSTEM, "seen": version_of(present(provider)), "now": NOW, **options}
    set_weekly_hours(provider, week, **given)


def off(provider: Any, **fields: Any) -> Any:
    """Unsaved time off, this Monday unless told otherwise."""
    return provider.time_off.model(provider=provider, **{"starts_on": MONDAY, "ends_on": MONDAY, **fields})


def extra(provider: Any, start: int, end: int, day: date = MONDAY) -> Any:
    """Unsaved extra hours, this Monday unless told otherwise."""
    return provider.extra_hours.model(
        provider=provider, starts_on=day, starts_at=time(start), minutes=(end - start) * 60
    )


def left_outside(write: Any) -> list[int]:
    """The bookings that a refused change names."""
    with pytest.raises(LeavesOutside) as caught:
        write()
    return [booking.pk for booking in caught.value.bookings]


def run_caught(write: Any) -> str:
    """`won`, or the error's name."""
    try:
        write()
    except BookingError as error:
        return type(error).__name__
    return "won"


# The week


def test_week_is_replaced_and_what_stays_keeps_its_row(kind: Kind) -> None:
    provider = kind.provider()
    change(provider, hours(9, 12), hours(14, 18))
    kept = provider.working_hours.get(starts_at=time(9)).pk

    change(provider, hours(9, 12), hours(15, 18), hours(9, 10, weekday=4, valid_from=MONDAY))

    assert present(provider) == [hours(9, 12), hours(15, 18), hours(9, 10, weekday=4, valid_from=MONDAY)]
    assert provider.working_hours.get(starts_at=time(9), weekday=0).pk == kept


def test_change_of_hours_that_others_changed_is_stale(kind: Kind) -> None:
    provider = kind.provider()
    seen = version_of(present(provider))
    change(provider, hours(9, 12))

    with pytest.raises(Stale, match="changed in the meantime"):
        change(provider, hours(10, 12), seen=seen)

    assert present(provider) == [hours(9, 12)]


def test_same_change_twice_is_done_once_and_not_stale(kind: Kind) -> None:
    provider = kind.provider()
    seen = version_of(present(provider))

    for _ in range(2):
        change(provider, hours(9, 12), seen=seen)

    assert present(provider) == [hours(9, 12)]


def test_version_knows_no_order() -> None:
    week = [hours(9, 12), hours(14, 18), hours(9, 12, valid_from=MONDAY)]

    assert version_of(week) == version_of(week[::-1]) != version_of(week[:2])


@pytest.mark.parametrize(
    ("week", "message"),
    [
        ([hours(9, 12), hours(9, 11)], "These hours start at the same time as others of this day."),
        ([hours(9, 12), hours(9, 12, valid_from=MONDAY)], "These hours start at the same time as others of this day."),
        ([hours(9, 12, valid_from=MONDAY, valid_until=date(2030, 1, 6))], "Please correct the marked values."),
    ],
)
def test_constraints_have_words_of_their_own(kind: Kind, week: list[WeeklyHours], message: str) -> None:
    provider = kind.provider()

    with pytest.raises(Invalid) as caught:
        change(provider, *week)

    assert (caught.value.message, present(provider)) == (message, [])


def test_constraint_refuses_extra_hours_that_start_with_others(kind: Kind) -> None:
    provider = kind.provider()
    add_exception(extra(provider, 9, 12), by=SYSTEM, now=NOW)

    with pytest.raises(Invalid, match="These hours start at the same time as others"):
        add_exception(extra(provider, 9, 11), by=SYSTEM, now=NOW)


def test_constraint_refuses_time_off_that_ends_before_it_starts(kind: Kind) -> None:
    provider = kind.provider()

    with pytest.raises(Invalid, match="The end must be after the start"):
        add_exception(off(provider, starts_at=time(12), ends_at=time(11)), by=SYSTEM, now=NOW)


def test_exception_added_twice_is_there_once_and_removed_twice_is_gone(kind: Kind) -> None:
    provider = kind.provider()
    for row in (off(provider), off(provider), extra(provider, 9, 12), extra(provider, 9, 12)):
        add_exception(row, by=SYSTEM, now=NOW)
    row = provider.time_off.get()

    for _ in range(2):
        remove_exception(provider.time_off.model(pk=row.pk, provider=provider), by=SYSTEM, now=NOW)

    assert (provider.time_off.count(), provider.extra_hours.count()) == (0, 1)


@pytest.mark.parametrize("who", ["visitor", "attendee", "other provider"])
def test_nobody_else_may_write(kind: Kind, who: str) -> None:
    provider = kind.provider()
    people = {"attendee": kind.attendee, "other provider": kind.provider}
    actor = Actor(people[who](user=UserFactory.create()).user) if who in people else VISITOR
    row = off(provider)
    row.save()

    for write in (
        partial(change, provider, hours(9, 12), by=actor),
        partial(add_exception, extra(provider, 9, 12), by=actor, now=NOW),
        partial(remove_exception, row, by=actor, now=NOW),
    ):
        with pytest.raises(Forbidden):
            write()

    assert (present(provider), provider.time_off.count(), provider.extra_hours.count()) == ([], 1, 0)


# The bookings


def test_week_names_the_bookings_that_it_would_leave_outside(kind: Kind) -> None:
    provider = kind.provider()
    change(provider, hours(9, 17))
    _inside, across, outside = (kind.book(span(*hour), provider=provider) for hour in ((9, 10), (11, 13), (14, 15)))

    assert left_outside(partial(change, provider, hours(9, 12))) == [across.pk, outside.pk]
    assert present(provider) == [hours(9, 17)]


def test_confirmed_change_is_written_and_bookings_stay(kind: Kind) -> None:
    provider = kind.provider()
    booking = kind.book(span(14, 15), provider=provider)
    with pytest.raises(LeavesOutside) as caught:
        change(provider, hours(9, 12))

    change(provider, hours(9, 12), confirmed=caught.value.token)

    booking.refresh_from_db()
    assert (present(provider), booking.status, booking.revision) == ([hours(9, 12)], "booked", 1)


def test_confirmation_is_of_the_named_bookings_alone(kind: Kind) -> None:
    provider = kind.provider()
    first = kind.book(span(14, 15), provider=provider)
    with pytest.raises(LeavesOutside) as caught:
        change(provider, hours(9, 12))
    second = kind.book(span(15, 16), provider=provider)

    again = left_outside(partial(change, provider, hours(9, 12), confirmed=caught.value.token))

    assert (again, present(provider)) == ([first.pk, second.pk], [])


def test_bookings_that_do_not_count(kind: Kind) -> None:
    provider = kind.provider()
    change(provider, hours(9, 17))
    book = partial(kind.book, provider=provider)
    book(span(20, 21), override=Override(hours=True, reason="Emergency"))
    book(span(13, 14), override=Override(hours=True, reason="Lunch"))
    cancel(book(span(14, 15)), by=SYSTEM)
    book(span(10, 11, day=14))
    kind.model.objects.filter(pk=book(span(15, 16)).pk).update(status="pending", expires_at=at(7))
    book(Interval(NOW - timedelta(days=7, hours=-6), NOW - timedelta(days=7, hours=-7)))  # last Monday at two
    kind.book(span(14, 15))

    change(provider, hours(9, 12))

    assert present(provider) == [hours(9, 12)]


def test_bookings_that_were_outside_before_do_not_count(kind: Kind) -> None:
    provider = kind.provider()
    kind.book(span(14, 15), provider=provider)
    with pytest.raises(LeavesOutside) as caught:
        change(provider, hours(9, 12))
    change(provider, hours(9, 12), confirmed=caught.value.token)

    change(provider, hours(9, 11))

    assert present(provider) == [hours(9, 11)]


def test_time_off_names_what_it_closes(kind: Kind) -> None:
    provider = kind.provider()
    inside, _outside = (kind.book(span(hour, hour + 1), provider=provider) for hour in (10, 14))

    assert left_outside(
        partial(add_exception, off(provider, starts_at=time(10, 30), ends_at=time(14)), by=SYSTEM, now=NOW)
    ) == [inside.pk]
    assert not provider.time_off.exists()


def test_first_extra_hours_close_all_other_times(kind: Kind) -> None:
    provider = kind.provider()
    _inside, outside = (kind.book(span(hour, hour + 1), provider=provider) for hour in (10, 14))

    assert left_outside(partial(add_exception, extra(provider, 9, 12), by=SYSTEM, now=NOW)) == [outside.pk]


def test_removed_extra_hours_name_their_bookings(kind: Kind) -> None:
    provider = kind.provider()
    change(provider, hours(9, 12))
    row = extra(provider, 14, 16)
    add_exception(row, by=SYSTEM, now=NOW)
    booking = kind.book(span(14, 15), provider=provider)

    assert left_outside(partial(remove_exception, row, by=SYSTEM, now=NOW)) == [booking.pk]
    assert provider.extra_hours.exists()


def test_hours_are_wall_time_on_both_sides_of_a_change_of_clocks(kind: Kind) -> None:
    provider = kind.provider(time_zone="Europe/Berlin")
    change(provider, hours(9, 17, weekday=4), hours(9, 17, weekday=0))
    winter = Interval(datetime(2030, 3, 29, 8, tzinfo=UTC), datetime(2030, 3, 29, 9, tzinfo=UTC))  # nine o'clock
    summer = Interval(datetime(2030, 4, 1, 7, tzinfo=UTC), datetime(2030, 4, 1, 8, tzinfo=UTC))  # nine o'clock, too
    first, second = (kind.book(each, provider=provider) for each in (winter, summer))

    change(provider, hours(9, 16, weekday=4), hours(9, 16, weekday=0))

    ten = [hours(10, 16, weekday=day) for day in (0, 4)]
    assert left_outside(partial(change, provider, *ten)) == [first.pk, second.pk]


def test_many_are_counted_and_the_first_fifty_named(kind: Kind) -> None:
    provider = kind.provider()
    booked = [
        kind.book(span(hour, hour + 1, day=day), provider=provider).pk for day in (8, 9, 10) for hour in range(18)
    ]

    with pytest.raises(LeavesOutside) as caught:
        change(provider, hours(9, 12))

    assert (caught.value.count, [booking.pk for booking in caught.value.bookings]) == (54, booked[:50])


# At once


@pytest.mark.django_db(transaction=True)
def test_of_two_changes_at_once_the_second_is_told(kind: Kind) -> None:
    provider = kind.provider()
    seen = version_of([])

    with in_thread(partial(change, provider, hours(9, 12), seen=seen)) as first:
        second = first.meanwhile(partial(run_caught, partial(change, provider, hours(10, 12), seen=seen)))

    assert (second, present(provider)) == ("Stale", [hours(9, 12)])


@pytest.mark.django_db(transaction=True)
def test_booking_and_change_at_once_do_not_wait_for_each_other(kind: Kind) -> None:
    provider, attendee = kind.provider(), kind.attendee()

    with in_thread(lambda: kind.book(span(14, 15), provider=provider, attendee=attendee)):
        change(provider, hours(9, 12))
    with in_thread(partial(change, provider, hours(9, 11))):
        kind.book(span(11, 12), provider=provider, attendee=attendee)

    assert (present(provider), kind.model.objects.count()) == ([hours(9, 11)], 2)


@pytest.mark.django_db(transaction=True)
def test_booking_committed_while_a_change_waits_is_named(kind: Kind) -> None:
    provider, attendee = kind.provider(), kind.attendee()

    def write() -> None:
        add_exception(off(provider, starts_on=date(2031, 1, 1), ends_on=date(2031, 1, 1)), by=SYSTEM, now=NOW)
        kind.book(span(14, 15), provider=provider, attendee=attendee)

    with in_thread(write) as other:
        second = other.meanwhile(partial(run_caught, partial(change, provider, hours(9, 12), seen=version_of([]))))

    assert (second, present(provider)) == ("LeavesOutside", [])
