"""One line for each request in the access log, and the request's id in answers and in all its other lines."""

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.encoding import escape_uri_path

from bookings.core.current_request import CurrentRequest, current_request
from bookings.core.failures import Limiter

logger = logging.getLogger("booking_site.access")

HEADER = "X-Request-ID"
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")

once_an_hour = Limiter(seconds=3600)


class AccessMiddleware:
    """Stands first, so that a refused host and a failed page have an id and a line as well."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        current = CurrentRequest(request_id_of(request), request.method or "", escape_uri_path(request.path))
        token = current_request.set(current)
        try:
            warn_of_unknown_proxy(request)
            response = self.get_response(request)
            response.headers[HEADER] = current.id
            log_access(current, response.status_code, round((time.perf_counter() - started) * 1000))
            return response
        finally:
            current_request.reset(token)


def log_access(request: CurrentRequest, status: int, milliseconds: int) -> None:
    """Log this answer, unless it is a static file that was found."""
    if status < 400 and request.path.startswith(settings.STATIC_URL):
        return
    fields = {"status": status, "ms": milliseconds}
    logger.info("%s %s %d %d ms", request.method, request.path, status, milliseconds, extra=fields)


def request_id_of(request: HttpRequest) -> str:
    """The id that a proxy of ours has given the request, else a new one: strangers do not choose what is logged."""
    given = request.headers.get(HEADER, "")
    return given if trusts_proxies() and REQUEST_ID.fullmatch(given) else uuid.uuid4().hex


def warn_of_unknown_proxy(request: HttpRequest) -> None:
    """Say once an hour in each process that a proxy stands in front which the settings do not know of."""
    if "X-Forwarded-For" in request.headers and not trusts_proxies() and once_an_hour.admit("proxy") is not None:
        logger.warning(
            "A request carries X-Forwarded-For, but TRUSTED_PROXIES=0: all visitors behind that proxy count as one "
            "address, and share its limits. Set TRUSTED_PROXIES to the number of your proxies, if it is yours."
        )


def trusts_proxies() -> bool:
    """Whether requests come through a proxy of ours."""
    return settings.TRUSTED_PROXIES > 0
