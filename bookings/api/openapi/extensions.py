"""How drf-spectacular reads this API's fields and serializers."""

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerExtension, OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from bookings.api.fields import StrictField
from bookings.api.operations import ByView
from bookings.api.serializers import Inline
from bookings.api.types import Json


class StrictFieldExtension(OpenApiSerializerFieldExtension):
    target_class = StrictField
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> Json:
        return dict(self.target.json_schema)


class ChoiceExtension(OpenApiSerializerFieldExtension):
    target_class = serializers.ChoiceField
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> Json:
        """The choices alone; drf-spectacular's own describes each."""
        return {"type": "string", "enum": list(self.target.choices)}


class InlineExtension(OpenApiSerializerFieldExtension):
    target_class = Inline
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> Json:
        return dict(auto_schema._map_serializer(self.target, direction))  # noqa: SLF001  no public name


class ByViewExtension(OpenApiSerializerExtension):
    target_class = ByView

    def get_identity(self, auto_schema: AutoSchema, direction: str) -> Any:
        return self.target.make(auto_schema.view)

    def get_name(self, auto_schema: AutoSchema, direction: str) -> str:
        return str(self.get_identity(auto_schema, direction).__name__)

    def map_serializer(self, auto_schema: AutoSchema, direction: str) -> Json:
        made = self.get_identity(auto_schema, direction)
        return dict(auto_schema._map_serializer(made, direction))  # noqa: SLF001
