"""allauth's forms with our words and limits."""

from allauth.account import forms as account
from allauth.core import context
from allauth.mfa.base import forms as mfa
from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import mail, rate_limits
from accounts.adapters import count_mail, count_try, limit_session
from accounts.errors import Throttled
from accounts.logins import may_sign_in, signs_in_by_password, user_with_address
from accounts.models import User


class AddressField(forms.EmailField):
    """An e-mail address as logins keep it: in lower case, the domain in ASCII."""

    def __init__(self, *, required: bool = True) -> None:
        """A field that phones and password managers recognise."""
        widget = forms.EmailInput(attrs={"autocomplete": "username", "inputmode": "email", "maxlength": 254})
        super().__init__(label=gettext_lazy("E-mail"), max_length=254, widget=widget, required=required)

    def clean(self, value: object) -> str:
        """The address; a domain in Unicode becomes ASCII, so that both are one address. Raises ValidationError."""
        name, _at, domain = str(super().clean(value)).rpartition("@")
        try:
            name.encode("ascii")  # Django's pattern ignores case, and so takes the Kelvin sign for a k
            return f"{name}@{domain.encode('idna').decode()}".lower()
        except UnicodeError as error:
            raise forms.ValidationError(_("Enter a valid e-mail address."), code="invalid") from error


class CodeField(forms.CharField):
    """A one-time code, typed or filled in by the phone."""

    def __init__(self, *, is_numeric: bool) -> None:
        """`is_numeric` brings up the digits on a phone."""
        attrs = {"autocomplete": "one-time-code", "maxlength": 32}
        if is_numeric:
            attrs["inputmode"] = "numeric"
        super().__init__(label=gettext_lazy("Code"), max_length=32, widget=forms.TextInput(attrs=attrs))


class RequestCodeForm(account.RequestLoginCodeForm):
    """Asks for the address alone. Known and unknown addresses are counted, looked up and mailed in the same way."""

    email = AddressField()

    def clean_email(self) -> str:
        """The address; `_user` is who gets a code, None where a password is asked for instead. Raises Throttled."""
        email: str = self.cleaned_data["email"]
        count_mail(context.request, email)
        user = user_with_address(email)
        self.gets_code = not signs_in_by_password(user) and may_sign_in(user)
        self._user = user if self.gets_code else None
        return email


class ConfirmCodeForm(account.ConfirmLoginCodeForm):
    code = CodeField(is_numeric=True)


class PasswordForm(account.LoginForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        """Replace allauth's fields with ours."""
        super().__init__(*args, **kwargs)
        self.fields["login"] = AddressField()
        attrs = {"autocomplete": "current-password"}
        self.fields["password"] = forms.CharField(
            label=_("Password"), strip=False, max_length=1024, widget=forms.PasswordInput(attrs=attrs)
        )

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        """Sign in, or go on to the second step. allauth sets a session age that would grow with use."""
        response: HttpResponse = super().login(request, redirect_url)
        if request.user.is_authenticated:
            limit_session(request, request.user)
        return response


class ForgottenForm(account.ResetPasswordForm):
    """Mails a reset link to users with a password, and to all others how they sign in."""

    email = AddressField(required=True)

    def clean_email(self) -> str:
        """The address. `users` is who gets a reset link, if anybody. Raises Throttled."""
        email: str = self.cleaned_data["email"]
        count_mail(context.request, email)
        found = User.objects.filter(email=email).first()
        if found is not None and not may_sign_in(found):
            found = None
        has_password = found is not None and (signs_in_by_password(found) or found.has_usable_password())
        self.users = [found] if has_password else []
        return email

    def save(self, request: HttpRequest, **kwargs: object) -> str:
        """Send the reset link or the advice. Raises MailAway."""
        email: str = self.cleaned_data["email"]
        if self.users:
            return str(super().save(request))
        mail.send("no_password", email, {"site": request.get_host()})
        return email


class NewPassword:
    """Mix-in: one sentence says what a password must be."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Replace allauth's HTML list of what each validator says."""
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = _("At least 8 characters; none that many people use, nor your address.")


class ResetPasswordForm(NewPassword, account.ResetPasswordKeyForm):
    """A new password, by a mailed link."""


class ChangePasswordForm(NewPassword, account.ChangePasswordForm):
    """A new password, given the old one."""

    def clean_oldpassword(self) -> str:
        """Raises Throttled: somebody at an open browser must not guess the password."""
        count_try(context.request, self.user.email)
        return str(super().clean_oldpassword())


class GuardedCode(mfa.BaseAuthenticateForm):
    """A second step whose tries are counted, and whose code works once across all processes."""

    user: User

    def clean_code(self) -> str:
        """The code, unless it was used before. Raises Throttled after too many tries."""
        count_try(context.request, self.user.email)
        code: str = super().clean_code()
        try:
            rate_limits.count("second_step_code", f"user {self.user.pk} code {code.strip()}")
        except Throttled as error:
            raise forms.ValidationError(_("This code was used already. Please wait for the next one.")) from error
        return code


class SecondStepForm(GuardedCode, mfa.AuthenticateForm):
    """The app's code, or a recovery code."""

    code = CodeField(is_numeric=True)


class SecondStepAgainForm(GuardedCode, mfa.ReauthenticateForm):
    """The code of the app, or a recovery code, again before a sensitive change."""

    code = CodeField(is_numeric=True)
