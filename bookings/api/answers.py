"""Answers that may be kept and repeated: rendered once, sent now and again."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from bookings.access.actor import Actor
from bookings.actions import idempotency
from bookings.actions.idempotency import Claim, StoredAnswer
from bookings.api.problems import InvalidRequest

KEY = re.compile(r"[\x21-\x7e]{1,255}", re.ASCII)


def answer(data: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> StoredAnswer:
    """A JSON answer."""
    return StoredAnswer(status, JSONRenderer().render(data).decode(), headers or {})


def once(request: Request, actor: Actor, write: Callable[[], StoredAnswer]) -> HttpResponse:
    """Answer with `write`, or with what it answered before to the request's `Idempotency-Key`.

    Raises InvalidRequest for a key that is none, and the errors of `idempotency.once`.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return send(write())
    if not KEY.fullmatch(key):
        raise InvalidRequest({"Idempotency-Key": [_("Give 1 to 255 visible ASCII characters.")]})
    caller = f"user {actor.user.pk}" if actor.user else "demo"
    return send(idempotency.once(Claim(caller, key, _digest(request)), write))


def send(kept: StoredAnswer) -> HttpResponse:
    """The HTTP response of an answer."""
    replayed = {"Idempotency-Replayed": "true"} if kept.is_replay else {}
    return HttpResponse(
        kept.body, status=kept.status, content_type="application/json", headers={**kept.headers, **replayed}
    )


def _digest(request: Request) -> str:
    """What makes a repeat the same request: method, path and the JSON value of the body."""
    body = json.dumps(request.data, sort_keys=True)
    return hashlib.sha256(f"{request.method} {request.path.rstrip('/')} {body}".encode()).hexdigest()
