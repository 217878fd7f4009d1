"""Demo mode: with DEBUG, on this machine, a visitor acts as the desk, and logins work whose password is public."""

from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from django.http import HttpRequest
    from rest_framework.request import Request

DEMO_PASSWORD = "demo-password"  # noqa: S105  public on purpose
DEMO_LOGINS = [  # role, e-mail, password
    (role, f"{role}@example.com", DEMO_PASSWORD) for role in ("admin", "desk", "doctor", "patient", "coach", "client")
]

LOOPBACK = frozenset({"127.0.0.1", "::1"})
FORWARDING_HEADERS = frozenset(
    {"forwarded", "via", "x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip"}
)  # and all headers that begin with x-forwarded-
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def is_demo_mode() -> bool:
    """Whether this is a demonstration: DEMO_MODE, which counts only with DEBUG."""
    return settings.DEBUG and settings.DEMO_MODE


def is_demo_visitor(request: "HttpRequest | Request") -> bool:
    """Whether demo mode is on and the request was made on this machine, not forwarded, not by another site's page."""
    if not is_demo_mode() or request.META.get("REMOTE_ADDR") not in LOOPBACK:
        return False
    names = {name.lower() for name in request.headers}
    is_forwarded = any(name in FORWARDING_HEADERS or name.startswith("x-forwarded-") for name in names)
    return not is_forwarded and not _is_of_another_site(request)


def _is_of_another_site(request: "HttpRequest | Request") -> bool:
    """Whether another site's page sends this, as browsers tell; a link from there may be followed."""
    origin = request.headers.get("Origin")
    is_foreign = origin is not None and origin != f"{request.scheme}://{request.get_host()}"
    is_write = request.method not in SAFE_METHODS
    return is_foreign or (is_write and request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"))
