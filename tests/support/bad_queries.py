"""The catalogue of bad query strings, as data; the values are percent-encoded as they are sent."""

import json
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from tests.support.bad_input import NO_INSTANT
from tests.support.kinds import Kind

NO_LIMIT = [
    "",
    "0",
    "201",
    "-1",
    "+1",
    "1.0",
    "1e1",
    "x",
    "null",
    " 1",
    "1 ",
    "%00",
    "%D9%A1",
    "0x1",
    "9" * 20,
    "9" * 400,
    "1,2",
]
NO_CURSOR = ["", "x", "W10", "bnVsbA", "e30", "WzBd", "WzAsMV0", "%00", "%FF", "=", "....", "A" * 2000, "%F0%9F%98%80"]
NO_STATUS = ["", "banana", "BOOKED", "booked,cancelled", "booked ", "%00", "%FF", "1", "*"]
NO_QUERY_NUMBER = [
    "",
    "0",
    "-1",
    "1.5",
    "1e2",
    "x",
    "%00",
    "%FF",
    "%D9%A3",
    "9" * 20,
    "9" * 400,
    "1 ",
    "1,2",
    "0x1",
    "null ",
]
NO_QUERY_HASH_ID = [
    "",
    "x y",
    "%00",
    "%FF",
    "a/b",
    "a%26b",
    "%C3%BC",
    "x" * 65,
    "%F0%9F%98%80",
    "a,b",
    "%EF%BB%BFa",
    "a%0A",
]
NO_DATE = [
    *("2030-01-32", "2030-13-01", "2030-02-29", "2030-00-01", "2030-01-00", "1899-12-31", "2201-01-01", "0000-01-01"),
    *("9999-12-31", "2030-1-7", "20300107", "2030-01-07Z", "2030-01-07%2B07:00", "2030-W02-1", "2030-007", "%D9%A2030"),
    *("2030-01-07T", "2030-01", "2030-01-07/2030-01-08", "-2030-01-07", "%2B2030-01-07", "2030-01-07%00", "%FF"),
]
EXTRA = ["colour=red", "offset=10", "page=2", "limit[]=1", "Limit=1", "%00=1", "q=ada", "%FF=1"]


def wrong_queries(kind: Kind) -> Iterator[tuple[str, str]]:
    """Parameters that a list of bookings refuses, and the query strings."""
    names = kind.model.request_names
    ids = NO_QUERY_HASH_ID if kind.plural == "sessions" else NO_QUERY_NUMBER
    instants = [quote(value) for value in words(NO_INSTANT)] + ["2030-01-01T00:00:00+07:00"]
    by_name = {
        **paging(),
        "status": NO_STATUS,
        "from": instants,
        "to": instants,
        names["provider"]: ids,
        names["attendee"]: ids,
    }
    for name, values in by_name.items():
        yield from ((name, f"{name}={value}") for value in values)
        yield name, f"{name}=1&{name}=1"


def wrong_looks(kind: Kind) -> Iterator[tuple[str, str]]:
    """Parameters that a look for free times refuses from the desk, and the query strings."""
    names = kind.model.request_names
    by_name = {
        "from": [*map(quote, set(words(NO_INSTANT)) - {"2030-01-07"}), *NO_DATE],
        "to": [*map(quote, set(words(NO_INSTANT)) - {"2030-01-07"}), *NO_DATE],
        "duration": [*NO_QUERY_NUMBER, "1441"],
        "service_id": NO_QUERY_NUMBER,
        names["attendee"]: NO_QUERY_HASH_ID if kind.plural == "sessions" else NO_QUERY_NUMBER,
        "limit": [*NO_QUERY_NUMBER, "1001"],
    }
    for name, values in by_name.items():
        yield from ((name, f"{name}={value}") for value in values)
        yield name, f"{name}=1&{name}=1"


def paging() -> dict[str, list[str]]:
    """What every list refuses."""
    return {"limit": NO_LIMIT, "cursor": NO_CURSOR}


def words(values: Iterable[str]) -> Iterator[str]:
    """Those JSON texts that are strings which a URL can hold."""
    for value in map(json.loads, (text for text in values if text.startswith('"'))):
        if len(value) < 1000 and not any("\ud800" <= character <= "\udfff" for character in value):
            yield value
