"""Public holidays of countries and regions, from the `holidays` package, imported when the first provider asks."""

import warnings
from datetime import date
from functools import lru_cache

from bookings.core.holiday_calendars import countries


def public_holidays(code: str, first: date, last: date) -> frozenset[date]:
    """The public holidays of a country or region ("DE", "DE-BY") from `first` to `last`, both included.

    Days off in lieu count. Years of which the package knows nothing have none. Raises ValueError for an unknown code.
    """
    return frozenset(
        day for year in range(first.year, last.year + 1) for day in _of_year(code, year) if first <= day <= last
    )


@lru_cache(maxsize=1024)
def _of_year(code: str, year: int) -> frozenset[date]:
    import holidays  # noqa: PLC0415  optional

    country, hyphen, part = code.partition("-")
    if country not in countries() or (hyphen and part not in getattr(holidays, country).subdivisions):
        raise ValueError(f"No public holidays are known for {code!r}.")
    with warnings.catch_warnings():
        # The package warns of years for which it knows only a part, as where the moon decides.
        warnings.simplefilter("ignore", UserWarning)
        return frozenset(holidays.country_holidays(country, subdiv=part or None, years=year))
