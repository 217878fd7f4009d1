"""The settings of the test suite: the project's own, untouched by the developer's `.env` and environment.

Only the database may be chosen from outside: DATABASE_URL, POSTGRES_BIN_DIR, VAR_DIR.
"""

import os
import sys

from tests.support.environment import BASE_DIR, hermetic_environment

kept = hermetic_environment(os.environ)
os.environ.clear()
os.environ.update(kept)

from booking_site.settings import *  # noqa: E402, F403
from booking_site.settings import DATABASES, RATES, TEMPLATES  # noqa: E402


class UndefinedVariable(str):
    """Fails a template of ours that shows an undefined variable; Django's own ones rely on showing nothing."""

    __slots__ = ()

    def __bool__(self) -> bool:
        # Django asks `if string_if_invalid` in FilterExpression.resolve(self, context), where the variable is unknown.
        found = sys._getframe(1).f_locals
        if (context := found.get("context")) is not None:
            template = context.render_context.template.origin.name
            if template.startswith(str(BASE_DIR)) and "site-packages" not in template:
                raise AssertionError(f"{template} shows the undefined variable {found['self'].var}")
        return False


# A test is one transaction, which a busy machine may interrupt for longer than a request may be.
DATABASES["default"]["OPTIONS"]["options"] += " -c idle_in_transaction_session_timeout=0"

TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UndefinedVariable()

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the real one takes half a second a password

RATES = dict.fromkeys(RATES, "")  # the tests of the limits set their own
REQUIRE_STAFF_MFA = False  # those of the second factor turn it on
