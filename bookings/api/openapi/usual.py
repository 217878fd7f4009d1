"""What is told from the view itself: what may go wrong, and whether a write may be repeated."""

from bookings.api.answers import is_repeatable
from bookings.api.openapi.answers import IDEMPOTENCY_KEY, IF_MATCH, REPLAYED, errors
from bookings.api.openapi.fields import Schema
from bookings.api.views import SignedInView, View

ALWAYS = (401, 414, 429, 503)  # 401: a wrong token is refused, where none is needed, too
BODY = (400, 411, 413, 415, 422)


def complete(operation: Schema, view: View, method: str, path: str) -> Schema:
    """The operation with the problems and the header that its view brings; what it says itself comes first."""
    parameters, responses = operation.get("parameters", []), operation["responses"]
    statuses = set(_statuses(view, method, path, parameters))
    if method != "GET" and is_repeatable(type(view)):
        statuses.add(409)
        parameters = [*parameters, IDEMPOTENCY_KEY]
        responses = {
            status: _with_replay(response) if status < "3" else response for status, response in responses.items()
        }
    completed = {**operation, "responses": {**errors(*statuses), **responses}}
    return {**completed, "parameters": parameters} if parameters else completed


def _statuses(view: View, method: str, path: str, parameters: list[Schema]) -> list[int]:
    """The problems of such a view, of such a method, and of a path and parameters like these."""
    has_query = any(parameter["in"] == "query" for parameter in parameters)
    return [
        *ALWAYS,
        *((403,) if isinstance(view, SignedInView) else ()),
        *((404,) if "{" in path else ()),
        *((412,) if IF_MATCH in parameters else ()),
        *(BODY if method != "GET" else ()),
        *((422,) if has_query else ()),
    ]


def _with_replay(response: Schema) -> Schema:
    return {**response, "headers": {**response.get("headers", {}), **REPLAYED}}
