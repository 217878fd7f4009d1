"""`settings.AUTHENTICATION_BACKENDS`: who may sign in, and whose session still counts."""

from django.contrib.auth.backends import ModelBackend

from accounts.logins import may_sign_in
from accounts.models import User


class Backend(ModelBackend):
    """Address and password. Django asks it for the user of every session as well."""

    def user_can_authenticate(self, user: object) -> bool:
        """The rule that tokens follow, too."""
        return isinstance(user, User) and may_sign_in(user)
