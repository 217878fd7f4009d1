"""Django's own error answers: problem documents under /api/, pages elsewhere. (DRF answers errors of its views.)"""

import logging
import sys
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts.errors import Throttled
from accounts.mail import MailAway
from bookings.api.problems import NOTHING_HERE, PROBLEM, RETRY_AFTER_SECONDS, describe, with_request_id
from bookings.core.errors import Forbidden, Unavailable
from bookings.core.failures import log_failure
from bookings.core.unavailable import is_unavailable

logger = logging.getLogger("django.request")

MAIL_RETRY_AFTER_SECONDS = 60

GetResponse = Callable[[HttpRequest], HttpResponse]


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that Django refuses before any view sees it."""
    return _answer(request, 400, "malformed", _("The request is malformed."))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 403, "forbidden", Forbidden().message)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Nothing there, or nothing that the caller may see."""
    return _answer(request, 404, "not_found", str(NOTHING_HERE))


def server_error(request: HttpRequest) -> HttpResponse:
    """A mistake of ours; but 503 when a middleware, such as that of sessions, found the database away."""
    error = sys.exception()
    if error is not None and is_unavailable(error):
        return _unavailable(request, error)
    return _answer(request, 500, "server_error", _("Something went wrong on our side. Nothing was changed."))


def refuse_insecure_api(get_response: GetResponse) -> GetResponse:
    """Middleware: refuse API calls over plain HTTP; pages are redirected.

    Clients turn a redirected POST into a GET.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        is_api = request.path.lstrip("/").startswith("api/")  # the same paths as SECURE_REDIRECT_EXEMPT
        if settings.SECURE_SSL_REDIRECT and is_api and not request.is_secure():
            return _answer(request, 403, "forbidden", _("Use https."))
        return get_response(request)

    return middleware


class AnswerErrors:
    """Middleware: answer exceptions of views, and requests whose error page fails.

    It must be the last middleware: Django's page for developers fails on a lone surrogate, and every middleware before
    the last one would render that page again.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        except Exception:
            logger.exception("The error page failed: %s", request.path)
            return server_error(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The answer to an exception that is no mistake of ours; the API answers most of its own itself."""
        match error:
            case Throttled():
                return _page(429, "429.html", retry_after=error.retry_after)
            case MailAway():
                log_failure(error, source="the mail server")
                return _page(503, "account/mail_away.html", retry_after=MAIL_RETRY_AFTER_SECONDS)
            case _ if is_unavailable(error):
                return _unavailable(request, error)
        return None


def _unavailable(request: HttpRequest, error: BaseException) -> HttpResponse:
    log_failure(error)
    response = _answer(request, 503, "unavailable", Unavailable().message)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _answer(request: HttpRequest, status: int, code: str, detail: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        body = with_request_id(describe(status, code, detail))
        return JsonResponse(body, status=status, content_type=PROBLEM)
    return _page(status, f"{status}.html")


def _page(status: int, template: str, *, retry_after: int | None = None) -> HttpResponse:
    # Without the request: its context processors would ask the database for the user, which may be what failed.
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return HttpResponse(render_to_string(template), status=status, headers=headers)
