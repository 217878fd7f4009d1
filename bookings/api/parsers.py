"""A JSON parser that refuses what others guess at: duplicate keys, NaN, deep nesting, large bodies."""

import json
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser

from bookings.api.problems import Malformed, TooLarge

BODY_LIMIT = 64 * 1024
DEPTH_LIMIT = 16


class StrictJSONParser(BaseParser):
    """RFC 8259 with unique keys, in UTF-8, at most 64 KiB and 16 levels deep; the top is an object."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The object in the body. Raises TooLarge or Malformed."""
        body = stream.read(BODY_LIMIT + 1)
        if len(body) > BODY_LIMIT:
            raise TooLarge
        if _depth(body) > DEPTH_LIMIT:
            raise Malformed(_("The JSON is nested too deeply."))
        try:
            value = json.loads(body.decode(), object_pairs_hook=_unique, parse_constant=_refuse_constant)
        except UnicodeDecodeError as error:
            raise Malformed(_("The body is not UTF-8.")) from error
        except ValueError as error:
            raise Malformed(_("The body is not JSON: %(why)s.") % {"why": error}) from error
        if not isinstance(value, dict):
            raise Malformed(_("The body must be a JSON object."))
        return value


def _depth(body: bytes) -> int:
    """How deep the brackets nest, those within strings left out; an upper bound, and cheap for usual bodies."""
    if body.count(b"[") + body.count(b"{") <= DEPTH_LIMIT:
        return 0
    depth = deepest = 0
    in_string = escaped = False
    for byte in body:
        if in_string:
            in_string = escaped or byte != ord('"')
            escaped = byte == ord("\\") and not escaped
        elif byte == ord('"'):
            in_string = True
        elif byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    return deepest


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys are told once."""
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError(_("a key is given twice"))
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(_("%(name)s is no JSON number") % {"name": name})
