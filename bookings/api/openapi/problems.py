"""What follows from a view itself: what may go wrong, and whether a write may be repeated."""

from typing import Any

from bookings.api.answers import is_repeatable
from bookings.api.openapi.operations import PROBLEM
from bookings.api.problems import TITLES, describe
from bookings.api.types import Json, Values

ALWAYS = (401, 414, 429, 503)  # 401: a wrong token is refused, where none is needed, too
BODY = (400, 411, 413, 415, 422)

RESPONSES: dict[int, tuple[str, str, str]] = {
    400: ("Malformed", "malformed", "The body is not JSON: see line 1, column 1."),
    401: ("NotAuthenticated", "not_authenticated", "Authentication credentials were not provided."),
    403: ("Forbidden", "forbidden", "You may not do this."),
    404: ("NotFound", "not_found", "There is nothing here that you may see."),
    409: ("InProgress", "idempotency_in_progress", "A request with this Idempotency-Key is being answered."),
    411: ("LengthRequired", "length_required", "Send the body with a Content-Length header, not in chunks."),
    412: ("Stale", "stale", "The booking has changed in the meantime."),
    413: ("TooLarge", "too_large", "The body is larger than 64 KiB."),
    414: ("UriTooLong", "uri_too_long", "The query string is longer than 8 KiB."),
    415: ("UnsupportedMediaType", "unsupported_media_type", 'Unsupported media type "text/plain" in request.'),
    422: ("Invalid", "invalid", "Please correct the marked values."),
    429: ("Throttled", "throttled", "Too many requests. Please wait a moment."),
    503: ("Unavailable", "unavailable", "The booking system is busy. Please try again in a moment."),
}
"""Status -> its response's name, and an example's code and detail."""

WAITS = {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}
HEADERS: dict[int, Json] = {
    401: {"WWW-Authenticate": {"schema": {"type": "string", "enum": ["Token"]}}},
    429: {"Retry-After": WAITS},
    503: {"Retry-After": WAITS, "X-Request-ID": {"schema": {"type": "string"}}},
}
REPLAYED = {
    "description": "`true` when this is the stored answer to an earlier request with the same key.",
    "schema": {"type": "string", "enum": ["true"]},
}
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Repeat a request with the same key, and it is done once. Answers are kept for 24 hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}


def problem_responses() -> Json:
    """`components.responses`: those that are the same for every operation."""
    found: Json = {}
    for status, (name, code, detail) in RESPONSES.items():
        example = describe(status, code, detail, {"start_at": ["This field is required."]} if status == 422 else None)
        if status >= 500:
            example["request_id"] = "5f0c4a3e9d2b4c1f8a7e6d5c4b3a2910"
        body = {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": {"problem": {"value": example}}}
        headers = {"headers": HEADERS[status]} if status in HEADERS else {}
        found[name] = {"description": str(TITLES[status]), **headers, "content": {PROBLEM: body}}
    return found


def complete(operation: Values, view: Any, method: str) -> None:
    """Add to an operation what follows from its view. What the operation says itself stays."""
    statuses = set(_statuses(operation, view, method))
    names = {parameter["name"] for parameter in operation.get("parameters", [])}
    if "If-None-Match" in names:
        operation["responses"]["304"] = {
            "description": "Unchanged.",
            "headers": operation["responses"]["200"]["headers"],
        }
    if method != "GET" and is_repeatable(type(view)):
        statuses.add(409)
        operation.setdefault("parameters", []).append(IDEMPOTENCY_KEY)
        for status, response in operation["responses"].items():
            if status < "3":
                response.setdefault("headers", {})["Idempotency-Replayed"] = REPLAYED
    found = {str(status): {"$ref": f"#/components/responses/{RESPONSES[status][0]}"} for status in sorted(statuses)}
    operation["responses"] = found | operation["responses"]


def _statuses(operation: Values, view: Any, method: str) -> list[int]:
    """The statuses of the problems that follow from the view, the method and the parameters."""
    parameters = operation.get("parameters", [])
    places = {parameter["in"] for parameter in parameters}
    return [
        *ALWAYS,
        *((403,) if view.may_forbid else ()),
        *((404,) if "path" in places else ()),
        *((412,) if any(parameter["name"] == "If-Match" for parameter in parameters) else ()),
        *(BODY if method != "GET" else ()),
        *((422,) if "query" in places else ()),
    ]
