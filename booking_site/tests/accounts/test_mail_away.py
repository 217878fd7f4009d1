"""A mail server that hangs, breaks off or refuses for now: whoever asks for a code is told, and nobody else waits."""

import logging
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from pytest_django import Settings

from booking_site.accounts import mail
from booking_site.tests.accounts.guest import Guest
from booking_site.tests.accounts.smtp import Mailbox
from booking_site.tests.setup.processes import wait_until


def send() -> None:
    """One of the sign-in's mails."""
    mail.send("password_instead", "somebody@example.com", {"site": "booking.example.com"})


def test_hanging_mail_server_is_a_page_that_says_so(
    guest: Guest, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_TIMEOUT = 0.2
    guest.mailbox.is_silent = True
    with caplog.at_level(logging.ERROR, "booking_site.accounts.mail"):
        answer = guest.ask_for_code("somebody@example.com")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert caplog.messages[0] == "Mail login_code was not sent: SMTPServerDisconnected (TimeoutError)"


def test_hanging_mail_server_holds_few_threads(
    mailbox: Mailbox, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_TIMEOUT = 100
    mailbox.is_silent = True
    with ThreadPoolExecutor(mail.PLACES) as pool:
        held: list[Future[None]] = [pool.submit(send) for _ in range(mail.PLACES)]
        wait_until(lambda: mailbox.ignored == mail.PLACES)

        with pytest.raises(mail.MailAway):
            send()

        assert not any(future.done() for future in held)
        assert caplog.messages == ["Mail password_instead was not sent: 2 others are waiting for the mail server"]
        mailbox.is_silent = False
    assert all(isinstance(future.exception(), mail.MailAway) for future in held)


def test_mail_goes_on_after_the_server_hung(mailbox: Mailbox, settings: Settings) -> None:
    settings.EMAIL_TIMEOUT = 0.2
    mailbox.is_silent = True
    for _ in range(mail.PLACES + 1):
        with pytest.raises(mail.MailAway):
            send()
    mailbox.is_silent, settings.EMAIL_TIMEOUT = False, 20

    send()

    assert len(mailbox.mails) == 1


def test_refusal_for_now_is_logged_by_its_code(mailbox: Mailbox, caplog: pytest.LogCaptureFixture) -> None:
    mailbox.recipient_reply = b"451 somebody@example.com must wait"

    with pytest.raises(mail.MailAway):
        send()

    assert caplog.messages == ["Mail password_instead was not sent: SMTPRecipientsRefused [451]"]
