"""`settings.SESSION_ENGINE`: sessions in the database, each with its user."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from accounts.models import LoginSession


class SessionStore(DatabaseStore):
    """Django's own store over `LoginSession`."""

    @classmethod
    def get_model_class(cls) -> Any:
        return LoginSession

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """The row of this session; its user is None until somebody has signed in."""
        row: Any = super().create_model_instance(data)
        row.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        return row
