"""Mails of the sign-in: text only, sent at once, because somebody waits for them."""

from smtplib import SMTPException, SMTPRecipientsRefused, SMTPServerDisconnected
from threading import BoundedSemaphore

from django.core.mail import EmailMessage
from django.template.loader import render_to_string

MOST_SENDING = 2
"""How many requests of a process may talk to the mail server at once: while it hangs, other pages need the threads."""
TURN_SECONDS = 0.5
"""How long a request waits for its turn: long enough while mails go through, and short for those who wait behind it."""

sending = BoundedSemaphore(MOST_SENDING)


class MailAway(Exception):
    """The mail server does not take mail now; the cause says why."""


class Undeliverable(Exception):
    """The mail server refuses this address."""


class TooManySending(Exception):
    """As many requests as may use the mail server at the same time are doing so."""


def send(name: str, address: str, context: dict[str, object]) -> None:
    """Send `emails/<name>-{subject,body}.txt`. Raises MailAway, Undeliverable."""
    subject = " ".join(render_to_string(f"emails/{name}-subject.txt", context).split())
    body = render_to_string(f"emails/{name}-body.txt", context).strip() + "\n"
    message = EmailMessage(subject, body, to=[address], headers={"Auto-Submitted": "auto-generated"})
    if not sending.acquire(timeout=TURN_SECONDS):
        raise MailAway from TooManySending()
    try:
        message.send()
    except SMTPRecipientsRefused as error:
        codes = [code for code, _reason in error.recipients.values()]
        if all(code >= 500 for code in codes):
            raise Undeliverable from error
        raise MailAway from error
    except (SMTPException, OSError) as error:
        raise MailAway from _cause(error)
    finally:
        sending.release()


def _cause(error: Exception) -> BaseException:
    """The error behind the loss of the connection, such as a time-out: smtplib itself only reports the loss."""
    below = error.__context__
    return below if isinstance(error, SMTPServerDisconnected) and isinstance(below, OSError) else error
