"""How pages answer: what they may be asked by, what they say of failures, and that nobody keeps them."""

from collections.abc import Callable
from functools import wraps

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


class SeeOther(HttpResponseRedirect):
    """Post, redirect, get."""

    status_code = 303


def page(*methods: str) -> Callable[[View], View]:
    """A page: only these methods, in no cache, apart for HTMX; while the database is away, 503 with the input kept."""

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
    """What the frame of every page shows: who is there, and whether this is only a demonstration."""
    return {"actor": actor, "is_demo": is_demo_visitor(request)}


def count_read(request: HttpRequest, actor: Actor) -> None:
    """Count one look at free times, which cost more than other pages: as the API counts reads. Raises Throttled."""
    if request.method != "POST":
        rate_limits.count("read", *rate_limits.callers_of(request, actor.user))


def try_again(request: HttpRequest) -> HttpResponse:
    """Nothing was changed; the same form once more, at the press of a button."""
    kept = [(name, value) for name, values in request.POST.lists() for value in values if name != "csrfmiddlewaretoken"]
    return with_retry_after(render(request, "booking/unavailable.html", {"kept": kept}, status=503))


def with_retry_after(response: HttpResponse) -> HttpResponse:
    """The same answer; one that is unavailable tells when to come back."""
    if response.status_code == STATUS["unavailable"]:
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def status_of(error: BookingError) -> int:
    """The HTTP status that tells of this error."""
    return STATUS.get(error.code, 400)
