"""`settings.AUTHENTICATION_BACKENDS`: who may sign in, and whose session still counts."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from accounts.logins import may_sign_in


class Backend(ModelBackend):
    """Signs in by address and password. Django also asks it for the user of every session."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Whether the login may sign in: the same rule as for tokens."""
        return may_sign_in(user)
