"""Public ids in paths, as Django's URL converters: `<number:pk>` (of `accounts.paths`) and `<hash_id:key>`."""

from django.urls import register_converter
from django.urls.converters import StringConverter

HASH_ID = "[A-Za-z0-9._~-]{1,64}"  # RFC 3986's unreserved characters: safe in a URL as they stand


class HashIdConverter(StringConverter):
    regex = HASH_ID


register_converter(HashIdConverter, "hash_id")


def key_part(key_field: str) -> str:
    """The part of a path that is a person's public id, by the name of its column."""
    return "<number:key>" if key_field == "id" else "<hash_id:key>"
