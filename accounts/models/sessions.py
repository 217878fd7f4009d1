"""The table of sign-in sessions."""

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.users import User


class LoginSession(AbstractBaseSession):
    """A session with its user, so that all sessions of one user can be counted and ended. No address, no browser."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, related_name="login_sessions", verbose_name=_("login")
    )

    class Meta:
        db_table = "login_sessions"
        verbose_name = _("sign-in session")
        verbose_name_plural = _("sign-in sessions")

    @classmethod
    def get_session_store_class(cls) -> type:
        """The store that `settings.SESSION_ENGINE` names."""
        from accounts.sessions import SessionStore  # noqa: PLC0415  cycle: it imports this model

        return SessionStore
