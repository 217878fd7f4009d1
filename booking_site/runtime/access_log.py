"""One line for each request in the access log, and the request's id in the answer and in all its other log lines."""

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
    """The first middleware, so that refused hosts and failed pages also have an id and a line."""

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
    """The id that our own proxy has set, else a new one: strangers must not choose what is logged."""
    given = request.headers.get(HEADER, "")
    return given if trusts_proxies() and REQUEST_ID.fullmatch(given) else uuid.uuid4().hex


def warn_of_unknown_proxy(request: HttpRequest) -> None:
    """Warn, once an hour in each process, of a proxy in front that the settings do not name."""
    if "X-Forwarded-For" in request.headers and not trusts_proxies() and once_an_hour.admit("proxy") is not None:
        logger.warning(
            "A request carries X-Forwarded-For, but TRUSTED_PROXIES=0: all visitors behind that proxy count as one "
            "address, and share its limits. Set TRUSTED_PROXIES to the number of your proxies, if it is yours."
        )


def trusts_proxies() -> bool:
    """Whether requests come through our own proxies."""
    return settings.TRUSTED_PROXIES > 0
