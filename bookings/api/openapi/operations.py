"""Words for `extend_schema` at the views. They speak of every kind of booking: a view's own kind fills them in.

In summaries, descriptions and links `{booking}`, `{bookings}`, `{a_booking}` (with its article), and the like for
`provider` and `attendee`, are the kind's nouns; `{action}`, `{Action}` and `{target}` a change of state.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiRequest, OpenApiResponse
from rest_framework.serializers import Serializer

from bookings.api.openapi.examples import NEXT_HOUR
from bookings.api.problems import describe
from bookings.api.shapes import problem_shape
from bookings.api.types import Json
from bookings.core.lifecycle import ACTIONS
from bookings.models import Booking
from bookings.models.representation import represent_suggestion

PROBLEM = "application/problem+json"
TAG = {"type": "string", "examples": ['"1"']}
IF_MATCH = OpenApiParameter(
    "If-Match", TAG, "header", description="Only if the booking still has this entity tag; else 412."
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match", TAG, "header", description="304 without a body while the entity tag is still this one."
)
ETAG = OpenApiParameter(
    "ETag",
    {"type": "string", "pattern": '^"[0-9]+"$'},
    "header",
    description="The booking's revision.",
    response=[200, 201, 304],
)
DIGEST = OpenApiParameter(
    "ETag",
    {"type": "string", "pattern": '^"[0-9a-f]{32}"$'},
    "header",
    description="A digest of the content.",
    response=[200, 304],
)
CACHE_CONTROL = OpenApiParameter(
    "Cache-Control", {"type": "string", "enum": ["private, no-cache"]}, "header", response=[200, 304]
)
LOCATION = OpenApiParameter("Location", str, "header", description="The booking's path.", response=[201])
UNCHANGED = {304: OpenApiResponse(description="Unchanged.")}

OfKind = Callable[[type[Booking]], object]


@dataclass(eq=False)
class ByView:
    """A serializer that is known once the view is, as it is of its kind of booking."""

    make: Callable[[Any], type[Serializer[Any]]]


def by_kind(make: Callable[[type[Booking]], type[Serializer[Any]]]) -> Any:
    """The serializer of the view's kind."""
    return ByView(lambda view: make(view.kind))


class Leading(OpenApiResponse):
    """An answer that holds an id: `operations` take it as `parameter`; it stands in the object at `where`."""

    def __init__(self, response: OpenApiResponse, parameter: str, where: str, *operations: str) -> None:
        super().__init__(response.response, response.description, response.examples)
        self.links = {
            name: {"operationId": name, "parameters": {parameter: f"$response.body#/{where}/id"}} for name in operations
        }


def answered(
    shape: Callable[[type[Booking]], type[Serializer[Any]]], description: str, example: OfKind | None = None
) -> OpenApiResponse:
    """An answer in the shape of the view's kind."""
    return OpenApiResponse(by_kind(shape), description, _examples("answer", example))


def leading_to_booking(response: OpenApiResponse, where: str) -> OpenApiResponse:
    """The answer, with links to all that can be done with the booking that stands there."""
    actions = (f"{action}_{{booking}}" for action in ACTIONS)
    return Leading(response, "id", where, "get_{booking}", "get_{booking}_history", *actions)


def sent(make: Callable[[Any], type[Serializer[Any]]], example: OfKind) -> OpenApiRequest:
    """A body that the view makes the serializer of."""
    return OpenApiRequest(ByView(make), examples=_examples("request", example))


def conflict(*codes: str) -> dict[tuple[int, str], OpenApiResponse]:
    """409 where a time is taken, with suggestions."""

    def example(kind: type[Booking]) -> Json:
        taken = "This time is already taken. Please choose another one."
        problem = describe(409, "overlap", taken, {kind.request_names["provider"]: [taken]})
        return {**problem, "suggestions": [represent_suggestion(kind, NEXT_HOUR)]}

    return _refusal(409, f"One of the codes {', '.join(codes)}.", example)


def refused() -> dict[tuple[int, str], OpenApiResponse]:
    """422 where a provider's rules can refuse a time, with the rule and suggestions."""

    def example(kind: type[Booking]) -> Json:
        errors = {kind.request_names["start"]: ["Outside the working hours (Asia/Jakarta)."]}
        problem = describe(422, "invalid", "Please correct the marked values.", errors)
        return {**problem, "rule": "hours", "suggestions": [represent_suggestion(kind, NEXT_HOUR)]}

    return _refusal(422, "A value is wrong, or a rule refuses the time.", example)


def _refusal(status: int, description: str, example: OfKind) -> dict[tuple[int, str], OpenApiResponse]:
    return {(status, PROBLEM): OpenApiResponse(by_kind(problem_shape), description, _examples("problem", example))}


def _examples(name: str, example: OfKind | None) -> list[OpenApiExample]:
    return [OpenApiExample(name, lambda view: example(view.kind))] if example else []
