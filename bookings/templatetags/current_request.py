"""The request's id, for pages that are rendered without a request."""

from django import template

from bookings.core import current_request

register = template.Library()


@register.simple_tag
def request_id() -> str:
    """The id under which the operator finds the request's lines in the log."""
    return current_request.request_id()
