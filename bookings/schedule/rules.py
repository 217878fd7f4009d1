"""A provider's rules as plain values. All times are wall-clock times in the provider's zone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Open every week from `starts_at` on `weekday` (Monday is 0) for `minutes` (1 to 1440), over midnight too."""

    weekday: int
    starts_at: time
    minutes: int
    valid_from: date | None = None
    """The first local date on which this interval may begin; None: no first date."""
    valid_until: date | None = None
    """The last local date on which it may begin, inclusive; None: no last date."""

    def is_valid_on(self, day: date) -> bool:
        """Whether this interval may begin on a local date; the weekday is not checked."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


@dataclass(frozen=True, slots=True)
class WallSpan:
    """From one wall time up to, not including, another; naive datetimes, read in the provider's zone."""

    start: datetime
    end: datetime

    @classmethod
    def of_days(
        cls,
        first_day: date,
        starts_at: time | None,
        last_day: date,
        ends_at: time | None,
    ) -> Self:
        """From `starts_at` (or midnight) of the first day to `ends_at` (or midnight after it) of the last."""
        start = datetime.combine(first_day, starts_at or time.min)
        if ends_at:
            return cls(start, datetime.combine(last_day, ends_at))
        return cls(
            start,
            datetime.combine(date.max, time.max)
            if last_day == date.max
            else datetime.combine(last_day + DAY, time.min),
        )

    @classmethod
    def lasting(cls, day: date, starts_at: time, minutes: int) -> Self:
        """The `minutes` of wall time from `starts_at` of a local date, over midnight too."""
        start = datetime.combine(day, starts_at)
        return cls(start, start + timedelta(minutes=minutes))


@dataclass(frozen=True, slots=True)
class Rules:
    """When a provider is open; bookings are not considered."""

    zone: ZoneInfo
    hours: tuple[WeeklyHours, ...] = ()
    extra_hours: tuple[WallSpan, ...] = ()
    """Dated intervals besides the weekly ones."""
    time_off: tuple[WallSpan, ...] = ()
    """Closes weekly and extra hours."""
    holidays: str = ""
    """The country or region ("DE", "DE-BY") on whose public holidays the weekly hours are closed, by wall date, from
    midnight to midnight; extra hours are not. Empty: open on holidays too."""
    is_always_open: bool = False
    """No hours exist, weekly or extra, at any date: all time is open, less time off and holidays."""
