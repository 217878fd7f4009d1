"""A mail server that hangs, breaks off or refuses for now: whoever asks for a code is told, and nobody else waits."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from pytest_django import Settings

from accounts import mail
from bookings.core.failures import cause_of
from tests.support.guest import Guest
from tests.support.logged import Log, logged
from tests.support.smtp import Mailbox
from tests.support.waiting import wait_until


@pytest.fixture
def log() -> Iterator[Log]:
    """What the site says meanwhile."""
    with logged() as log:
        yield log


def send() -> None:
    """One of the sign-in's mails."""
    mail.send("password_instead", "somebody@example.com", {"site": "booking.example.com"})


def told(log: Log) -> str:
    """The one line that names a cause, without time and request."""
    (line,) = log.of("bookings.core.failures")
    return line.partition("] ")[2]


def test_hanging_mail_server_is_a_page_that_says_so(guest: Guest, settings: Settings, log: Log) -> None:
    settings.EMAIL_TIMEOUT = 0.2
    guest.mailbox.is_silent = True
    answer = guest.ask_for_code("somebody@example.com")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert told(log) == "Unavailable at POST /sign-in: the mail server: TimeoutError"


def test_hanging_mail_server_holds_few_threads(mailbox: Mailbox, settings: Settings) -> None:
    settings.EMAIL_TIMEOUT = 100
    mailbox.is_silent = True
    with ThreadPoolExecutor(mail.MOST_SENDING) as pool:
        held: list[Future[None]] = [pool.submit(send) for _ in range(mail.MOST_SENDING)]
        wait_until(lambda: mailbox.ignored == mail.MOST_SENDING)

        with pytest.raises(mail.MailAway) as refused:
            send()

        assert not any(future.done() for future in held)
        assert str(cause_of(refused.value)) == "accounts.mail.TooManySending"
        mailbox.is_silent = False
    assert all(isinstance(future.exception(), mail.MailAway) for future in held)


def test_mail_goes_on_after_the_server_hung(mailbox: Mailbox, settings: Settings) -> None:
    settings.EMAIL_TIMEOUT = 0.2
    mailbox.is_silent = True
    for _ in range(mail.MOST_SENDING + 1):
        with pytest.raises(mail.MailAway):
            send()
    mailbox.is_silent, settings.EMAIL_TIMEOUT = False, 20

    send()

    assert len(mailbox.mails) == 1


def test_refusal_for_now_is_logged_by_its_code(guest: Guest, log: Log) -> None:
    guest.mailbox.recipient_reply = b"451 somebody@example.com must wait"

    assert guest.ask_for_code("somebody@example.com").status_code == 503
    assert told(log) == "Unavailable at POST /sign-in: the mail server: smtplib.SMTPRecipientsRefused (451)"
