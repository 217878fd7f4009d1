from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bookings.schedule.wall_time import start_of_day


@pytest.mark.parametrize(
    ("zone", "day", "start"),
    [
        ("Europe/Berlin", date(2030, 1, 7), datetime(2030, 1, 6, 23, tzinfo=UTC)),
        ("America/Sao_Paulo", date(2018, 11, 4), datetime(2018, 11, 4, 3, tzinfo=UTC)),  # midnight is skipped
        ("America/Havana", date(2030, 11, 3), datetime(2030, 11, 3, 4, tzinfo=UTC)),  # midnight comes twice
        ("America/Toronto", date(1919, 3, 31), datetime(1919, 3, 31, 4, 30, tzinfo=UTC)),  # 23:30 to 00:30
        ("Pacific/Apia", date(2011, 12, 30), datetime(2011, 12, 30, 10, tzinfo=UTC)),  # the day is skipped
        ("Pacific/Apia", date(2011, 12, 31), datetime(2011, 12, 30, 10, tzinfo=UTC)),
    ],
)
def test_day_starts_at_its_first_instant(zone: str, day: date, start: datetime) -> None:
    assert start_of_day(day, ZoneInfo(zone)) == start
