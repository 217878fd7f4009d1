"""Mails of the sign-in: text only, sent at once, because somebody waits for them."""

import logging
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from threading import BoundedSemaphore
from typing import Any

from django.core.mail import EmailMessage
from django.template.loader import render_to_string

logger = logging.getLogger(__name__)

PLACES = 2
"""How many requests of a process may talk to the mail server at once: while it hangs, other pages need the threads."""
PLACE_SECONDS = 0.5
"""How long a request waits for a place: long enough while mails go through, and short for those who wait behind it."""

places = BoundedSemaphore(PLACES)


class MailAway(Exception):
    """The mail server does not take mail now."""


class Undeliverable(Exception):
    """The mail server refuses this address."""


def send(name: str, address: str, context: dict[str, Any]) -> None:
    """Send `emails/<name>-{subject,body}.txt`. Raises MailAway, Undeliverable; the log names neither the address."""
    subject = " ".join(render_to_string(f"emails/{name}-subject.txt", context).split())
    body = render_to_string(f"emails/{name}-body.txt", context).strip() + "\n"
    message = EmailMessage(subject, body, to=[address], headers={"Auto-Submitted": "auto-generated"})
    if not places.acquire(timeout=PLACE_SECONDS):
        logger.error("Mail %s was not sent: %d others are waiting for the mail server", name, PLACES)
        raise MailAway
    try:
        message.send()
    except SMTPRecipientsRefused as error:
        codes = [code for code, _reason in error.recipients.values()]
        if all(code >= 500 for code in codes):
            raise Undeliverable from error
        logger.error("Mail %s was not sent: %s %s", name, type(error).__name__, codes)
        raise MailAway from error
    except (SMTPException, OSError) as error:
        logger.error("Mail %s was not sent: %s", name, _cause(error))
        raise MailAway from error
    finally:
        places.release()


def _cause(error: Exception) -> str:
    """The error's class with the server's code, or with what cut the conversation short; never a server's words."""
    if isinstance(error, SMTPResponseException):
        return f"{type(error).__name__} {error.smtp_code}"
    below = error.__cause__ or error.__context__
    return f"{type(error).__name__} ({type(below).__name__})" if below else type(error).__name__
