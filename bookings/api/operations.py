"""Helpers for `extend_schema`; placeholders are filled in for each kind.

In summaries, descriptions and links `{booking}`, `{bookings}`, `{a_booking}` (with its article), and the like for
`provider` and `attendee`, are the kind's nouns; `{action}`, `{Action}` and `{target}` a change of state.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiRequest, OpenApiResponse
from rest_framework.serializers import Serializer

from bookings.api import examples
from bookings.api.problems import PROBLEM, describe
from bookings.api.shapes import problem_shape
from bookings.api.types import Json, Values
from bookings.core.errors import Conflict, Invalid
from bookings.core.lifecycle import ACTIONS
from bookings.models import Booking
from bookings.models.representation import represent_suggestion


def _header(name: str, description: str, schema: Json, *statuses: int) -> OpenApiParameter:
    """A request's header, or that of the responses with these statuses."""
    return OpenApiParameter(name, schema, "header", description=description, response=list(statuses) or False)


TAG: Json = {"type": "string", "examples": ['"1"']}
IF_MATCH = _header("If-Match", "Only if the booking still has this entity tag; else 412.", TAG)
IF_NONE_MATCH = _header("If-None-Match", "304 without a body while the entity tag is still this one.", TAG)
ETAG = _header("ETag", "The booking's revision.", {"type": "string", "pattern": '^"[0-9]+"$'}, 200, 201)
LOCATION = _header("Location", "The booking's path.", {"type": "string"}, 201)
DIGEST = [
    _header("ETag", "A digest of the content.", {"type": "string", "pattern": '^"[0-9a-f]{32}"$'}, 200),
    _header("Cache-Control", "", {"type": "string", "enum": ["private, no-cache"]}, 200),
]

OfKind = Callable[[type[Booking]], object]
Responses = dict[tuple[int, str], OpenApiResponse]
Links = dict[str, Json]
AnySerializer = type[Serializer[Any]]
ShapeOfKind = Callable[[type[Booking]], AnySerializer]


@dataclass(eq=False)
class ByView:
    """A serializer chosen later, from the view's kind."""

    make: Callable[[Any], AnySerializer]


def by_kind(make: ShapeOfKind) -> Any:
    """The serializer of the view's kind. Typed as Any: drf-spectacular has no type for it."""
    return ByView(lambda view: make(view.kind))


def sent(make: Callable[[type[Booking], Any], AnySerializer], example: OfKind) -> OpenApiRequest:
    """The body of a request: an envelope around the fields of the view's serializer."""
    body = ByView(lambda view: make(view.kind, view.serializer_class))
    return OpenApiRequest(body, examples=_examples("request", example))


class Answered(OpenApiResponse):
    """A successful answer of the view's kind; `links` lead to operations that take an id from it."""

    def __init__(
        self, shape: ShapeOfKind, description: str, example: OfKind | None = None, links: Links | None = None
    ) -> None:
        super().__init__(by_kind(shape), description, _examples("answer", example))
        self.links = links or {}


def links_from(parameter: str, where: str, *operations: str) -> Links:
    """Links to the operations that take, as this parameter, the id of the object at `where` in the answer."""
    taken = {parameter: f"$response.body#/{where}/id"}
    return {name: {"operationId": name, "parameters": taken} for name in operations}


def booking_links(where: str) -> Links:
    """Links to all that can be done with the booking that stands there."""
    return links_from(
        "id", where, "get_{booking}", "get_{booking}_history", *(f"{action}_{{booking}}" for action in ACTIONS)
    )


BOOKINGS_OF_ATTENDEE = links_from("{attendee_id}", "{attendee}", "list_{bookings}")


def conflict(*codes: str) -> Responses:
    """409 where a time is taken, with suggestions."""
    taken = Conflict.default_message

    def example(kind: type[Booking]) -> Values:
        return describe(409, "overlap", taken, {kind.request_names["provider"]: [taken]})

    return _refusal(409, f"One of the codes {', '.join(codes)}.", example)


def refused() -> Responses:
    """422 where a provider's rules can refuse a time, with the rule and suggestions."""

    def example(kind: type[Booking]) -> Values:
        errors = {kind.request_names["start"]: ["Outside the working hours (Asia/Jakarta)."]}
        return {**describe(422, "invalid", Invalid.default_message, errors), "rule": "hours"}

    return _refusal(422, "A value is wrong, or a rule refuses the time.", example)


def _refusal(status: int, description: str, example: Callable[[type[Booking]], Values]) -> Responses:
    def suggesting(kind: type[Booking]) -> Values:
        return {**example(kind), "suggestions": [represent_suggestion(kind, examples.NEXT_HOUR)]}

    return {(status, PROBLEM): OpenApiResponse(by_kind(problem_shape), description, _examples("problem", suggesting))}


def _examples(name: str, example: OfKind | None) -> list[OpenApiExample]:
    return [OpenApiExample(name, lambda view: example(view.kind))] if example else []
