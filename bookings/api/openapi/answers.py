"""What may go wrong, once for all operations: responses by status, and the headers that go with answers."""

from typing import Any

from bookings.api.problems import RULES, STATUS, TITLES, describe

Schema = dict[str, Any]

CODES = sorted(
    {*STATUS}
    | {"malformed", "not_authenticated", "not_found", "method_not_allowed"}
    | {"length_required", "too_large", "uri_too_long", "unsupported_media_type", "server_error"}
)

PROBLEM: Schema = {
    "type": "object",
    "description": "RFC 9457. `code` is for programs, `detail` for people.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "pattern": "^urn:booking-site:problem:[a-z_]+$"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "code": {"type": "string", "enum": CODES},
        "rule": {"type": "string", "enum": [*RULES], "description": "Which of the rules refused the time, if one did."},
        "errors": {
            "type": "object",
            "description": "The request's fields at fault, each with its sentences.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
        "request_id": {
            "type": "string",
            "description": "Of failures (5xx): by it the operator finds the cause in the log. Also in `X-Request-ID`.",
        },
    },
}

RESPONSES: dict[int, tuple[str, str, str, dict[str, list[str]] | None]] = {
    400: ("Malformed", "malformed", "The body is not JSON: see line 1, column 1.", None),
    401: ("NotAuthenticated", "not_authenticated", "Authentication credentials were not provided.", None),
    403: ("Forbidden", "forbidden", "You may not do this.", None),
    404: ("NotFound", "not_found", "There is nothing here that you may see.", None),
    409: ("InProgress", "idempotency_in_progress", "A request with this Idempotency-Key is being answered.", None),
    411: ("LengthRequired", "length_required", "Send the body with a Content-Length header, not in chunks.", None),
    412: ("Stale", "stale", "The booking has changed in the meantime.", None),
    413: ("TooLarge", "too_large", "The body is larger than 64 KiB.", None),
    414: ("UriTooLong", "uri_too_long", "The query string is longer than 8 KiB.", None),
    415: ("UnsupportedMediaType", "unsupported_media_type", 'Unsupported media type "text/plain" in request.', None),
    422: ("Invalid", "invalid", "Please correct the marked values.", {"start_at": ["This field is required."]}),
    429: ("Throttled", "throttled", "Too many requests. Please wait a moment.", None),
    503: ("Unavailable", "unavailable", "The booking system is busy. Please try again in a moment.", None),
}
"""Status -> its response's name, and an example's code, detail and errors."""

WAITS: Schema = {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}
RESPONSE_HEADERS: dict[int, Schema] = {
    401: {"WWW-Authenticate": {"schema": {"type": "string", "enum": ["Token"]}}},
    429: {"Retry-After": WAITS},
    503: {"Retry-After": WAITS, "X-Request-ID": {"schema": {"type": "string"}}},
}

ETAG: Schema = {
    "ETag": {"description": "The booking's revision.", "schema": {"type": "string", "pattern": '^"[0-9]+"$'}}
}
DIGEST: Schema = {
    "ETag": {"description": "A digest of the content.", "schema": {"type": "string", "pattern": '^"[0-9a-f]{32}"$'}},
    "Cache-Control": {"schema": {"type": "string", "enum": ["private, no-cache"]}},
}
LOCATION: Schema = {"Location": {"description": "The booking's path.", "schema": {"type": "string"}}}
REPLAYED: Schema = {
    "Idempotency-Replayed": {
        "description": "`true` when this is the stored answer to an earlier request with the same key.",
        "schema": {"type": "string", "enum": ["true"]},
    }
}

IDEMPOTENCY_KEY: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Repeat a request with the same key, and it is done once. Answers are kept for 24 hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}
IF_MATCH: Schema = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "Only if the booking still has this entity tag; else 412.",
    "schema": {"type": "string", "examples": ['"1"']},
}
IF_NONE_MATCH: Schema = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "304 without a body while the entity tag is still this one.",
    "schema": {"type": "string", "examples": ['"1"']},
}


def problem(schema: Schema, description: str, example: Schema, headers: Schema | None = None) -> Schema:
    """A response with a problem document."""
    content = {"application/problem+json": {"schema": schema, "examples": {"problem": {"value": example}}}}
    return {"description": description, **({"headers": headers} if headers else {}), "content": content}


def problem_responses() -> dict[str, Schema]:
    """`components.responses`: those that are the same for every operation."""
    found = {}
    for status, (name, code, detail, errors) in RESPONSES.items():
        example = describe(status, code, detail, errors)
        if status >= 500:
            example["request_id"] = "5f0c4a3e9d2b4c1f8a7e6d5c4b3a2910"
        reference = {"$ref": "#/components/schemas/Problem"}
        found[name] = problem(reference, str(TITLES[status]), example, RESPONSE_HEADERS.get(status))
    return found


def errors(*statuses: int) -> dict[str, Schema]:
    """References to those responses."""
    return {str(status): {"$ref": f"#/components/responses/{RESPONSES[status][0]}"} for status in sorted(statuses)}
