"""The API's errors as problem documents, `application/problem+json` (RFC 9457).

`exception_handler` answers what a view raises. `booking_site.errors` answers what fails outside of a view, by the same
`describe`.
"""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import DataError
from django.http import Http404
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status
from rest_framework.response import Response

from accounts.errors import Throttled
from bookings.api.types import Values
from bookings.core.current_request import request_id
from bookings.core.errors import HTTP_STATUS, BookingError, Conflict, Invalid, Unavailable
from bookings.core.failures import log_failure
from bookings.core.unavailable import is_unavailable
from bookings.models import Booking
from bookings.models.representation import represent_suggestion

PROBLEM = "application/problem+json"
RETRY_AFTER_SECONDS = 1
KIBIBYTE = 1024
BODY_LIMIT = 64 * KIBIBYTE
QUERY_LIMIT = 8 * KIBIBYTE

STATUS = {**HTTP_STATUS, "throttled": 429}
"""The domain errors' codes -> HTTP status."""

CODES = sorted(
    {*STATUS}
    | {"malformed", "not_authenticated", "not_found", "method_not_allowed"}
    | {"length_required", "too_large", "uri_too_long", "unsupported_media_type", "server_error"}
)
"""Every `code` of a problem."""

RULES = (
    *("past", "notice", "horizon", "hours", "time_off", "holiday", "length", "slot", "service"),
    *("day_limit", "attendee_day_limit", "open_limit"),
)
"""Every `rule` of a problem: the provider's or the practice's rule that refused the time."""

TITLES: dict[int, Promise] = {
    400: _("The request is malformed"),
    401: _("Please sign in"),
    403: _("You may not do this"),
    404: _("Not found"),
    405: _("Method not allowed"),
    409: _("The request conflicts with a booking"),
    411: _("The request does not say its length"),
    412: _("The booking has changed"),
    413: _("The request is too large"),
    414: _("The address is too long"),
    415: _("Unsupported media type"),
    422: _("A value is wrong"),
    429: _("Too many requests"),
    500: _("Something went wrong on our side"),
    503: _("Please try again in a moment"),
}


NOTHING_HERE = _("There is nothing here that you may see.")


class Malformed(exceptions.APIException):
    status_code = status.HTTP_400_BAD_REQUEST
    default_code = "malformed"
    default_detail = _("The body must be one JSON object in UTF-8.")


class LengthRequired(exceptions.APIException):
    status_code = status.HTTP_411_LENGTH_REQUIRED
    default_code = "length_required"
    default_detail = _("Send the body with a Content-Length header, not in chunks.")


class TooLarge(exceptions.APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"
    default_detail = format_lazy(_("The body is larger than {limit} KiB."), limit=BODY_LIMIT // KIBIBYTE)


class UriTooLong(exceptions.APIException):
    status_code = status.HTTP_414_REQUEST_URI_TOO_LONG
    default_code = "uri_too_long"
    default_detail = format_lazy(_("The query string is longer than {limit} KiB."), limit=QUERY_LIMIT // KIBIBYTE)


class InvalidRequest(exceptions.APIException):
    """A value that was understood but is wrong; `errors` maps the request's fields to sentences."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_code = "invalid"
    default_detail = _(Invalid.default_message)

    def __init__(self, errors: Mapping[str, object]) -> None:
        super().__init__()
        self.errors = errors


def exception_handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's hook: the response for `error`; None leaves it to Django's 500."""
    if is_unavailable(error):
        log_failure(error)
        error = Unavailable()
    if isinstance(error, DataError):  # a value that no check foresaw and no column can hold
        error = InvalidRequest({})
    if isinstance(error, Throttled):
        return respond(describe(429, error.code, error.message), {"Retry-After": str(error.retry_after)})
    if isinstance(error, BookingError):
        return _domain_problem(error, context["view"])
    if isinstance(error, Http404):
        error = exceptions.NotFound(NOTHING_HERE)
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, exceptions.APIException):
        return _api_problem(error)
    return None


def describe(status_code: int, code: str, detail: str, errors: Mapping[str, object] | None = None) -> Values:
    """The members of a problem document."""
    body: Values = {
        "type": f"urn:booking-site:problem:{code}",
        "title": str(TITLES[status_code]),
        "status": status_code,
        "detail": detail,
        "code": code,
    }
    if errors:
        body["errors"] = errors
    return body


def with_request_id(body: Values) -> Values:
    """Add the request's id to a problem of status 5xx, so that its cause is found in the log."""
    return {**body, "request_id": request_id()} if body["status"] >= 500 else body


def respond(body: Values, headers: Mapping[str, str] | None = None) -> Response:
    """The response for a problem document."""
    return Response(with_request_id(body), status=body["status"], headers=headers, content_type=PROBLEM)


def describe_error(error: BookingError, kind: type[Booking] | None) -> Values:
    """The problem document of a domain error, its parts renamed to the request's fields."""
    names = kind.request_names if kind else {}
    errors = {names.get(part, part): sentences for part, sentences in error.errors.items()}
    body = describe(STATUS[error.code], error.code, error.message, errors)
    if error.rule:
        body["rule"] = error.rule
    if kind and (error.suggestions or isinstance(error, Conflict)):
        body["suggestions"] = [represent_suggestion(kind, span) for span in error.suggestions]
    return body


def _domain_problem(error: BookingError, view: object) -> Response:
    """The response for a domain error; `Retry-After` where waiting helps."""
    waits = {"unavailable": RETRY_AFTER_SECONDS, "idempotency_in_progress": RETRY_AFTER_SECONDS}
    wait = waits.get(error.code)
    return respond(
        describe_error(error, getattr(view, "kind", None)), None if wait is None else {"Retry-After": str(wait)}
    )


def _api_problem(error: exceptions.APIException) -> Response:
    """The response for one of DRF's errors, or of those above."""
    code = error.default_code
    if isinstance(error, exceptions.AuthenticationFailed):
        code = exceptions.NotAuthenticated.default_code
    if isinstance(error, exceptions.PermissionDenied):
        code = "forbidden"
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if (wait := getattr(error, "wait", None)) is not None:
        headers["Retry-After"] = str(max(1, round(wait)))
    errors = getattr(error, "errors", None)
    return respond(describe(error.status_code, code, str(error.detail), errors), headers)
