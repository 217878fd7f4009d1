"""A client of the API that holds each answer to the OpenAPI document, which must say all of it."""

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # has no types

from bookings.api.openapi.generator import document
from tests.support.api import Answer, Api


@dataclass
class DocumentedApi(Api):
    """Calls as `Api` does, and notes which operations it has called."""

    called: set[str] = field(default_factory=set)

    def call(self, method: str, path: str, body: Any = None, *, raw: bytes | None = None, **headers: str) -> Answer:
        """The answer. Raises AssertionError or ValidationError for one that the document does not describe."""
        answer = super().call(method, path, body, raw=raw, **headers)
        operation = operation_at(method, path.partition("?")[0])
        self.called.add(operation["operationId"])
        response = resolve(operation["responses"][str(answer.status)])
        assert set(response.get("headers", {})) - {"Idempotency-Replayed"} <= set(answer.headers)
        if answer.body is not None:
            described = response["content"][answer.headers["Content-Type"]]["schema"]
            Draft202012Validator({**described, "components": components()}).validate(answer.body)
        return answer


def operation_at(method: str, path: str) -> dict[str, Any]:
    """The operation of a path under `/api/v1/`; one without a parameter comes first."""
    for template in sorted(document()["paths"], key=lambda template: "{" in template):
        if re.fullmatch(template.replace("{id}", "[^/]+"), f"/api/v1/{path}"):
            operation: dict[str, Any] = document()["paths"][template][method.lower()]
            return operation
    raise AssertionError(path)


@cache
def components() -> Any:
    """The document's components, where an object has no member that it does not name."""
    return close(document()["components"])


def resolve(response: dict[str, Any]) -> dict[str, Any]:
    """A response, also where it is a reference to one."""
    name = response.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = document()["components"]["responses"][name] if name else response
    return found


def close(part: Any) -> Any:
    """The same without room for more members."""
    if isinstance(part, list):
        return [close(inner) for inner in part]
    if not isinstance(part, dict):
        return part
    inner = {name: close(value) for name, value in part.items()}
    return {"additionalProperties": False, **inner} if isinstance(inner.get("properties"), dict) else inner
