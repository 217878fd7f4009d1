"""The URLs of signing in and of the account, by the names that allauth uses. No other page of allauth is served.

Each is served with and without a trailing slash. What is left out on purpose: signing up, confirming addresses by
link, changing the address, signing in by passkey alone, downloading recovery codes.
"""

from collections.abc import Callable
from functools import wraps

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LogoutView
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import register_converter
from django.urls.converters import StringConverter
from django.views.decorators.cache import never_cache

from accounts import views
from accounts.paths import served_at

View = Callable[..., HttpResponse]


def with_password(view: View) -> View:
    """Answer 404 to users who sign in by a mailed code: they have no password to change."""

    @never_cache
    @login_required
    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        user = request.user
        if not user.is_authenticated or not user.has_usable_password():
            raise Http404
        return view(request, *args, **kwargs)

    return answer


class Base36Converter(StringConverter):
    regex = "[0-9A-Za-z]+"


register_converter(Base36Converter, "base36")

TWO_STEP = "account/two-step"
PASSKEY = f"{TWO_STEP}/passkeys/<number:pk>"
KEY = "<base36:uidb36>-<str:key>"

urlpatterns = [
    served_at("sign-in", views.RequestCode.as_view(), "account_request_login_code"),
    served_at("sign-in/code", views.confirm_code, "account_confirm_login_code"),
    served_at("sign-in/password", views.PasswordSignIn.as_view(), "account_login"),
    served_at("sign-in/second-step", mfa.authenticate, "mfa_authenticate"),
    served_at("sign-in/forgotten", views.Forgotten.as_view(), "account_reset_password"),
    served_at("sign-in/forgotten/sent", account.password_reset_done, "account_reset_password_done"),
    served_at("sign-in/forgotten/done", account.password_reset_from_key_done, "account_reset_password_from_key_done"),
    served_at(
        f"sign-in/forgotten/{KEY}", never_cache(account.password_reset_from_key), "account_reset_password_from_key"
    ),
    served_at("sign-out", LogoutView.as_view(), "account_logout"),
    served_at("account", views.account_page, "account"),
    served_at("account/sign-out-everywhere", views.sign_out_everywhere, "account_sign_out_everywhere"),
    served_at("account/confirm", with_password(account.reauthenticate), "account_reauthenticate"),
    served_at("account/confirm/second-step", with_password(mfa.reauthenticate), "mfa_reauthenticate"),
    served_at(
        "account/confirm/passkey", with_password(webauthn.reauthenticate_webauthn), "mfa_reauthenticate_webauthn"
    ),
    served_at("account/password", with_password(account.password_change), "account_change_password"),
    served_at(TWO_STEP, with_password(mfa.index), "mfa_index"),
    served_at(f"{TWO_STEP}/app", with_password(totp.activate_totp), "mfa_activate_totp"),
    served_at(f"{TWO_STEP}/app/remove", with_password(totp.deactivate_totp), "mfa_deactivate_totp"),
    served_at(f"{TWO_STEP}/passkeys", with_password(webauthn.list_webauthn), "mfa_list_webauthn"),
    served_at(f"{TWO_STEP}/passkeys/add", with_password(webauthn.add_webauthn), "mfa_add_webauthn"),
    served_at(f"{PASSKEY}/remove", with_password(webauthn.remove_webauthn), "mfa_remove_webauthn"),
    served_at(f"{PASSKEY}/rename", with_password(webauthn.edit_webauthn), "mfa_edit_webauthn"),
    served_at(f"{TWO_STEP}/recovery-codes", with_password(recovery.view_recovery_codes), "mfa_view_recovery_codes"),
    served_at(
        f"{TWO_STEP}/recovery-codes/new", with_password(recovery.generate_recovery_codes), "mfa_generate_recovery_codes"
    ),
]
