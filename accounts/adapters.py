"""What allauth asks us: our limits, mails, redirects and sessions."""

import logging
import time
from datetime import timedelta

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import mail, rate_limits
from accounts.logins import confirm_address, end_sessions, may_sign_in, signs_in_by_password
from accounts.models import User

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Signing in, and the account of who is signed in."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": gettext_lazy("This address and this password do not belong together."),
        "too_many_login_attempts": gettext_lazy("That was the third wrong code. Please ask for a new one."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: a login is made when somebody asks for a code, or by an admin."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Redirects stay on this very host."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that the rate limits count by: the connection's, or the one that our own proxies forward."""
        return rate_limits.client_address(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: object) -> None:
        """Slow down guessing passwords, per account and per address. Raises Throttled."""
        count_try(request, str(credentials.get("email", "")))

    def reauthenticate(self, user: User, password: str) -> bool:
        """Check the password again before a sensitive change. Raises Throttled."""
        count_try(self.request, user.email)
        return user.check_password(password)

    def is_reauthentication_required(self, *, app: str, **kwargs: object) -> bool:
        """Whether the sign-in is more than a few minutes ago."""
        records = get_authentication_records(self.request, self.request.user)
        return not any(time.time() - record["at"] < REAUTHENTICATION_TIMEOUT for record in records)

    def pre_login(
        self, request: HttpRequest, user: User, *, email: str | None = None, **kwargs: object
    ) -> HttpResponse | None:
        """Refuse a login that was closed, or got another address, during the sign-in."""
        if not may_sign_in(user) or (email and email.lower() != user.email):
            request.session.flush()
            return redirect("account_request_login_code")
        return None

    def login(self, request: HttpRequest, user: User) -> None:
        """Begin a session with a fresh key and a fixed end. A mailed code confirms the address that it was sent to."""
        records = get_authentication_records(request, user)
        super().login(request, user)
        if records and records[-1]["method"] == "code":
            confirm_address(user, records[-1]["email"])
        limit_session(request, user)

    def set_password(self, user: User, password: str) -> None:
        """Set a password, and end the sessions that the old one opened."""
        super().set_password(user, password)
        end_sessions(user, but=self.request.session.session_key)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """The account page, from which the password is changed."""
        return reverse("account")

    def is_ajax(self, request: HttpRequest) -> bool:
        """Always False: forms are answered with pages."""
        return False

    def add_message(self, request: HttpRequest, level: int, *args: object, **kwargs: object) -> None:
        """Show errors only: the page itself shows that something went well."""
        if level >= messages.WARNING and kwargs.get("message"):
            super().add_message(request, level, *args, **kwargs)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, object]) -> None:
        """Send one of our mails; the last part of the prefix is its name under `emails/`."""
        site = self.request.get_host()
        mail.send(template_prefix.rpartition("/")[2], email, {"site": site, **context})

    def send_notification_mail(self, template_prefix: str, user: User, *args: object, **kwargs: object) -> None:
        """Mail a notice for every change of a sign-in method. A failed mail does not undo the change."""
        try:
            self.send_mail("security_notice", user.email, {})
        except (mail.MailAway, mail.Undeliverable) as error:
            logger.warning("A security notice was not sent: %s", type(error.__cause__).__name__)


class MfaAdapter(DefaultMFAAdapter):
    def build_totp_svg(self, url: str) -> str:
        """The picture to scan, without the XML declaration, which has no place inside a page."""
        svg: str = super().build_totp_svg(url)
        return svg[svg.index("<svg") :]

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002  allauth's name
        """What a new passkey is called until somebody renames it."""
        return _("Passkey of %(day)s") % {"day": date_format(timezone.localdate())}

    def _get_site_name(self) -> str:
        return _("Booking")


def count_try(request: HttpRequest, email: str) -> None:
    """Count one try to sign in. Raises Throttled."""
    rate_limits.count("sign_in", f"account {email.lower()}")
    rate_limits.count("sign_in_address", f"address {rate_limits.client_address(request)}")


def count_mail(request: HttpRequest, email: str) -> None:
    """Count one mail that somebody asks for, known address or not. Raises Throttled."""
    rate_limits.count("code_mail", f"account {email.lower()}")
    rate_limits.count("code_mail_address", f"address {rate_limits.client_address(request)}")


def limit_session(request: HttpRequest, user: User) -> None:
    """End the session at a fixed time, however much it is used; sooner for users who see other people's bookings."""
    life = timedelta(hours=settings.STAFF_SESSION_HOURS)
    if not signs_in_by_password(user):
        life = timedelta(days=settings.SESSION_DAYS)
    request.session.set_expiry(timezone.now() + life)
