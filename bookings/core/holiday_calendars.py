"""The countries and regions whose public holidays the `holidays` package knows.

That package is imported when somebody first asks: most sites never do.
"""

import re
from functools import cache

LONGEST_CODE = 16  # the size of a provider's column; two longer codes of the package are left out


@cache
def known_calendars() -> dict[str, str]:
    """Every code with a label, each country before its regions: "DE" is "Germany", "DE-BY" is "Germany, Bayern"."""
    import holidays  # noqa: PLC0415  optional

    found = {}
    for code, label in countries().items():
        parts = {
            f"{code}-{part}": f"{label}, {next((name for name in names if not name.isupper()), part)}"
            for part, names in getattr(holidays, code).get_subdivision_aliases().items()
        }
        found[code] = label
        found.update(sorted(parts.items(), key=lambda item: item[1]))
    return {code: label for code, label in found.items() if len(code) <= LONGEST_CODE}


@cache
def countries() -> dict[str, str]:
    """The ISO 3166-1 alpha-2 codes with the package's English names, ordered by name."""
    from holidays.registry import COUNTRIES  # noqa: PLC0415  optional

    labels = {code: _spaced(class_name) for class_name, code, *_aliases in COUNTRIES.values()}
    return dict(sorted(labels.items(), key=lambda item: item[1]))


def _spaced(class_name: str) -> str:
    """The words of a class name: "BosniaAndHerzegovina" is "Bosnia and Herzegovina"."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", class_name)
    return re.sub(r" (And|Of|The)\b", lambda word: word[0].lower(), words)
