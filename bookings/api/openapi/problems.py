"""What follows from a view itself: what may go wrong, and whether a write may be repeated."""

from typing import Any

from django.utils.translation import gettext_lazy
from rest_framework.exceptions import APIException, NotAuthenticated, NotFound, UnsupportedMediaType

from accounts.errors import Throttled
from bookings.actions.idempotency import KEPT_HOURS
from bookings.api.answers import is_repeatable
from bookings.api.problems import (
    NOTHING_HERE,
    PROBLEM,
    TITLES,
    LengthRequired,
    Malformed,
    TooLarge,
    UriTooLong,
    describe,
)
from bookings.api.types import Json, Values
from bookings.core.errors import BookingError, Forbidden, InProgress, Invalid, Stale, Unavailable

Raised = type[APIException] | type[BookingError] | type[Throttled]
Told = tuple[str, str, object]

ALWAYS = (401, 414, 429, 503)  # 401: a wrong token is refused, where none is needed, too
BODY = (400, 411, 413, 415, 422)


def _told(error: Raised, detail: object = "") -> Told:
    """The name of an error's response, and an example's code and detail: the error's own unless given."""
    if issubclass(error, APIException):
        return error.__name__, error.default_code, detail or error.default_detail
    return error.__name__, error.code, detail or gettext_lazy(error.default_message)


RESPONSES: dict[int, Told] = {
    400: _told(Malformed, "The body is not JSON: see line 1, column 1."),
    401: _told(NotAuthenticated),
    403: _told(Forbidden),
    404: _told(NotFound, NOTHING_HERE),
    409: _told(InProgress, "A request with this Idempotency-Key is being answered."),
    411: _told(LengthRequired),
    412: _told(Stale, "The booking has changed in the meantime."),
    413: _told(TooLarge),
    414: _told(UriTooLong),
    415: _told(UnsupportedMediaType, 'Unsupported media type "text/plain" in request.'),
    422: _told(Invalid),
    429: _told(Throttled),
    503: _told(Unavailable),
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
    "description": f"Repeat a request with the same key, and it is done once. Answers are kept for {KEPT_HOURS} hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}


def problem_responses() -> Json:
    """`components.responses`: those that are the same for every operation."""
    found: Json = {}
    for status, (name, code, detail) in RESPONSES.items():
        errors = {"start_at": ["This field is required."]} if status == 422 else None
        example = describe(status, code, str(detail), errors)
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
