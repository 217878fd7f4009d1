"""`settings.SESSION_ENGINE`: sessions in the database, each with its user."""

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from accounts.models import LoginSession


class SessionStore(DatabaseStore[LoginSession]):
    """Django's own store over `LoginSession`."""

    @classmethod
    def get_model_class(cls) -> type[LoginSession]:
        return LoginSession

    def create_model_instance(self, data: dict[str, object]) -> LoginSession:
        """The row of this session; its user is None until somebody has signed in."""
        row = super().create_model_instance(data)
        row.user_id = int(str(data[SESSION_KEY])) if SESSION_KEY in data else None
        return row
