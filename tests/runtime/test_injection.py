"""Texts that try to be more than text: line breaks in names, control characters, turned text, markup, formulas."""

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils.html import escape

from bookings.access.actor import SYSTEM
from bookings.actions import cancel
from bookings.core.errors import Invalid
from tests.support.api import Api, payload
from tests.support.factories import UserFactory
from tests.support.kinds import Kind, span

UNREADABLE = ["a\x00b", "a\x07b", "a\x1bb", "a\x9bb", "a\u202eb", "a\u2066b", "a\ud800b"]
BREAKS = ["Eve\r\nBcc: all@example.com", "Eve\nX: y", "Eve\tx", "Eve\u2028x"]
MARKUP = ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "{{ 7|add:7 }}", "{% now 'Y' %}"]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("text", [*UNREADABLE, *BREAKS])
def test_name_is_one_readable_line_on_every_path(kind: Kind, desk: Api, text: str) -> None:
    plural, single = kind.attendee_model._meta.db_table, kind.attendee_model._meta.model_name

    answer = desk.post(plural, {single: {"name": text}})

    assert (answer.status, set(answer.body["errors"])) == (422, {"name"})
    with pytest.raises(ValidationError) as refused:
        kind.attendee_factory.build(name=text).full_clean()
    assert "name" in refused.value.message_dict


@pytest.mark.parametrize("text", UNREADABLE)
def test_note_and_reason_are_readable(kind: Kind, desk: Api, text: str) -> None:
    answer = desk.post(kind.plural, payload(kind, kind.provider(), kind.attendee(), note=text))

    assert (answer.status, set(answer.body["errors"])) == (422, {"note"})
    with pytest.raises(Invalid) as refused:
        kind.book(span(10, 11), note=text)
    assert set(refused.value.errors) == {"note"}
    with pytest.raises(Invalid) as refused:
        cancel(kind.book(span(10, 11)), by=SYSTEM, reason=text)
    assert set(refused.value.errors) == {"reason"}


@pytest.mark.parametrize("text", MARKUP)
def test_markup_is_shown_as_it_was_written(kind: Kind, text: str) -> None:
    booking = kind.book(span(10, 11), provider=kind.provider(name=text), attendee=kind.attendee(name=text), note=text)
    client = Client()
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))

    for path in (f"/booking?kind={kind.envelope}", f"/booking/{kind.plural}/{booking.pk}"):
        page = client.get(path).content.decode()
        assert escape(text) in page
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_address_with_a_line_break_gets_no_mail(client: Client) -> None:
    client.post("/sign-in", {"email": "eve@example.com\r\nBcc: all@example.com"})

    assert mail.outbox == []


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
@pytest.mark.parametrize("path", ["/sign-in/password", "/sign-in"])
def test_redirect_stays_on_this_site(client: Client, path: str, target: str) -> None:
    user = UserFactory.create(password="a-good-pass-phrase", is_staff=True)

    answer = client.post(
        f"{path}?next={target}",
        {"login": user.email, "email": user.email, "password": "a-good-pass-phrase", "next": target},
    )

    assert "evil" not in answer.headers.get("Location", "")
    assert "javascript" not in answer.headers.get("Location", "")
