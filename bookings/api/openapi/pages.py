"""The views that serve the document: to programs and to people."""

from django.http import HttpResponse
from django.template.loader import render_to_string
from rest_framework.request import Request

from bookings.actions.idempotency import Answer
from bookings.api.answers import answer
from bookings.api.openapi.generator import document
from bookings.api.types import Json
from bookings.api.views import View


class SchemaView(View):
    """`/api/v1/schema`: the OpenAPI document. Public."""

    schema = None  # not told in the document

    def get(self, request: Request) -> Answer:
        """The document is JSON, without any variant in YAML."""
        return answer(document())


class DocsView(View):
    """`/api/v1/docs`: the same for people, without any script. Public."""

    schema = None

    def get(self, request: Request) -> HttpResponse:
        """As a page, which asks nothing of the database."""
        made = document()
        operations = [
            {"method": method.upper(), "path": path, **described}
            for path, methods in made["paths"].items()
            for method, described in methods.items()
        ]
        groups: dict[str, list[Json]] = {}
        for described in sorted(operations, key=lambda operation: operation["path"]):
            groups.setdefault(described["tags"][0], []).append(described)
        return HttpResponse(render_to_string("api/docs.html", {"document": made, "groups": groups}))
