"""The catalogue of bad bodies, as data: values by what they fail to be, and what is no JSON object.

A value is JSON text, so that what Python cannot hold (1e400, a key twice, 01) is told as it is sent.
"""

import json
from typing import Any

from tests.support.kinds import Kind


def texts(*values: Any) -> list[str]:
    """Python values as JSON text; characters beyond ASCII escaped, so that lone surrogates can be told."""
    return [json.dumps(value) for value in values]


HUGE = ["1e400", "-1e400", "1e-400", "9" * 400, f"-{'9' * 400}"]
NO_TEXT = [*texts(None, 0, 1, 1.5, [], {}, ["x"], {"x": "x"}), "true", "false", *HUGE]
NO_NUMBER = [
    "true",
    "false",
    *texts(None, 1.0, 1.5, -1, 0, 2**63, 2**64, 10**30, -(2**63)),
    *texts("", " ", "1", "60", "0x10", "1e2", "NaN", "٣", "\uff11", "①", "\u0000", "\ud800", [], {}, [1], {"id": 1}),
    *[*HUGE, "60.0", "6e1", "6E+1", "-0.0", "-0", "1e0"],
]
NO_HASH_ID = [
    *NO_TEXT,
    *texts(123, "", " ", "a b", " a", "a ", "a/b", "a?b", "a#b", "a%20b", "a&b", "a:b", "a@b", "a+b", "a,b"),
    *texts(
        "../a", "ü", "u\u0308", "٣", "😀", "a\n", "\na", "a\tb", "a\r\nb", "\u0000", "a\u0000", "\ufeffa", "\u202ea"
    ),
    *texts("\ud800", "\udfff", "x" * 65, "x" * 10_000, "'; DROP TABLE sessions; --", "<b>", '"'),
]
NO_INSTANT = [
    *NO_TEXT,
    *texts("", " ", "now", "today", "tomorrow", "0", "1893456000", "null", "-", "T", "Z", "2030"),
    *texts("2030-01-07", "10:00:00Z", "2030-01-07T10:00:00", "2030-01-07T10:00Z", "2030-01-07T10Z", "2030-01-07TZ"),
    *texts("2030-01-07 10:00:00Z", "2030-01-07_10:00:00Z", "2030-01-07\u00a010:00:00Z", " 2030-01-07T10:00:00Z"),
    *texts("2030-01-07T10:00:00Z ", "2030-01-07T10:00:00Z\n", "2030-01-07T10:00:00z0", "2030-01-07T10:00:00ZZ"),
    *texts("2030-01-07T10:00:00+05", "2030-01-07T10:00:00+0500", "2030-01-07T10:00:00+05:60"),
    *texts("2030-01-07T10:00:00+24:00", "2030-01-07T10:00:00-99:99", "2030-01-07T10:00:00+5:00"),
    *texts("2030-01-07T10:00:00\u221205:00", "2030-01-07T10:00:00+05:00:00", "2030-01-07T10:00:00 Europe/Berlin"),
    *texts("2030-01-07T10:00:00[Europe/Berlin]", "2030-01-07T10:00:00Z[UTC]", "2030-01-07T10:00:00 UTC"),
    *texts("2030-01-07T24:00:00Z", "2030-01-07T25:00:00Z", "2030-01-07T10:60:00Z", "2030-01-07T10:00:60Z"),
    *texts("2030-01-07T23:59:60Z", "2016-12-31T23:59:60Z", "2030-01-07T10:00:00,5Z", "2030-01-07T10:00:00.Z"),
    *texts("2030-01-07T10:00:00.1234567Z", "2030-1-7T10:00:00Z", "2030-001T10:00:00Z", "2030-W02-1T10:00:00Z"),
    *texts("2030-00-07T10:00:00Z", "2030-13-01T10:00:00Z", "2030-01-00T10:00:00Z", "2030-01-32T10:00:00Z"),
    *texts("2030-02-29T10:00:00Z", "2030-02-30T10:00:00Z", "2100-02-29T10:00:00Z", "2030-04-31T10:00:00Z"),
    *texts("0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "-001-01-01T00:00:00Z", "1899-12-31T23:59:59Z"),
    *texts("1900-01-01T00:00:00+01:00", "2200-12-31T23:59:59-01:00", "2201-01-01T00:00:00Z", "9999-12-31T23:59:59Z"),
    *texts("10000-01-01T00:00:00Z", "+2030-01-07T10:00:00Z", "20300107T100000Z", "07.01.2030 10:00", "1/7/2030 10:00"),
    *texts(
        "Mon, 07 Jan 2030 10:00:00 GMT",
        "2030-01-07T10:00:00\u0000Z",
        "٢٠٣٠-01-07T10:00:00Z",
        "\uff12\uff10\uff13\uff10-01-07T10:00:00Z",
    ),
    *texts("\ufeff2030-01-07T10:00:00Z", "2030\u201001-07T10:00:00Z", "\u0000", "\ud800", "x" * 10_000),
]
NO_NOTE = [*NO_TEXT, *texts("\u0000", "a\u0007b", "\u001b[2J", "\u007f", "\ud800", "\udfff", "x" * 2001)]
NO_REASON = [*NO_TEXT, *texts("\u0000", "a\u0007b", "\ud800", "x" * 501)]
NO_OVERRIDE = [
    "true",
    *texts(None, 1, [], "yes", [{}], {"hours": 1}, {"hours": "true", "reason": "x"}, {"reason": 5}),
    *texts({"overlap": True}, {"overlap": None, "reason": "x"}, {"hours": True, "reason": None}, {"hours": True}),
    *texts({"overlap": True, "reason": ""}, {"overlap": True, "reason": " "}, {"overlap": True, "reason": "x" * 501}),
    *texts({"overlap": True, "reason": "x", "colour": "red"}, {"overlap": [True], "reason": "x"}, {"": True}),
    *texts({"overlap": True, "reason": "\u0000"}, {"overlap": True, "reason": "\ud800"}, {"OVERLAP": True}),
]
NO_NAME = [
    *NO_TEXT,
    *texts(
        "\u0000", "a\nb", "a\r\nBcc: x", "a\tb", "a\u0085b", "a\u2028b", "a\u2029b", "\u202eadA", "\u2066a", "\u001b[2J"
    ),
    *texts("\ud800", "\udfff", "x" * 201),
]
NO_PHONE = [*NO_TEXT, *texts("\u0000", "1\n2", "\ud800", "0" * 51)]
NO_EMAIL = [
    *NO_TEXT,
    *texts("", " ", "ada", "@", "ada@", "@example.org", "ada@example", "ada @example.org", "ada@@example.org"),
    *texts("a@b@c.org"),
    *texts(
        "ada@example..org", "ada@-example.org", "ada@example.org\n", "ada@example.org\r\nBcc: x@y.z", "a,b@example.org"
    ),
    *texts(
        "Ada <ada@example.org>",
        "ada@exam\u0000ple.org",
        "ada@\ud800.org",
        "x" * 250 + "@example.org",
        "ada.@example.org",
    ),
]
NO_ZONE = [
    *NO_TEXT,
    *texts(
        "", " ", "Mars/Olympus", "europe/berlin", "Europe/Berlin ", "+07:00", "UTC+7", "CET-1CEST", "../UTC", "/etc"
    ),
    *texts("Europe", "Europe/", "\u0000", "UTC\u0000", "\ud800", "x" * 10_000),
]

NO_BODY: list[bytes] = [
    *[
        b"",
        b" ",
        b"\n",
        b"null",
        b"[]",
        b"[{}]",
        b'"x"',
        b"1",
        b"1.5",
        b"true",
        b"false",
        b"{",
        b"}",
        b"{}",
        b"[",
        b"{]",
    ],
    *[b'{"a": 1}', b"{'a': 1}", b"{a: 1}", b'{"a": 1,}', b'{"a" 1}', b'{"a":}', b'{"a": 1, "a": 1}', b"{} {}", b"{},"],
    *[
        b"// x\n{}",
        b"/* x */ {}",
        b"# x",
        b"<a/>",
        b"a=1",
        b"---\na: 1",
        b"\x00",
        b"{}\x00",
        b'{"a": "\x00"}',
        b'{"a": "\x01"}',
    ],
    *[
        b'{"a": "\n"}',
        b'{"a": 01}',
        b'{"a": +1}',
        b'{"a": .5}',
        b'{"a": 1.}',
        b'{"a": 0x1}',
        b'{"a": 1e}',
        b'{"a": --1}',
    ],
    *[
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": -Infinity}',
        b'{"a": nan}',
        b'{"a": True}',
        b'{"a": None}',
        b'{"a": undefined}',
    ],
    *[
        b'{"a": "\\x41"}',
        b'{"a": "\\u12"}',
        b'{"a": "\\ud800"',
        b'{"a": "',
        b'{"a',
        b"\xff",
        b'{"a": "\xff"}',
        b'{"a": "\xc0\x80"}',
    ],
    *[
        b'{"a": "\xed\xa0\x80"}',
        b'{"a": "\xf4\x90\x80\x80"}',
        b"\xef\xbb\xbf{}",
        b"\xef\xbb\xbf",
        "{}".encode("utf-16"),
        "{}".encode("utf-32"),
    ],
    *[
        "{}".encode("utf-16-le"),
        b"[" * 30_000,
        b'{"a":' * 10_000,
        b"[" * 15 + b"{" * 15,
        b'{"a": ' + b"9" * 5000 + b"}",
    ],
]
"""Bodies that are not one JSON object in UTF-8, or not in the envelope."""


def wrong_values(kind: Kind) -> list[tuple[str, str]]:
    """The fields of one kind of booking, with values that they refuse in a booking by the desk."""
    names = kind.model.request_names
    ids = NO_HASH_ID if kind.plural == "sessions" else NO_NUMBER
    by_field = {
        names["provider"]: ids,
        names["attendee"]: ids,
        **wrong_times(kind),
        "service_id": NO_NUMBER,
        "note": NO_NOTE,
        "override": NO_OVERRIDE,
        **{
            key: ['"x"', "null"]
            for key in ("colour", "id", "status", "revision", "", "START", "\x00", "__proto__", "ï")
        },
    }
    return pairs(by_field)


def wrong_times(kind: Kind) -> dict[str, list[str]]:
    """The two time fields; the other one says ten o'clock, or an hour."""
    names = kind.model.request_names
    too_short_or_long = texts("2030-01-07T10:00:00Z", "2030-01-07T09:00:00Z", "2030-01-08T10:00:01Z")
    ends = [*NO_NUMBER, *texts(1441, 10**9)] if kind.plural == "sessions" else [*NO_INSTANT, *too_short_or_long]
    return {names["start"]: NO_INSTANT, names["end"]: ends}


def wrong_changes(kind: Kind) -> list[tuple[str, str]]:
    """What PATCH refuses: values, and fields that stay as they are."""
    names = kind.model.request_names
    ids = NO_HASH_ID if kind.plural == "sessions" else NO_NUMBER
    fixed = [(names["attendee"], '"123"' if kind.plural == "sessions" else "1"), ("note", '"x"'), ("service_id", "1")]
    by_field = {
        names["provider"]: ids,
        **wrong_times(kind),
        "override": NO_OVERRIDE,
        **{key: ['"x"', "1"] for key in ("colour", "id", "status", "revision")},
    }
    return [*pairs(by_field), *fixed]


def wrong_people(kind: Kind) -> list[tuple[str, str]]:
    """What a new patient or client refuses."""
    by_field = {
        "name": [*NO_NAME, '""', '" "'] if kind.plural == "appointments" else NO_NAME,
        "email": NO_EMAIL,
        "phone": NO_PHONE,
        "time_zone": NO_ZONE,
        **{key: ['"x"', "1"] for key in ("id", "user", "colour", "patient_id", "is_staff")},
    }
    if kind.plural == "sessions":
        by_field["client_hash_id"] = NO_HASH_ID
    return pairs(by_field)


def wrong_reasons() -> list[tuple[str, str]]:
    """What the body of a change of state refuses."""
    return pairs({"reason": NO_REASON, **{key: ['"x"', "null"] for key in ("why", "status", "", "REASON")}})


def pairs(by_field: dict[str, list[str]]) -> list[tuple[str, str]]:
    """One row for each field and value."""
    return [(field, value) for field, values in by_field.items() for value in values]
