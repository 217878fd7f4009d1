"""Somebody who signs in."""

import re
import time
from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from accounts.models import User
from tests.support.smtp import Mailbox

PASSWORD = "correct horse battery"
PERIOD = 30  # seconds
CODE = re.compile(r"\b\d{4}-\d{4}\b")


@dataclass
class Guest:
    """A browser and a mailbox."""

    mailbox: Mailbox
    client: Client = field(default_factory=Client)

    def ask_for_code(self, email: str, **more: str) -> Any:
        """The first page, sent."""
        return self.client.post("/sign-in", {"email": email, **more})

    def enter_code(self, code: str, **more: str) -> Any:
        """The second page, sent."""
        return self.client.post("/sign-in/code", {"code": code, **more})

    def expect_code(self) -> str:
        """The code in the newest mail."""
        found = CODE.search(self.newest_mail())
        assert found, self.newest_mail()
        return found[0]

    def newest_mail(self) -> str:
        """The text of the newest mail."""
        return str(self.mailbox.mails[-1].get_payload())

    def sign_in(self, email: str) -> User:
        """By code, as anybody does."""
        self.ask_for_code(email)
        assert self.enter_code(self.expect_code()).status_code == 302
        user: User = User.objects.get(email=email)
        return user

    def give_password(self, email: str, password: str = PASSWORD, **more: str) -> Any:
        """The password page, sent."""
        return self.client.post("/sign-in/password", {"login": email, "password": password, **more})

    @property
    def user_id(self) -> str | None:
        """Who is signed in."""
        found: str | None = self.client.session.get("_auth_user_id")
        return found


def app_code(secret: str, *, steps: int = 0) -> str:
    """What an authenticator app shows for this key, now or some steps of half a minute later."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // PERIOD + steps)))


def app_secret(user: User) -> str:
    """The key of a user's authenticator app."""
    return str(Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP).data["secret"])
