"""Mails of the sign-in: text only, sent at once, because somebody waits for them."""

from smtplib import SMTPException, SMTPRecipientsRefused
from typing import Any

from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from bookings.failures import log_failure


class MailAway(Exception):
    """The mail server does not take mail now."""


class Undeliverable(Exception):
    """The mail server refuses this address."""


def send(name: str, address: str, context: dict[str, Any]) -> None:
    """Send `emails/<name>-{subject,body}.txt`. Raises MailAway, Undeliverable; the log names neither the address."""
    subject = " ".join(render_to_string(f"emails/{name}-subject.txt", context).split())
    body = render_to_string(f"emails/{name}-body.txt", context).strip() + "\n"
    message = EmailMessage(subject, body, to=[address], headers={"Auto-Submitted": "auto-generated"})
    try:
        message.send()
    except SMTPRecipientsRefused as error:
        codes = [code for code, _reason in error.recipients.values()]
        if all(code >= 500 for code in codes):
            raise Undeliverable from error
        log_failure(error, source="the mail server")
        raise MailAway from error
    except (SMTPException, OSError) as error:
        log_failure(error, source="the mail server")
        raise MailAway from error
