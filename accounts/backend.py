"""`settings.AUTHENTICATION_BACKENDS`: who may sign in, and whose session still counts."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from accounts.logins import may_sign_in


class Backend(ModelBackend):
    """Address and password. Django asks it for the user of every session as well."""

    def user_can_authenticate(self, user: Any) -> bool:
        """The rule that tokens follow, too."""
        return may_sign_in(user)
