"""Public holidays of countries and regions, from the `holidays` package.

That package is imported when the first provider asks for it: most sites never do.
"""

import re
import warnings
from datetime import date
from functools import cache, lru_cache

LONGEST_CODE = 16  # of a provider's column; the few longer ones are cities


def public_holidays(code: str, first: date, last: date) -> frozenset[date]:
    """The public holidays of a country or region ("DE", "DE-BY") from `first` to `last`, both included.

    Days off in lieu count. Years of which the package knows nothing have none. Raises ValueError for an unknown code.
    """
    return frozenset(
        day for year in range(first.year, last.year + 1) for day in _of_year(code, year) if first <= day <= last
    )


@cache
def known_calendars() -> dict[str, str]:
    """Every code with a label, the country before its regions: "DE" is "Germany", "DE-BY" is "Germany, Bayern"."""
    import holidays
    from holidays.registry import COUNTRIES

    found = {}
    for class_name, code, *_others in COUNTRIES.values():
        country = getattr(holidays, code)
        found[code] = label = _spaced(class_name)
        names = country.get_subdivision_aliases()
        for part in country.subdivisions:
            found[f"{code}-{part}"] = f"{label}, {max(names[part], key=len, default=part)}"
    return {code: found[code] for code in sorted(found, key=lambda code: _sort_key(found, code)) if _fits(code)}


@lru_cache(maxsize=1024)
def _of_year(code: str, year: int) -> frozenset[date]:
    """The public holidays of one year."""
    from holidays import country_holidays

    if code not in known_calendars():
        raise ValueError(f"No public holidays are known for {code!r}.")
    country, _hyphen, part = code.partition("-")
    with warnings.catch_warnings():
        # The package warns of years for which it knows only a part, as for lunar calendars.
        warnings.simplefilter("ignore", UserWarning)
        return frozenset(country_holidays(country, subdiv=part or None, years=year))


def _sort_key(labels: dict[str, str], code: str) -> tuple[str, str]:
    """By the country's label, then its own: the country first, as its label begins all its regions'."""
    return labels[code.partition("-")[0]], labels[code]


def _fits(code: str) -> bool:
    return len(code) <= LONGEST_CODE


def _spaced(class_name: str) -> str:
    """The words of a class name: "BosniaAndHerzegovina" is "Bosnia And Herzegovina"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", class_name)
