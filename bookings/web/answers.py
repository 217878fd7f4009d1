"""How pages answer: which methods they take, how they report failures, and that answers are not cached."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Self

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers
from django_htmx.middleware import HtmxDetails

from accounts import rate_limits
from accounts.demo import is_demo_visitor
from bookings.access.actor import Actor
from bookings.core.errors import HTTP_STATUS, BookingError
from bookings.core.failures import log_failure
from bookings.core.unavailable import is_unavailable

RETRY_AFTER_SECONDS = 5
STATUS = {**HTTP_STATUS, "stale": 409, "leaves_outside": 409}
"""The domain errors' codes -> HTTP status of a page, which sends no If-Match that could fail."""

View = Callable[..., HttpResponse]


class HtmxRequest(HttpRequest):
    """A request as django-htmx's middleware hands it on."""

    htmx: HtmxDetails


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a form is shown again; the default is that of a form that is shown for the first time."""

    status: int = 200
    alert: str = ""
    reasons: Sequence[str] = ()

    @classmethod
    def of(cls, error: BookingError) -> Self:
        """The error's message, with the sentences about single fields as reasons."""
        reasons = [sentence for sentences in error.errors.values() for sentence in sentences]
        return cls(status_of(error), error.message, reasons)


class SeeOther(HttpResponseRedirect):
    """A redirect after a POST: 303, so that the browser follows it with a GET."""

    status_code = 303


def page(*methods: str) -> Callable[[View], View]:
    """Decorator of a page: only these methods, no cache, `Vary` by HTMX; without a database 503 with the input kept."""

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            try:
                return view(request, *args, **kwargs)
            except Exception as error:
                if request.method != "POST" or not is_unavailable(error):
                    raise
                log_failure(error)
                return try_again(request)

        return never_cache(vary_on_headers("HX-Request")(require_http_methods(methods)(answer)))

    return decorate


def reader_context(request: HttpRequest, actor: Actor) -> dict[str, object]:
    """What the frame of every page shows: who is signed in, and whether this is a demonstration."""
    return {"actor": actor, "is_demo": is_demo_visitor(request)}


def count_read(request: HttpRequest, actor: Actor) -> None:
    """Count one look at free times, which cost more than other pages: as the API counts reads. Raises Throttled."""
    if request.method != "POST":
        rate_limits.count("read", *rate_limits.callers_of(request, actor.user))


def try_again(request: HttpRequest) -> HttpResponse:
    """A page that says that nothing was changed, with a button that sends the same form again."""
    kept = [(name, value) for name, values in request.POST.lists() for value in values if name != "csrfmiddlewaretoken"]
    return with_retry_after(render(request, "booking/unavailable.html", {"kept": kept}, status=503))


def with_retry_after(response: HttpResponse) -> HttpResponse:
    """The same response; with status 503 it gets the header Retry-After."""
    if response.status_code == STATUS["unavailable"]:
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def status_of(error: BookingError) -> int:
    """The HTTP status of a page that shows this error."""
    return STATUS.get(error.code, 400)
