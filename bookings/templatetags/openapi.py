"""Filters of the page about the API."""

import json
from typing import Any

from django import template

register = template.Library()


@register.filter
def as_json(value: object, indent: int | None = None) -> str:
    """A part of the document as it is written."""
    return json.dumps(value, indent=indent, ensure_ascii=False)


@register.filter
def shape(schema: dict[str, object]) -> str:
    """The name of the shape that a schema refers to; empty for one without a name."""
    return str(schema.get("$ref", "")).rpartition("/")[2]


@register.filter
def resolved(part: dict[str, Any], document: dict[str, Any]) -> Any:
    """A response, also where it is a reference to one."""
    name = shape(part)
    return document["components"]["responses"][name] if name else part
