"""Django's own error answers: problem documents under /api/, pages elsewhere. (DRF answers what its views raise.)"""

import logging
import sys
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts.errors import Throttled
from accounts.mail import MailAway
from bookings.api.problems import RETRY_AFTER_SECONDS, describe, with_request_id
from bookings.core.errors import Unavailable
from bookings.core.failures import log_failure
from bookings.core.unavailable import is_unavailable

logger = logging.getLogger("django.request")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that Django refuses before any view sees it."""
    return _answer(request, 400, "malformed", _("The request is malformed."))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Not for you."""
    return _answer(request, 403, "forbidden", _("You may not do this."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Nothing there, or nothing that you may see."""
    return _answer(request, 404, "not_found", _("There is nothing here that you may see."))


def server_error(request: HttpRequest) -> HttpResponse:
    """Our fault; unless a middleware, such as the one that saves the session, met a database that is away."""
    error = sys.exception()
    if error is not None and is_unavailable(error):
        return _unavailable(request, error)
    return _answer(request, 500, "server_error", _("Something went wrong on our side. Nothing was changed."))


class InsecureApiMiddleware:
    """Refuses API calls over plain HTTP, which pages are redirected for: clients turn a redirected POST into a GET."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_api = request.path.lstrip("/").startswith("api/")  # as SECURE_REDIRECT_EXEMPT has it
        if settings.SECURE_SSL_REDIRECT and is_api and not request.is_secure():
            return _answer(request, 403, "forbidden", _("Use https."))
        return self.get_response(request)


class LastResortMiddleware:
    """Answers when the error page itself fails, as Django's for developers does over a lone surrogate."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        except Exception:
            logger.exception("The error page failed: %s", request.path)
            return server_error(request)


class DatabaseAwayMiddleware:
    """Answers 503 with Retry-After while the database is away, whichever query noticed it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The answer to a view that could not reach the database."""
        return _unavailable(request, exception) if is_unavailable(exception) else None


class RefusedSignInMiddleware:
    """Answers what the sign-in cannot say in a form: too many tries (429), no mail server (503). Never a 500."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A page that says what to do, with Retry-After; the API answers its own errors."""
        if isinstance(exception, Throttled):
            response = HttpResponse(render_to_string("429.html"), status=429)
            response["Retry-After"] = str(exception.retry_after)
            return response
        if isinstance(exception, MailAway):
            log_failure(exception, source="the mail server")
            response = HttpResponse(render_to_string("account/mail_away.html"), status=503)
            response["Retry-After"] = "60"
            return response
        return None


def _unavailable(request: HttpRequest, error: BaseException) -> HttpResponse:
    log_failure(error)
    response = _answer(request, 503, "unavailable", Unavailable().message)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _answer(request: HttpRequest, status: int, code: str, detail: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        body = with_request_id(describe(status, code, detail))
        return JsonResponse(body, status=status, content_type="application/problem+json")
    # Without the request: its context processors would ask the database for the user, which may be what failed.
    return HttpResponse(render_to_string(f"{status}.html"), status=status)
