"""Fixtures of the sign-in: mail that really travels, and people at their browsers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.support.browser import browser, open_browser
from tests.support.guest import Guest
from tests.support.smtp import Mailbox, mail_server

__all__ = ["browser", "open_browser"]


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[Mailbox]:
    """A real mail server, which the site uses."""
    with mail_server() as mailbox:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mailbox.port
        yield mailbox


@pytest.fixture
def mail_files(settings: Settings, tmp_path: Path) -> Path:
    """The directory of the file backend."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    return tmp_path


@pytest.fixture
def guest(db: None, mailbox: Mailbox) -> Guest:
    """Somebody at a browser, with a mailbox."""
    return Guest(mailbox)
