"""The walk over the URLs (drf-spectacular's), and the views that serve the document and its page."""

import json
import re
from functools import cache
from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string
from drf_spectacular.drainage import warn
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from rest_framework.request import Request

from bookings.actions.idempotency import Answer
from bookings.api.answers import answer
from bookings.api.openapi.components import components
from bookings.api.openapi.operations import OPERATIONS
from bookings.api.openapi.usual import complete
from bookings.api.serializers import BookingSerializer
from bookings.api.views import BookingList, NothingHere, View
from bookings.models import Booking

UNDESCRIBED: set[type[View]] = {NothingHere}


class Operations(AutoSchema):
    """Looks a view's operation up instead of guessing it."""

    def get_operation(self, path: str, path_regex: str, path_prefix: str, method: str, registry: Any) -> Any:
        """The operation, None for what is left out; a view that nobody described is a warning, which fails."""
        view: Any = self.view
        view_class = type(view)
        if view_class in UNDESCRIBED:
            return None
        describe = OPERATIONS.get((view_class, method))
        if describe is None:
            name = view_class.__name__
            warn(f"{name} has no operation for {method}: describe it in bookings/api/openapi/operations.py")
            return None
        return complete(describe(view), view, method, path)


class Generator(SchemaGenerator):
    """Paths as the contract has them, and the components of the kinds that were met."""

    def parse(self, input_request: Any, public: bool) -> dict[str, Any]:  # noqa: FBT001  # drf-spectacular's signature
        """The paths, without the optional slash at their end."""
        paths = super().parse(input_request, public)  # type: ignore[no-untyped-call]
        return {re.sub(r"{(pk|key)}", "{id}", path.rstrip("/")): operations for path, operations in paths.items()}

    def get_schema(self, request: Any = None, public: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002
        """The whole document."""
        document: dict[str, Any] = super().get_schema(request=request, public=public)  # type: ignore[no-untyped-call]
        kinds: dict[type[Booking], type[BookingSerializer]] = {}
        endpoints: Any = self.endpoints
        for *_where, callback in endpoints:
            if issubclass(callback.cls, BookingList):
                kinds[callback.initkwargs["kind"]] = callback.initkwargs["serializer_class"]
        document["components"] = components(kinds)
        return document


@cache
def document() -> dict[str, Any]:
    """The document, made once in each process: it depends on the code alone."""
    generator = Generator()  # type: ignore[no-untyped-call]
    made: dict[str, Any] = json.loads(json.dumps(generator.get_schema(public=True), default=str))
    return made


class SchemaView(View):
    """`/api/v1/schema`: the OpenAPI document. Public."""

    def get(self, request: Request) -> Answer:
        """As JSON."""
        return answer(document())


class DocsView(View):
    """`/api/v1/docs`: the same for people, without any script. Public."""

    def get(self, request: Request) -> HttpResponse:
        """As a page, which asks nothing of the database."""
        made = document()
        operations = [
            {"method": method.upper(), "path": path, **described}
            for path, methods in made["paths"].items()
            for method, described in methods.items()
        ]
        groups: dict[str, list[Any]] = {}
        for described in sorted(operations, key=lambda operation: operation["path"]):
            groups.setdefault(described["tags"][0], []).append(described)
        return HttpResponse(render_to_string("api/docs.html", {"document": made, "groups": groups}))


UNDESCRIBED |= {SchemaView, DocsView}
