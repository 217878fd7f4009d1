"""drf-spectacular, told how this API speaks: of kinds of booking, of strict serializers, of problems."""

import json
import re
from functools import cache
from typing import Any

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from rest_framework.serializers import Serializer

import bookings.api.openapi.fields  # noqa: F401  registers the fields
from bookings.api.fields import StrictField
from bookings.api.openapi.operations import ByView, Leading
from bookings.api.openapi.problems import RESPONSES, complete, problem_response
from bookings.api.shapes import Problem
from bookings.api.types import Json
from bookings.core.lifecycle import ACTIONS

SECURITY: list[dict[str, list[str]]] = [{"token": []}, {"session": []}]
SCHEMES = {
    "token": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "`Token <key>`: an API token, with its user's roles.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "sessionid",
        "description": "The site's own pages; writing needs the CSRF token, too.",
    },
}


class ByViewExtension(OpenApiSerializerExtension):
    target_class = ByView

    def get_identity(self, auto_schema: AutoSchema, direction: str) -> type[Serializer[Any]]:
        """The serializer that the view makes of it."""
        made: type[Serializer[Any]] = self.target.make(auto_schema.view)
        return made

    def get_name(self, auto_schema: AutoSchema, direction: str) -> str:
        """That serializer's name."""
        return self.get_identity(auto_schema, direction).__name__

    def map_serializer(self, auto_schema: AutoSchema, direction: str) -> Json:
        """That serializer's shape."""
        schema: Json = auto_schema._map_serializer(self.get_identity(auto_schema, direction), direction)  # noqa: SLF001
        return schema


class Operations(AutoSchema):
    """An operation as its view says it, in the words of the view's kind of booking, and completed by the hook."""

    def get_operation(self, *args: Any) -> dict[str, Any] | None:
        """The operation; `args` are its path, the path's patterns, its method and the registry of components."""
        operation = super().get_operation(*args)
        if operation is None:
            return None
        operation |= self._fill({part: operation[part] for part in ("operationId", "summary", "tags")})
        operation.setdefault("security", [])
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "path":
                parameter["name"] = "id"
        complete(operation, self.view, self.method)
        self.resolve_serializer(Problem, "response")
        return operation

    def get_description(self) -> str:
        """Nothing: docstrings are for who reads the code."""
        return ""

    def get_tags(self) -> list[str]:
        """The bookings' name, unless the view says another."""
        return ["{bookings}"]

    def get_auth(self) -> list[dict[str, list[str]]]:
        """Token or session; neither where a view is public, which may tell more to whom it knows."""
        return SECURITY if self.view.needs_login else [{}, *SECURITY]

    def _fill(self, part: Any) -> Any:
        """The same with the words of the view's kind in all of its texts."""
        if isinstance(part, dict):
            return {self._fill(name): self._fill(inner) for name, inner in part.items()}
        return [self._fill(inner) for inner in part] if isinstance(part, list) else part.format(**words(self.view))

    def _get_response_for_code(self, serializer: Any, status_code: str, *args: Any) -> dict[str, Any]:
        """A response with the links that it has."""
        response: dict[str, Any] = super()._get_response_for_code(serializer, status_code, *args)
        if isinstance(serializer, Leading):
            response["links"] = serializer.links
        filled: dict[str, Any] = self._fill(
            {part: response[part] for part in ("description", "links") if part in response}
        )
        return response | filled

    def _get_examples(self, *args: Any) -> dict[str, Any]:
        """The examples of a body, by name, in the words of the view's kind."""
        *_where, examples = args
        made = {example.name: example.value(self.view) for example in examples or []}
        return {name: {"value": value} for name, value in made.items() if value is not None}

    def _map_basic_serializer(self, serializer: Any, direction: str) -> Json:
        """A shape, with what no field says of it (`more`)."""
        schema: Json = super()._map_basic_serializer(serializer, direction)
        schema.pop("description", None)
        return schema | serializer.more

    def _insert_field_validators(self, field: Any, schema: Json) -> None:
        """Nothing of a strict field: its extension has said all."""
        if not isinstance(field, StrictField):
            super()._insert_field_validators(field, schema)


def words(view: Any) -> dict[str, str]:
    """The nouns of the view's kind of booking, and its change of state."""
    if view.kind is None:
        return {}
    found = {}
    models = {"booking": view.kind, "provider": view.kind.provider_model(), "attendee": view.kind.attendee_model()}
    for part, model in models.items():
        noun = model._meta.model_name
        article = "an" if noun[0] in "aeiou" else "a"
        found |= {
            f"{part}_id": view.kind.request_names.get(part, "id"),
            part: noun,
            f"{part}s": model._meta.db_table,
            f"a_{part}": f"{article} {noun}",
        }
    if action := getattr(view, "action", None):
        found |= {"action": action, "Action": action.replace("_", " ").capitalize(), "target": ACTIONS[action][1]}
    return found


class Generator(SchemaGenerator):
    """Paths as the contract has them, and the components that no view names."""

    def parse(self, input_request: Any, public: bool) -> dict[str, Any]:  # noqa: FBT001  # drf-spectacular's signature
        """The paths, without the optional slash at their end."""
        paths = super().parse(input_request, public)
        return {re.sub(r"{(pk|key)}", "{id}", path.rstrip("/")): operations for path, operations in paths.items()}

    def get_schema(self, request: Any = None, public: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002
        """The whole document."""
        made: dict[str, Any] = super().get_schema(request=request, public=public)
        responses = {name: problem_response(status) for status, (name, *_example) in RESPONSES.items()}
        made["components"] |= {"responses": responses, "securitySchemes": SCHEMES}
        return made


@cache
def document() -> dict[str, Any]:
    """The document, made once in each process: it depends on the code alone."""
    made: dict[str, Any] = json.loads(json.dumps(Generator().get_schema(public=True), default=str))
    return made
