"""EMAIL_URL: what it means, and what is refused without repeating it."""

import pytest

from tests.support.environment import BASE_DIR
from tests.support.processes import clean_env
from tests.support.read_settings import REAL, read_setting

NAMES = ("BACKEND", "HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_TLS", "USE_SSL", "FILE_PATH")
MAIL = "[settings.EMAIL_BACKEND.split('.')[-2], " + ", ".join(f"settings.EMAIL_{name}" for name in NAMES[1:]) + "]"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp+tls://a:p%40ss@m.org:2525", ["smtp", "m.org", 2525, "a", "p@ss", True, False, "/"]),
        ("smtp+tls://m.org", ["smtp", "m.org", 587, "", "", True, False, "/"]),
        ("smtp+ssl://m.org", ["smtp", "m.org", 465, "", "", False, True, "/"]),
        ("smtp://127.0.0.1:1025", ["smtp", "127.0.0.1", 1025, "", "", False, False, "/"]),
        ("filemail:///srv/mail", ["filebased", "", 25, "", "", False, False, "/srv/mail"]),
        ("consolemail://", ["console", "", 25, "", "", False, False, "/"]),
    ],
)
def test_address_of_mail_is_read(url: str, expected: list[object]) -> None:
    assert read_setting(MAIL, clean_env(**REAL) | {"EMAIL_URL": url}) == str(expected)


@pytest.mark.parametrize(
    "url",
    [
        "banana",
        "http://m.org",
        "smtp://",
        "smtp://m.org:port",
        "smtp://m.org:0",
        "filemail://var/mail",
        "filemail://",
        "smtp+tls://user:secret@m.org?typo=1",
    ],
)
def test_nonsense_is_refused_without_repeating_it(url: str) -> None:
    sentence = read_setting("'accepted'", clean_env(**REAL) | {"EMAIL_URL": url})

    assert sentence.startswith("EMAIL_URL is no address of a mail server: ")
    assert "secret" not in sentence


def test_development_keeps_mail_in_files() -> None:
    env = clean_env(DEBUG="1", SECRET_KEY="x", VAR_DIR="/tmp/anywhere")

    assert read_setting("settings.EMAIL_FILE_PATH", env) == "/tmp/anywhere/mail"
    assert str(BASE_DIR) not in read_setting("settings.EMAIL_FILE_PATH", env)
