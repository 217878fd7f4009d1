"""The engine against the walk minute by minute: when clocks change, in every zone, and with random rules."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookings.core.interval import Interval, merge
from bookings.schedule.grid import Grid, slots
from bookings.schedule.openings import Opening, is_open, openings
from bookings.schedule.rules import Rules, WallSpan, WeeklyHours
from bookings.schedule.wall_time import instants
from tests.reference.opening_oracle import Work, changes_of, minutes_at_wall, offered_starts, wall_time, working_minutes
from tests.reference.strategies import (
    MINUTE,
    deterministic,
    grids,
    minutes_of,
    open_spans,
    rules_of,
    wall_spans,
    windows,
)

WALKED_ZONES = """
Africa/Cairo Africa/Casablanca Africa/El_Aaiun Africa/Juba Africa/Khartoum Africa/Sao_Tome Africa/Tripoli
Africa/Windhoek America/Asuncion America/Caracas America/Godthab America/Havana America/Mexico_City America/Miquelon
America/New_York America/Nuuk America/Port-au-Prince America/Santiago America/Sao_Paulo America/Scoresbysund
America/St_Johns Antarctica/Casey Antarctica/Troll Antarctica/Vostok Asia/Amman Asia/Anadyr Asia/Beirut Asia/Colombo
Asia/Damascus Asia/Dhaka Asia/Gaza Asia/Hebron Asia/Jerusalem Asia/Kathmandu Asia/Pyongyang Asia/Tehran
Asia/Ulaanbaatar Atlantic/Azores Australia/Adelaide Australia/Lord_Howe Australia/Sydney Europe/Berlin Europe/Chisinau
Europe/Dublin Europe/Istanbul Europe/London Europe/Moscow Europe/Volgograd Pacific/Apia Pacific/Auckland
Pacific/Chatham Pacific/Easter Pacific/Fakaofo Pacific/Fiji Pacific/Norfolk Pacific/Tongatapu
""".split()  # noqa: SIM905 - a line for each of the 56 says no more
ODD_YEARS = {
    "Africa/Casablanca": {2018, 2027},  # to +01 for good; Ramadan
    "America/Caracas": {2007, 2016},  # half an hour
    "America/Sao_Paulo": {2018},  # midnight becomes 01:00, and 23:00 of the day before
    "America/St_Johns": {2010},  # 00:01 becomes 23:01 of the day before
    "Antarctica/Casey": {2010, 2018},  # three hours
    "Antarctica/Vostok": {2023},
    "Asia/Pyongyang": {2015, 2018},  # half an hour
    "Pacific/Apia": {2011},  # the day that never was
    "Pacific/Fakaofo": {2011},  # likewise
}
TRANSITIONS = [
    ("Europe/London", date(2030, 3, 31)),
    ("America/New_York", date(2030, 11, 3)),
    ("Australia/Lord_Howe", date(2030, 4, 7)),  # half an hour
    ("Australia/Lord_Howe", date(2030, 10, 6)),
    ("Africa/Casablanca", date(2027, 2, 7)),  # back for Ramadan: five weeks
    ("Pacific/Apia", date(2011, 12, 30)),  # the day that never was
    ("America/Santiago", date(2030, 4, 7)),  # midnight becomes 23:00 of the day before
    ("America/Santiago", date(2030, 9, 8)),  # midnight becomes 01:00
    ("America/Sao_Paulo", date(2018, 2, 18)),
    ("America/St_Johns", date(2010, 11, 7)),  # 00:01 becomes 23:01 of the day before
    ("Asia/Kathmandu", date(2030, 6, 1)),  # +05:45, no change
    ("Europe/Berlin", date(2026, 12, 25)),  # a holiday
    ("Asia/Singapore", date(1982, 1, 1)),  # half an hour on, at the turn of the year
]
ALL_ZONES = sorted(available_timezones())
REACH = timedelta(hours=26)


def sampled_years(zone: str) -> list[int]:
    """Every eighth year from 2000 to 2040, beginning with another one for each zone; and those known to be odd."""
    first = 2000 + WALKED_ZONES.index(zone) % 8
    return sorted({*range(first, 2041, 8)} | ODD_YEARS.get(zone, set()))


def rules_around(zone: ZoneInfo, day: date) -> Rules:
    """Hours that lie across all that a clock does at night, and something of every kind."""
    yesterday, tomorrow = day - timedelta(days=1), day + timedelta(days=1)
    weekly = [(time(0, 15), 50), (time(1, 20), 100), (time(9), 480), (time(22, 40), 200)]
    return Rules(
        zone=zone,
        hours=(
            *(WeeklyHours(weekday, at, minutes) for weekday in range(7) for at, minutes in weekly),
            WeeklyHours(day.weekday(), time(2, 5), 60, valid_from=day, valid_until=day),
            WeeklyHours(day.weekday(), time(4), 60, valid_until=yesterday),
            WeeklyHours(yesterday.weekday(), time(18), 1440, valid_from=yesterday),
        ),
        extra_hours=(WallSpan.lasting(day, time(2, 10), 95), WallSpan.lasting(yesterday, time(23, 50), 300)),
        time_off=(
            WallSpan.of_days(day, time(2, 30), day, time(2, 50)),
            WallSpan.of_days(tomorrow, time(3), tomorrow, time(9, 30)),
        ),
    )


def cut(found: list[Opening]) -> list[tuple[datetime, datetime, list[datetime]]]:
    """The openings in a form that compares with `walked`."""
    return sorted((opening.wall.start, opening.wall.end, sorted(minutes_of(opening.spans))) for opening in found)


def walked(works: dict[Work, set[datetime]]) -> list[tuple[datetime, datetime, list[datetime]]]:
    """The openings as the walk finds them."""
    return sorted((work.start, work.end, sorted(minutes)) for work, minutes in works.items())


def assert_agrees(rules: Rules, window: Interval, grid: Grid, free: list[Interval], starts: Interval) -> None:
    """Openings and slots are those of the walk."""
    found, works = openings(rules, window), working_minutes(rules, window)
    assert cut(found) == walked(works)
    offered = slots(found, rules.zone, free, grid, starts)
    assert [slot.start for slot in offered] == offered_starts(works, rules.zone, free, grid, starts)
    assert all(slot.length == grid.length for slot in offered)


@pytest.mark.parametrize("name", WALKED_ZONES)
def test_days_with_a_change_are_those_of_the_walk(name: str) -> None:
    zone = ZoneInfo(name)
    changes = [at for year in sampled_years(name) for at in changes_of(zone, year)]
    for n, at in enumerate(changes or [datetime(2030, 6, 1, tzinfo=UTC)]):
        window = Interval(at - REACH, at + REACH)
        rules = rules_around(zone, wall_time(at, zone).date())
        grid = Grid(step=(15, 20, 25, 30, 60)[n % 5] * MINUTE, length=(30, 45, 15, 60)[n % 4] * MINUTE)
        assert_agrees(rules, window, grid, [window], window)


@pytest.mark.parametrize("name", WALKED_ZONES)
def test_days_with_a_change_without_hours_are_those_of_the_walk(name: str) -> None:
    zone = ZoneInfo(name)
    changes = [at for year in sampled_years(name)[::2] for at in changes_of(zone, year)]
    for at in changes:
        window = Interval(at - REACH / 2, at + REACH / 2)
        rules = Rules(zone, time_off=rules_around(zone, wall_time(at, zone).date()).time_off, is_always_open=True)
        assert_agrees(rules, window, Grid(45 * MINUTE, 60 * MINUTE), [window], window)


def test_every_zone_on_its_days_with_a_change_is_that_of_the_walk() -> None:
    disagreeing, walks = [], 0
    for zone in map(ZoneInfo, ALL_ZONES):
        for at in changes_of(zone, 2030):
            window = Interval(at - timedelta(hours=5), at + timedelta(hours=5))
            rules = rules_around(zone, wall_time(at, zone).date())
            walks += 1
            if cut(openings(rules, window)) != walked(working_minutes(rules, window)):
                disagreeing.append((zone.key, at))
    assert disagreeing == []
    assert walks > 200


def test_changes_of_the_walk_are_found_by_asking_every_minute_too() -> None:
    for name, year in (("Europe/London", 2030), ("Australia/Lord_Howe", 2030), ("America/St_Johns", 2010)):
        zone = ZoneInfo(name)
        first, last = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
        offsets = [(first + n * MINUTE).astimezone(zone).utcoffset() for n in range((last - first) // MINUTE)]
        changes = [first + n * MINUTE for n in range(1, len(offsets)) if offsets[n] != offsets[n - 1]]
        assert [at.date() for at in changes] == [(at - MINUTE).date() for at in changes_of(zone, year)]


@pytest.mark.parametrize(("zone", "day"), TRANSITIONS)
@settings(deterministic, max_examples=30)
@given(data=st.data())
def test_instants_around_a_transition_are_those_of_the_walk(zone: str, day: date, data: st.DataObject) -> None:
    wall, window = data.draw(wall_spans(day)), data.draw(windows(day))
    spans = instants(wall, ZoneInfo(zone), window)
    assert minutes_of(spans) == minutes_at_wall(wall, ZoneInfo(zone), window)
    assert all(a.end < b.start for a, b in pairwise(spans))


@pytest.mark.parametrize(("zone", "day"), TRANSITIONS)
@settings(deterministic, max_examples=25)
@given(data=st.data())
def test_random_rules_are_those_of_the_walk(zone: str, day: date, data: st.DataObject) -> None:
    rules, window = data.draw(rules_of(ZoneInfo(zone), day)), data.draw(windows(day))
    free = data.draw(st.lists(windows(day), max_size=4)) + data.draw(st.sampled_from([[], [window]]))
    assert_agrees(rules, window, data.draw(grids), free, data.draw(windows(day)))


@settings(deterministic, max_examples=100)
@given(data=st.data(), zone=st.sampled_from(ALL_ZONES), day=st.dates(date(1973, 1, 1), date(2060, 12, 31)))
def test_random_rules_in_any_zone_are_those_of_the_walk(zone: str, day: date, data: st.DataObject) -> None:
    rules, window = data.draw(rules_of(ZoneInfo(zone), day)), data.draw(windows(day))
    assert_agrees(rules, window, data.draw(grids), [window], window)


@pytest.mark.parametrize(("zone", "day"), TRANSITIONS)
@settings(deterministic, max_examples=20)
@given(data=st.data())
def test_open_spans_are_those_of_the_openings(zone: str, day: date, data: st.DataObject) -> None:
    rules, window = data.draw(rules_of(ZoneInfo(zone), day)), data.draw(windows(day))
    spans = open_spans(rules, window)
    found = openings(rules, window)
    assert minutes_of(spans) == {at for opening in found for at in minutes_of(opening.spans)}
    assert spans == sorted(spans)
    assert all(merge(opening.spans) == list(opening.spans) for opening in found)
    assert all(window.contains(span) for span in spans)


@pytest.mark.parametrize(("zone", "day"), TRANSITIONS)
def test_is_open_short_spans_are_those_of_the_walk(zone: str, day: date) -> None:
    """As `book` asks: a span as short as the booking, also where the clock goes back over midnight."""
    midnight = datetime.combine(day, time(0), tzinfo=ZoneInfo(zone)).astimezone(UTC)
    window = Interval(midnight - timedelta(hours=4), midnight + timedelta(hours=8))
    for rules in (
        rules_around(ZoneInfo(zone), day),
        Rules(ZoneInfo(zone), time_off=(WallSpan.of_days(day, time(0, 30), day, time(1)),), is_always_open=True),
    ):
        works = working_minutes(rules, window).values()
        for n in range(0, 660, 7):
            span = Interval(window.start + n * MINUTE, window.start + (n + 45) * MINUTE)
            assert is_open(rules, span) == any(minutes_of([span]) <= minutes for minutes in works)
