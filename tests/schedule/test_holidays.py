import warnings
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bookings.core.holiday_calendars import known_calendars
from bookings.core.interval import Interval
from bookings.models import Provider
from bookings.schedule.holidays import public_holidays
from bookings.schedule.openings import is_open
from bookings.schedule.rules import Rules, WallSpan, WeeklyHours
from tests.reference.strategies import open_spans

BERLIN = ZoneInfo("Europe/Berlin")
EVERY_DAY = tuple(WeeklyHours(weekday, time(9), 60) for weekday in range(7))


def wall(day: int, hour: int) -> datetime:
    """A wall time of December 2030 in Berlin, in which Christmas is closed on the 25th and 26th."""
    return datetime(2030, 12, day, hour, tzinfo=BERLIN).astimezone(UTC)


CHRISTMAS = Interval(wall(23, 0), wall(29, 0))


def test_public_holidays_of_a_region_are_more_than_those_of_its_country() -> None:
    january = date(2030, 1, 1), date(2030, 1, 31)
    assert public_holidays("DE", *january) == {date(2030, 1, 1)}
    assert public_holidays("DE-BY", *january) == {date(2030, 1, 1), date(2030, 1, 6)}


def test_public_holidays_are_bounded_and_cross_the_turn_of_the_year() -> None:
    assert public_holidays("DE", date(2030, 12, 26), date(2031, 1, 1)) == {date(2030, 12, 26), date(2031, 1, 1)}
    assert public_holidays("DE", date(2030, 12, 27), date(2030, 12, 31)) == set()


def test_public_holidays_in_lieu_count_in_the_year_before_too() -> None:
    assert date(2027, 12, 31) in public_holidays("US", date(2027, 12, 1), date(2027, 12, 31))


@pytest.mark.parametrize("code", ["", "XX", "de", "DEU", "UK", "DE-", "DE-XX", "DE_BY", "date", "DE-BY-1"])
def test_public_holidays_of_an_unknown_code_are_refused(code: str) -> None:
    with pytest.raises(ValueError, match="No public holidays"):
        public_holidays(code, date(2030, 1, 1), date(2030, 1, 2))
    assert code not in known_calendars()


@pytest.mark.parametrize("year", [1900, 1950, 2050, 2200])
def test_public_holidays_of_every_calendar_are_told_in_silence_for_any_year(year: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for code in known_calendars():
            days = public_holidays(code, date(year, 1, 1), date(year, 12, 31))
            assert all(day.year == year for day in days)


def test_known_calendars_have_readable_labels_countries_before_their_regions() -> None:
    labels = known_calendars()
    assert labels["DE"] == "Germany"
    assert labels["DE-BY"] == "Germany, Bayern"
    assert labels["BA"] == "Bosnia and Herzegovina"
    assert labels["CD"] == "DR Congo"
    assert labels["US-CA"] == "United States, California"
    codes = list(labels)
    assert codes.index("DE") + 1 == codes.index("DE-Augsburg")
    assert list(labels) == sorted(codes, key=lambda code: (labels[code.partition("-")[0]], labels[code]))


def test_known_calendars_fit_into_the_column() -> None:
    longest = Provider._meta.get_field("holiday_calendar").max_length
    assert longest
    assert max(map(len, known_calendars())) <= longest


def test_holidays_close_weekly_hours() -> None:
    spans = open_spans(Rules(BERLIN, EVERY_DAY, holidays="DE"), CHRISTMAS)
    assert [span.start.day for span in spans] == [23, 24, 27, 28]


def test_holidays_do_not_close_extra_hours() -> None:
    extra = WallSpan.lasting(date(2030, 12, 25), time(10), 60)
    spans = open_spans(Rules(BERLIN, EVERY_DAY, extra_hours=(extra,), holidays="DE"), CHRISTMAS)
    assert [span.start.day for span in spans] == [23, 24, 25, 27, 28]


def test_holidays_close_from_midnight_to_midnight() -> None:
    nights = tuple(WeeklyHours(weekday, time(22), 480) for weekday in range(7))
    spans = open_spans(Rules(BERLIN, nights, holidays="DE"), Interval(wall(24, 12), wall(27, 12)))
    assert spans == [
        Interval(wall(24, 22), wall(25, 0)),
        Interval(wall(27, 0), wall(27, 6)),
    ]


def test_holidays_close_who_is_always_open() -> None:
    rules = Rules(BERLIN, holidays="DE", is_always_open=True)
    assert open_spans(rules, CHRISTMAS) == [Interval(wall(23, 0), wall(25, 0)), Interval(wall(27, 0), wall(29, 0))]
    assert not is_open(rules, Interval(wall(24, 23), wall(25, 1)))


def test_holidays_of_an_unknown_code_are_refused() -> None:
    with pytest.raises(ValueError, match="No public holidays"):
        open_spans(Rules(BERLIN, EVERY_DAY, holidays="XX"), CHRISTMAS)
