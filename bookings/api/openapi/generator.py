"""Our subclasses of drf-spectacular's schema and generator; `document()` builds the document."""

import json
import re
from functools import cache
from typing import Any

from drf_spectacular.drainage import warn
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema

import bookings.api.openapi.extensions  # noqa: F401  registers them
from bookings.api.openapi.problems import complete, problem_responses
from bookings.api.operations import Answered
from bookings.api.shapes import Problem, noun
from bookings.api.types import Json, Values
from bookings.core.lifecycle import ACTIONS

SECURITY: list[dict[str, list[str]]] = [{"token": []}, {"session": []}]
SCHEMES = {
    name: {"type": "apiKey", "in": place, "name": key, "description": description}
    for name, place, key, description in (
        ("token", "header", "Authorization", "`Token <key>`: an API token, with its user's roles."),
        ("session", "cookie", "sessionid", "The site's own pages; writing needs the CSRF token, too."),
    )
}


class Operations(AutoSchema):
    """Describes a view's operation: fills in the nouns of its kind, and adds its problems (`problems.complete`)."""

    def get_operation(self, *args: Any) -> Any:
        """The operation; `args` are its path, the path's patterns, its method and the registry of components."""
        operation: Any = super().get_operation(*args)
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "path":
                parameter["name"] = "id"
        operation.setdefault("security", [])
        complete(operation, self.view, self.method)
        self.resolve_serializer(Problem, "response")
        nouns = words(self.view)
        template = json.dumps(operation, default=str)  # lazy translations are not strings yet
        return json.loads(re.sub(r"{(\w+)}", lambda found: nouns.get(found[1], found[0]), template))

    def get_operation_id(self) -> str:
        """Called where a view names no operation: the warning fails the check of the document."""
        warn(f"{type(self.view).__name__} says no operation for {self.method}: use `extend_schema`")
        return super().get_operation_id()

    def get_tags(self) -> list[str]:
        """The bookings' name, unless the view says another."""
        return ["{bookings}"]

    def get_auth(self) -> list[dict[str, list[str]]]:
        """Token or session; a public view also answers without them."""
        return SECURITY if getattr(self.view, "needs_login", False) else [{}, *SECURITY]

    def _get_response_for_code(self, serializer: Any, *args: Any, **kwargs: Any) -> Json:
        """A response with the links that it has."""
        response: Json = super()._get_response_for_code(serializer, *args, **kwargs)
        links = serializer.links if isinstance(serializer, Answered) else {}
        return {**response, "links": links} if links else response

    def _get_examples(self, *args: Any) -> Json:
        """The examples of a body, by name; the view makes them."""
        *_where, examples = args
        made = {example.name: example.value(self.view) for example in examples or []}
        return {name: {"value": value} for name, value in made.items() if value is not None}

    def _map_basic_serializer(self, serializer: Any, direction: str) -> Json:
        """A schema with the keywords of `more`; one that is None is taken out."""
        found = {**super()._map_basic_serializer(serializer, direction), **serializer.more}
        return {keyword: value for keyword, value in found.items() if value is not None}


def words(view: Any) -> dict[str, str]:
    """The nouns of the view's kind of booking, and its change of state."""
    if view.kind is None:
        return {}
    found = {"attendee_id": view.kind.request_names["attendee"]}
    models = {"booking": view.kind, "provider": view.kind.provider_model(), "attendee": view.kind.attendee_model()}
    for part, model in models.items():
        one = noun(model)
        article = "an" if one[0] in "aeiou" else "a"
        found |= {part: one, f"a_{part}": f"{article} {one}", f"{part}s": model._meta.db_table}
    if action := getattr(view, "action", None):
        found |= {"action": action, "Action": action.replace("_", " ").capitalize(), "target": ACTIONS[action][1]}
    return found


class Generator(SchemaGenerator):
    """Paths as the contract has them, and the components that no view names."""

    def parse(self, input_request: object, public: bool) -> Json:  # noqa: FBT001  # drf-spectacular's signature
        """The paths, without the optional slash at their end."""
        paths = super().parse(input_request, public)
        return {re.sub(r"{(pk|key)}", "{id}", path.rstrip("/")): operations for path, operations in paths.items()}

    def get_schema(self, request: object = None, public: bool = False) -> Json:  # noqa: FBT001, FBT002
        """The document; problems and security schemes are named by every operation and listed here once."""
        made = super().get_schema(request=request, public=public)
        components = {**made["components"], "responses": problem_responses(), "securitySchemes": SCHEMES}
        return {**made, "components": components}


@cache
def document() -> Values:
    """The document, made once in each process: it depends on the code alone."""
    made: Values = json.loads(json.dumps(Generator().get_schema(public=True), default=str))
    return made
