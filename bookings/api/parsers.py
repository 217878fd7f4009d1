"""A strict JSON parser: it refuses duplicate keys, NaN, deep nesting and large bodies."""

import io
import json
import re
from collections.abc import Mapping
from typing import IO, NoReturn

from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from bookings.api.problems import BODY_LIMIT, LengthRequired, Malformed, TooLarge
from bookings.api.types import Json
from bookings.models.fields import SURROGATES

DEPTH_LIMIT = 16
SURROGATE = re.compile(f"[{SURROGATES}]")


class StrictJSONParser(BaseParser):
    """RFC 8259 with unique keys, in UTF-8, within `BODY_LIMIT` and `DEPTH_LIMIT`; the top is an object."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, object] | None = None
    ) -> Json:
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
        except json.JSONDecodeError as error:
            place = {"line": error.lineno, "column": error.colno}
            raise Malformed(_("The body is not JSON: see line %(line)s, column %(column)s.") % place) from error
        except ValueError as error:  # of integers with more than 4,300 digits
            raise Malformed(_("A number in the body is too long.")) from error
        if not isinstance(value, dict):
            raise Malformed(_("The body must be a JSON object."))
        return value


def receive_chunks(request: Request) -> None:
    """Read a body without a Content-Length (`Transfer-Encoding: chunked`), which Django and DRF take for empty.

    Raises LengthRequired where the web server does not decode the chunks.
    """
    meta = request.META
    if "HTTP_TRANSFER_ENCODING" not in meta or meta.get("CONTENT_LENGTH"):
        return
    if not meta.get("wsgi.input_terminated"):
        raise LengthRequired
    body = meta["wsgi.input"].read(BODY_LIMIT + 1)
    meta["CONTENT_LENGTH"] = str(len(body))
    request._request._stream = io.BytesIO(body)  # noqa: SLF001  Django has no other way in


def _depth(body: bytes) -> int:
    """How deep the brackets nest, those within strings left out; an upper bound, and cheap for usual bodies."""
    if body.count(b"[") + body.count(b"{") <= DEPTH_LIMIT:
        return 0
    depth = 0
    deepest = 0
    in_string = False
    escaped = False
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


def _unique(pairs: list[tuple[str, object]]) -> Json:
    """The object of these pairs. Refuses a key that is given twice, or that an error could not repeat in its answer."""
    value = dict(pairs)
    if len(value) < len(pairs):
        raise Malformed(_("A name is given twice in one object."))
    if any(SURROGATE.search(key) for key in value):
        raise Malformed(_("A name holds an incomplete Unicode character."))
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise Malformed(_("%(name)s is no JSON number.") % {"name": name})
