"""How a view answers: with an `Answer`, rendered once, which may be kept and sent again."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from functools import partial, wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from bookings.access.actor import Actor
from bookings.actions import idempotency
from bookings.actions.idempotency import Answer, Claim
from bookings.api.preconditions import is_unchanged
from bookings.api.problems import InvalidRequest

KEY = re.compile(r"[\x21-\x7e]{1,255}", re.ASCII)


class Called(Protocol):
    """What `repeatable` needs from a view."""

    request: Request
    actor: Actor


V = TypeVar("V", bound=Called)
P = ParamSpec("P")


def answer(data: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """Render `data` as JSON, once: the answer may be kept and sent again."""
    return Answer(status, JSONRenderer().render(data).decode(), headers or {})


def unless_unchanged(request: Request, whole: Answer) -> Answer:
    """The answer, or 304 without its body when the caller has seen its entity tag."""
    return Answer(304, "", whole.headers) if is_unchanged(request, whole.headers["ETag"]) else whole


def repeatable(write: Callable[Concatenate[V, P], Answer]) -> Callable[Concatenate[V, P], Answer]:
    """Mark a view's method as a write that may be repeated: with the same `Idempotency-Key` it is done once.

    Its arguments have been read and checked before. Raises InvalidRequest for a malformed key, and the errors of
    `idempotency.once`.
    """

    @wraps(write)
    def write_once(view: V, /, *args: P.args, **kwargs: P.kwargs) -> Answer:
        key = view.request.headers.get("Idempotency-Key")
        if key is None:
            return write(view, *args, **kwargs)
        if not KEY.fullmatch(key):
            raise InvalidRequest({"Idempotency-Key": [_("Give 1 to 255 visible ASCII characters.")]})
        caller = f"user {view.actor.user.pk}" if view.actor.user else "demo"
        claim = Claim(caller, key, _digest(view.request))
        return idempotency.once(claim, partial(write, view, *args, **kwargs))

    write_once.__dict__["is_repeatable"] = True
    return write_once


def is_repeatable(view: type) -> bool:
    """Whether a method of the view is marked as `repeatable`."""
    return any(getattr(getattr(view, name), "is_repeatable", False) for name in dir(view))


def send(given: Answer) -> HttpResponse:
    """The HTTP response of an answer."""
    replayed = {"Idempotency-Replayed": "true"} if given.is_replay else {}
    return HttpResponse(
        given.body, status=given.status, content_type="application/json", headers={**given.headers, **replayed}
    )


def _digest(request: Request) -> str:
    """What makes a repeat the same request: method, path and the JSON value of the body."""
    body = json.dumps(request.data, sort_keys=True)
    return hashlib.sha256(f"{request.method} {request.path.rstrip('/')} {body}".encode()).hexdigest()
