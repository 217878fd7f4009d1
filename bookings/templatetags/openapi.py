"""Filters for the page about the API."""

import json
from typing import Any

from django import template

register = template.Library()


@register.filter
def as_json(value: object, indent: int | None = None) -> str:
    """A part of the document as JSON."""
    return json.dumps(value, indent=indent, ensure_ascii=False)


@register.filter
def shape(schema: dict[str, object]) -> str:
    """The name of the schema that a reference points to; empty for an inline schema."""
    return str(schema.get("$ref", "")).rpartition("/")[2]


@register.filter
def resolved(part: dict[str, Any], document: dict[str, Any]) -> Any:
    """A response, with references followed."""
    name = shape(part)
    return document["components"]["responses"][name] if name else part
