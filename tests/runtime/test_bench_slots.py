"""The benchmark's bookings: as many as it says, as dense at every size, and the right answers to what it asks."""

from datetime import date

import pytest

from bench.errors import BenchError
from bench.slots.data import A_DAY, ASKED, BOOKED_A_DAY, FREE_SLOTS, FULL_DAYS, SOON_DAYS, Layout, coming_monday

MONDAY = date(2026, 11, 30)


@pytest.mark.parametrize("rows", [10_000, 60_000, 1_000_000, 10_000_000])
def test_layout_holds_all_bookings(rows: int) -> None:
    layout = Layout(rows, MONDAY)

    alone = layout.asked_alone * ASKED * BOOKED_A_DAY

    assert layout.before + layout.ahead * A_DAY + alone == rows
    assert layout.ahead >= SOON_DAYS
    assert layout.ahead + layout.asked_alone >= FULL_DAYS


def test_layout_of_too_few_bookings_is_refused() -> None:
    with pytest.raises(BenchError, match="too few"):
        _ = Layout(9_000, MONDAY).before


def test_free_starts_are_four_of_each_working_day() -> None:
    starts = Layout(10_000, MONDAY).free_starts(provider=3)

    assert len(set(starts)) == FREE_SLOTS
    assert {start.weekday() for start in starts} == set(range(5))
    assert [f"{start:%d. %H:%M}" for start in starts[:4]] == ["30. 02:30", "30. 04:30", "30. 06:30", "30. 08:30"]


def test_earliest_free_takes_providers_in_turn() -> None:
    found = Layout(10_000, MONDAY).earliest_free(providers=8, limit=3)

    assert [(f"{start:%H:%M}", provider) for start, provider in found] == [("01:00", 4), ("01:00", 8), ("01:30", 1)]


@pytest.mark.parametrize("today", [date(2026, 11, 22), date(2026, 11, 23)])
def test_coming_monday_is_a_week_ahead(today: date) -> None:
    monday = coming_monday(today)

    assert monday.weekday() == 0
    assert 7 < (monday - today).days <= 14
