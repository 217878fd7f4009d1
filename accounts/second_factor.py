"""The desk and admins must have proven two factors; without them a request counts as anonymous."""

from collections.abc import Callable
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject

from accounts.demo import is_demo_visitor

SETUP = frozenset(
    {
        "account_logout",
        "account_reauthenticate",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
    }
)
"""The only URLs that serve staff with a password alone: those that add the second factor."""

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class SecondFactorMiddleware:
    """Staff who have not proven a second factor in this session are anonymous to every view but those in `SETUP`.

    So API, pages and admin cannot forget it. Requests with a token are not affected: a token is no session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: tuple[object, ...],
        kwargs: dict[str, object],
    ) -> HttpResponse | None:
        """Redirect to the set-up; sign out instead a session that may not set up a factor (`may_set_up`).

        For the API the caller is anonymous, and nothing is redirected.
        """
        try:
            if not needs_second_factor(request) or has_proven_both(request):
                return None
        except Error as error:  # the view meets it again when it uses the user
            request.user = unknown_because(error)
            return None
        is_api = request.path.startswith("/api/")
        if not is_api and not may_set_up(request):
            logout(request)
            return redirect("account_login")
        if request.resolver_match and request.resolver_match.url_name in SETUP:
            return None
        request.user = AnonymousUser()
        return None if is_api else redirect("mfa_index")


def unknown_because(error: Exception) -> Any:
    """A user object for the time when the database is away: using it raises the database's error."""

    def fail() -> None:
        raise error

    return SimpleLazyObject(fail)


def needs_second_factor(request: HttpRequest) -> bool:
    """Whether the session is of staff, outside of demo mode, and the practice has not waived it."""
    user = request.user
    is_staff = user.is_authenticated and (user.is_staff or user.is_superuser)
    return is_staff and settings.REQUIRE_STAFF_MFA and not is_demo_visitor(request)


def has_proven_both(request: HttpRequest) -> bool:
    """Whether password and second factor were both given in this session."""
    return {"password", "mfa"} <= methods_of(request)


def may_set_up(request: HttpRequest) -> bool:
    """Whether the session came by password to a login without a second factor.

    A login that has a second factor must give it; it must not add another one in order to pass.
    """
    has_factor = Authenticator.objects.filter(user_id=request.user.pk, type__in=SECOND_FACTORS).exists()
    return "password" in methods_of(request) and not has_factor


def methods_of(request: HttpRequest) -> set[str]:
    """The methods by which the user of this session has signed in."""
    return {record["method"] for record in get_authentication_records(request, request.user)}
