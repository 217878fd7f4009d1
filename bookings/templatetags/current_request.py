"""The id of the request, for pages that are rendered without one."""

from django import template

from bookings.core import current_request

register = template.Library()


@register.simple_tag
def request_id() -> str:
    """The id by which the operator finds the request's lines in the log."""
    return current_request.request_id()
