"""The pages of signing in that differ from allauth's, and the account page."""

from typing import TypeVar

from allauth.account import views as account
from allauth.account.internal.decorators import login_stage_required
from allauth.account.stages import LoginByCodeStage
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django.views.generic.base import ContextMixin
from django.views.generic.edit import FormMixin

from accounts import mail
from accounts.adapters import count_try
from accounts.demo import DEMO_LOGINS, is_demo_visitor
from accounts.forms import ForgottenForm, RequestCodeForm
from accounts.logins import count_sessions, end_sessions, signs_in_by_password
from accounts.models import User
from accounts.people import people
from accounts.second_factor import SECOND_FACTORS, needs_second_factor

F = TypeVar("F", bound=BaseForm)
FILE_BACKEND = "django.core.mail.backends.filebased.EmailBackend"


class SignInMixin(ContextMixin):
    """Mix-in of both sign-in pages: an unfinished sign-in does not prevent a new one."""

    request: HttpRequest

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: object) -> None:
        """Do not redirect: here a mistyped address is corrected."""

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        """In demo mode also the public logins and where mails are stored."""
        is_demo = is_demo_visitor(self.request)
        has_files = is_demo and settings.EMAIL_BACKEND == FILE_BACKEND
        context = super().get_context_data(**kwargs)
        return {
            **context,
            "demo_logins": DEMO_LOGINS if is_demo else [],
            "mail_directory": settings.EMAIL_FILE_PATH if has_files else "",
            "query": next_query(context["redirect_field_value"]),
        }


class MailMixin(FormMixin[F]):
    """A form that sends a mail to the address in it."""

    def form_valid(self, form: F) -> HttpResponse:
        """Send the mail. The only error that is shown about an address is that no mail server accepts it."""
        try:
            return self.deliver(form)
        except mail.Undeliverable:
            form.add_error("email", _("This address takes no mail. Please check it."))
            return self.form_invalid(form)

    def deliver(self, form: F) -> HttpResponse:
        """As allauth does. Raises Undeliverable, MailAway."""
        return super().form_valid(form)


class RequestCode(SignInMixin, MailMixin[RequestCodeForm], account.RequestLoginCodeView):
    """`/sign-in`: asks for the address and mails to it."""

    def deliver(self, form: RequestCodeForm) -> HttpResponse:
        """Send a code, or the advice to use the password: always exactly one mail."""
        if not form.gets_code:
            mail.send("password_instead", form.cleaned_data["email"], {"site": self.request.get_host()})
        return super().deliver(form)


class PasswordSignIn(SignInMixin, account.LoginView):
    """`/sign-in/password`: for providers, the desk and admins; in demo mode for everybody."""


class ConfirmCode(account.ConfirmLoginCodeView):
    """`/sign-in/code`: asks for the mailed code."""

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Count the try in the database: allauth counts in the session, which parallel requests would evade."""
        count_try(request, self._process.state["email"])
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response


confirm_code = login_stage_required(LoginByCodeStage.key, "account_request_login_code")(ConfirmCode.as_view())


class Forgotten(MailMixin[ForgottenForm], account.PasswordResetView):
    """`/sign-in/forgotten`: asks for the address and says the same to all."""


@never_cache
@login_required
@require_http_methods(["GET", "HEAD"])
def account_page(request: HttpRequest) -> HttpResponse:
    """`/account`: the people linked to this login, its ways to sign in and its sessions."""
    user = _user(request)
    factors = Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS).count()
    context = {
        "people": [(str(person._meta.verbose_name), person) for person in people().records_of(user)],
        "has_password": signs_in_by_password(user) or user.has_usable_password(),
        "factors": factors,
        "is_factor_due": not factors and needs_second_factor(request),
        "sessions": count_sessions(user),
    }
    return render(request, "account/account.html", context)


@never_cache
@login_required
@require_http_methods(["POST"])
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End every session of this login, this one included. Tokens are revoked by an admin."""
    end_sessions(_user(request))
    logout(request)
    messages.success(request, _("You are signed out everywhere."))
    return redirect("account_request_login_code")


@never_cache
def admin_login(request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
    """Redirect to the site's own sign-in: the admin's form has neither rate limits nor second factors."""
    goal = request.GET.get("next", "")
    goal = goal if url_has_allowed_host_and_scheme(goal, allowed_hosts=None) else resolve_url("admin:index")
    if not request.user.is_authenticated:
        return HttpResponseRedirect(f"{resolve_url('account_login')}?{urlencode({'next': goal})}")
    if not (request.user.is_active and request.user.is_staff):
        raise PermissionDenied
    return HttpResponseRedirect(goal)


def next_query(goal: object) -> str:
    """The query string that passes a local `next` address on; empty for any other."""
    if not isinstance(goal, str) or not url_has_allowed_host_and_scheme(goal, allowed_hosts=None):
        return ""
    return f"?{urlencode({'next': goal})}"


def _user(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User):
        raise PermissionDenied
    return user
