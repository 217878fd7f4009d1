"""The contract of `book`, for both kinds: working hours, time off, and the desk's way around them."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from appointments.models import Doctor
from bookings.actions import NO_OVERRIDE, Override
from bookings.core.errors import Conflict, Invalid
from bookings.core.interval import Interval
from scheduling.models import Coach
from tests.support.kinds import Kind, at, span

pytestmark = pytest.mark.django_db

OUTSIDE = Override(hours=True, reason="Came from afar")


def open_at(provider: Any, weekday: int, starts_at: time, minutes: int) -> Any:
    provider.working_hours.create(weekday=weekday, starts_at=starts_at, minutes=minutes)
    return provider


def is_open(kind: Kind, provider: Any, when: Interval, override: Override = NO_OVERRIDE) -> bool:
    """Whether the desk can book then; anything else than closed hours fails the test."""
    try:
        kind.book(when, provider=provider, override=override)
    except Invalid as error:
        if list(error.errors) == ["start"]:
            return False
        raise
    return True


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (span(9, 12), True),
        (span(9, 10), True),
        (span(11, 12), True),
        (Interval(at(8, 59), at(10)), False),
        (Interval(at(11), at(12, 1)), False),
        (span(8, 13), False),
        (span(13, 14), False),
        (span(9, 12, day=8), False),
        (span(9, 12, day=14), True),
    ],
)
def test_book_within_one_interval_of_the_hours(kind: Kind, when: Interval, expected: bool) -> None:  # noqa: FBT001
    provider = open_at(kind.provider(), 0, time(9), 180)
    assert is_open(kind, provider, when) == expected


def test_book_over_the_border_of_two_intervals_is_outside(kind: Kind) -> None:
    provider = open_at(open_at(kind.provider(), 0, time(9), 180), 0, time(12), 180)
    assert not is_open(kind, provider, span(11, 13))
    assert is_open(kind, provider, span(11, 12))
    assert is_open(kind, provider, span(12, 13))


def test_book_over_midnight_needs_hours_that_do(kind: Kind) -> None:
    late = open_at(kind.provider(), 0, time(22), 240)
    apart = open_at(open_at(kind.provider(), 0, time(22), 120), 1, time(0), 120)
    over_midnight = Interval(at(23), at(1, day=8))
    assert is_open(kind, late, over_midnight)
    assert not is_open(kind, apart, over_midnight)


def test_book_until_midnight_is_inside(kind: Kind) -> None:
    assert is_open(kind, open_at(kind.provider(), 0, time(22), 120), Interval(at(23), at(0, day=8)))


def test_book_hours_are_wall_time_on_the_date_itself(kind: Kind) -> None:
    provider = open_at(kind.provider(time_zone="America/New_York"), 0, time(9), 60)
    winter = datetime(2030, 1, 7, 14, tzinfo=UTC)
    summer = datetime(2030, 7, 1, 13, tzinfo=UTC)
    hour = timedelta(hours=1)
    assert is_open(kind, provider, Interval(winter, winter + hour))
    assert is_open(kind, provider, Interval(summer, summer + hour))
    assert not is_open(kind, provider, Interval(summer + hour, summer + 2 * hour))


def test_book_weekday_is_the_providers_not_utcs(kind: Kind) -> None:
    provider = open_at(kind.provider(time_zone="Asia/Jakarta"), 0, time(5), 60)
    sunday_evening_utc = Interval(at(22, day=6), at(23, day=6))
    assert is_open(kind, provider, sunday_evening_utc)
    assert not is_open(kind, provider, Interval(at(22), at(23)))


def test_book_without_any_hours_is_open_at_all_times(kind: Kind) -> None:
    assert is_open(kind, kind.provider(), Interval(at(3), at(3, day=8)))


def test_book_without_any_hours_and_without_the_flag_is_closed(kind: Kind) -> None:
    provider = kind.provider(is_always_open=False)
    assert not is_open(kind, provider, span(3, 4))
    open_at(provider, 0, time(3), 60)
    assert is_open(kind, provider, span(3, 4))


def test_hours_count_although_the_flag_is_on(kind: Kind) -> None:
    provider = open_at(kind.provider(is_always_open=True), 0, time(9), 60)
    assert (is_open(kind, provider, span(3, 4)), is_open(kind, provider, span(9, 10))) == (False, True)


@pytest.mark.parametrize(("provider", "expected"), [(Coach, True), (Doctor, False)])
def test_new_coaches_are_open_at_all_times_and_new_doctors_closed(provider: Any, expected: bool) -> None:  # noqa: FBT001
    assert provider.objects.create(name="New").is_always_open == expected


def test_book_outside_the_hours_names_the_zone(kind: Kind) -> None:
    provider = open_at(kind.provider(time_zone="Asia/Jakarta"), 0, time(9), 60)
    with pytest.raises(Invalid) as refused:
        kind.book(span(12, 13), provider=provider)
    assert refused.value.errors == {"start": ["Outside the working hours (Asia/Jakarta)."]}


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (Interval(at(23, day=6), at(0)), True),
        (span(0, 1), False),
        (Interval(at(23), at(0, day=8)), False),
        (Interval(at(23), at(1, day=8)), False),
        (span(0, 1, day=8), True),
    ],
)
def test_book_on_a_whole_day_off_is_refused(kind: Kind, when: Interval, expected: bool) -> None:  # noqa: FBT001
    provider = kind.provider()
    provider.time_off.create(starts_on=date(2030, 1, 7), ends_on=date(2030, 1, 7))
    assert is_open(kind, provider, when) == expected


@pytest.mark.parametrize(
    ("zone", "begins"),
    [("Pacific/Kiritimati", at(10)), ("Pacific/Honolulu", at(10, day=8))],  # 14 hours ahead of, 10 behind UTC
)
def test_book_day_off_is_the_providers_local_day(kind: Kind, zone: str, begins: datetime) -> None:
    provider = kind.provider(time_zone=zone)
    provider.time_off.create(starts_on=date(2030, 1, 8), ends_on=date(2030, 1, 8))
    minute, ends = timedelta(minutes=1), begins + timedelta(days=1)
    assert is_open(kind, provider, Interval(begins - minute, begins))
    assert not is_open(kind, provider, Interval(begins, begins + minute))
    assert not is_open(kind, provider, Interval(ends - minute, ends))
    assert is_open(kind, provider, Interval(ends, ends + minute))


@pytest.mark.parametrize(
    ("when", "expected"), [(span(8, 9), True), (span(9, 10), False), (span(11, 13), False), (span(12, 13), True)]
)
def test_book_in_a_span_off_is_refused(kind: Kind, when: Interval, expected: bool) -> None:  # noqa: FBT001
    provider = kind.provider()
    provider.time_off.create(starts_on=date(2030, 1, 7), starts_at=time(9), ends_on=date(2030, 1, 7), ends_at=time(12))
    assert is_open(kind, provider, when) == expected


def test_book_in_days_off_with_times_is_refused_from_first_to_last(kind: Kind) -> None:
    provider = kind.provider()
    provider.time_off.create(starts_on=date(2030, 1, 7), starts_at=time(15), ends_on=date(2030, 1, 9), ends_at=time(10))
    assert is_open(kind, provider, span(14, 15))
    assert not is_open(kind, provider, span(15, 16))
    assert not is_open(kind, provider, span(3, 4, day=8))
    assert is_open(kind, provider, span(10, 11, day=9))


def test_book_outside_the_hours_by_the_desk_with_a_reason(kind: Kind) -> None:
    provider = open_at(kind.provider(), 0, time(9), 60)
    booking = kind.book(span(20, 21), provider=provider, override=OUTSIDE)
    assert (booking.is_overbooked, booking.override_reason) == (False, "Came from afar")


def test_book_outside_the_hours_still_holds_the_time(kind: Kind) -> None:
    provider = open_at(kind.provider(), 0, time(9), 60)
    kind.book(span(20, 21), provider=provider, override=OUTSIDE)
    with pytest.raises(Conflict):
        kind.book(span(20, 21), provider=provider, override=OUTSIDE)


def test_book_overlap_override_does_not_open_the_hours(kind: Kind) -> None:
    provider = open_at(kind.provider(), 0, time(9), 60)
    assert not is_open(kind, provider, span(20, 21), Override(overlap=True, reason="Emergency"))
