"""Public holidays of countries and regions, from the `holidays` package.

That package is imported when the first provider asks for it: most sites never do.
"""

import re
import warnings
from datetime import date
from functools import cache, lru_cache

LONGEST_CODE = 16  # of a provider's column; the two longer ones are parts of a country that nobody else numbers


def public_holidays(code: str, first: date, last: date) -> frozenset[date]:
    """The public holidays of a country or region ("DE", "DE-BY") from `first` to `last`, both included.

    Days off in lieu count. Years of which the package knows nothing have none. Raises ValueError for an unknown code.
    """
    return frozenset(
        day for year in range(first.year, last.year + 1) for day in _of_year(code, year) if first <= day <= last
    )


@cache
def known_calendars() -> dict[str, str]:
    """Every code with a label, each country before its regions: "DE" is "Germany", "DE-BY" is "Germany, Bayern"."""
    import holidays

    found = {}
    for code, label in _countries().items():
        parts = {
            f"{code}-{part}": f"{label}, {next((name for name in names if not name.isupper()), part)}"
            for part, names in getattr(holidays, code).get_subdivision_aliases().items()
        }
        found[code] = label
        found.update(sorted(parts.items(), key=lambda item: item[1]))
    return {code: label for code, label in found.items() if len(code) <= LONGEST_CODE}


@lru_cache(maxsize=1024)
def _of_year(code: str, year: int) -> frozenset[date]:
    """The public holidays of one year."""
    import holidays

    country, hyphen, part = code.partition("-")
    if country not in _countries() or (hyphen and part not in getattr(holidays, country).subdivisions):
        raise ValueError(f"No public holidays are known for {code!r}.")
    with warnings.catch_warnings():
        # The package warns of years for which it knows only a part, as where the moon decides.
        warnings.simplefilter("ignore", UserWarning)
        return frozenset(holidays.country_holidays(country, subdiv=part or None, years=year))


@cache
def _countries() -> dict[str, str]:
    """The ISO 3166-1 alpha-2 codes with the package's English names, ordered by name."""
    from holidays.registry import COUNTRIES

    labels = {code: _spaced(class_name) for class_name, code, *_aliases in COUNTRIES.values()}
    return dict(sorted(labels.items(), key=lambda item: item[1]))


def _spaced(class_name: str) -> str:
    """The words of a class name: "BosniaAndHerzegovina" is "Bosnia and Herzegovina"."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", class_name)
    return re.sub(r" (And|Of|The)\b", lambda word: word[0].lower(), words)
