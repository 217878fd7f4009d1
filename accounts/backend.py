"""`settings.AUTHENTICATION_BACKENDS`: who may sign in, and whose session still counts."""

from django.contrib.auth.backends import ModelBackend

from accounts.logins import may_sign_in
from accounts.models import User


class Backend(ModelBackend):
    """Signs in by address and password. Django also asks it for the user of every session."""

    def user_can_authenticate(self, user: object) -> bool:
        """Whether the login may sign in: the same rule as for tokens."""
        return isinstance(user, User) and may_sign_in(user)
