"""The settings as a fresh process reads them."""

import subprocess
import sys

from tests.support.environment import BASE_DIR

REAL = {
    "SECRET_KEY": "x" * 30 + "0123456789abcdefghij",
    "ALLOWED_HOSTS": "booking.example.org",
    "DATABASE_URL": "postgresql://app:p%40ss@db.example.org:5433/site?sslmode=require",
    "EMAIL_URL": "smtp+tls://site:p%40ss@mail.example.org:587",
    "TRUSTED_PROXIES": "1",
}


def read_setting(expression: str, env: dict[str, str]) -> str:
    """What an expression over the settings is under an environment; a refusal's sentence where they are refused."""
    script = (
        "from django.core.exceptions import ImproperlyConfigured\n"
        f"try:\n from booking_site import settings\n print(({expression}))\n"
        "except ImproperlyConfigured as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=BASE_DIR, env=env, capture_output=True, text=True, check=True
    )
    return done.stdout.removesuffix("\n")
