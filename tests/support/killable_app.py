"""The site on the test database, run by `served`: told to, it dies between making its answer and sending it."""

import os
import signal
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection

from booking_site.wsgi import application as site

connection.settings_dict["NAME"] = os.environ["TEST_DATABASE"]


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The site's answer; with `X-Die: after-commit` this process is killed instead of giving it."""
    answer = site(environ, start_response)
    if environ.get("HTTP_X_DIE") == "after-commit":
        os.kill(os.getpid(), signal.SIGKILL)
    return answer
