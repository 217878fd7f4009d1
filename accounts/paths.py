"""Paths, each served with and without a slash at its end, and the numbers in them."""

from collections.abc import Callable

from django.http.response import HttpResponseBase
from django.urls import URLPattern, register_converter
from django.urls.converters import IntConverter
from django.urls.resolvers import RoutePattern


class NumberConverter(IntConverter):
    """A row's number, of at most 18 digits: every such number fits into a bigint."""

    regex = "[0-9]{1,18}"


register_converter(NumberConverter, "number")


class SlashOptional(RoutePattern):
    """A route that matches with and without one slash at its end."""

    def match(self, path: str) -> tuple[str, tuple[object, ...], dict[str, int | str]] | None:
        """Match without the trailing slash."""
        return super().match(path.removesuffix("/"))


def served_at(route: str, view: Callable[..., HttpResponseBase], name: str, **given: object) -> URLPattern:
    """The URL pattern of a route; `given` are further arguments of the view."""
    return URLPattern(SlashOptional(route, name=name, is_endpoint=True), view, given, name)
