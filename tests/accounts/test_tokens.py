"""API tokens: made and shown once, found by digest, their use noted, narrowed, expired, revoked."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import quote
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts import tokens
from accounts.models import Token, User
from tests.support.api import Api, payload
from tests.support.concurrency import other_connection
from tests.support.factories import UserFactory
from tests.support.kinds import Kind

pytestmark = pytest.mark.django_db

KEY = re.compile(r"bks_[0-9a-f]{64}")
ADD, LIST = "admin:accounts_token_add", "admin:accounts_token_changelist"


@pytest.fixture
def user() -> User:
    """A login of the desk."""
    user: User = UserFactory.create(email="robot@example.org", is_staff=True)
    return user


def with_key(key: str) -> Api:
    """The API as the bearer of this key."""
    return Api(headers={"Authorization": f"Token {key}"})


def create(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    """The key that the command prints."""
    call_command("token", "create", "--user", "robot@example.org", "--name", "robot", *options)
    return capsys.readouterr().out.strip()


def revoke_url(token: Token) -> str:
    return reverse("admin:accounts_token_delete", args=[quote(token.token_key)])


def test_command_prints_a_key_that_works(user: User, capsys: pytest.CaptureFixture[str]) -> None:
    key = create(capsys)

    assert KEY.fullmatch(key)
    assert with_key(key).get("sessions").status == 200


def test_key_is_not_stored(user: User, capsys: pytest.CaptureFixture[str]) -> None:
    key = create(capsys)

    with connection.cursor() as cursor:
        cursor.execute("SELECT tokens::text FROM tokens")
        row = cursor.fetchone()[0]
    assert key not in row
    assert key[4:] not in row
    assert Token.objects.get().token_key == key[:15]


def test_token_lives_as_many_days_as_the_setting_says(
    user: User, capsys: pytest.CaptureFixture[str], settings: Settings
) -> None:
    settings.TOKEN_DAYS = 30

    create(capsys)
    create(capsys, "--days", "2")

    now = timezone.now()
    lives = sorted(token.expiry - now for token in Token.objects.all())
    assert [round(life / timedelta(days=1)) for life in lives] == [2, 30]


def test_expired_token_is_refused(user: User, capsys: pytest.CaptureFixture[str], time_machine: Any) -> None:
    key = create(capsys, "--days", "1")
    time_machine.move_to(timezone.now() + timedelta(days=1, seconds=1))

    assert with_key(key).get("sessions").status == 401


def test_narrowed_token_reaches_no_further(kind: Kind, user: User, capsys: pytest.CaptureFixture[str]) -> None:
    reading, other = create(capsys, "--scope", "read"), create(capsys, "--kind", kind.envelope)
    wrong = create(capsys, "--kind", "appointment" if kind.plural == "sessions" else "session")
    body = payload(kind, kind.provider(), kind.attendee())

    statuses = [with_key(key).post(kind.plural, body).status for key in (reading, wrong, other)]
    read = [with_key(key).get(kind.plural).status for key in (reading, wrong, other)]

    assert (statuses, read) == ([403, 403, 201], [200, 403, 200])


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--user", "nobody@example.org"], "there is no login with this e-mail address"),
        (["--user", ""], "there is no login with this e-mail address"),
        (["--user", "gone@example.org"], "this login is not active"),
        (["--name", " "], "--name: This field cannot be blank."),
        (["--name", "x" * 101], "--name: Ensure this value has at most 100 characters"),
        (["--name", "a\x1b[2Jb"], "--name: leave out line breaks and control characters"),
        (["--scope", "admin"], "--scope 'admin': give one of read, write"),
        (["--kind", "banana"], "--kind 'banana': give one of appointment, session"),
        (["--days", "0"], "--days 0: give a whole number from 1 to 3,650"),
        (["--days", "x"], "--days x: give a whole number from 1 to 3,650"),
    ],
)
def test_command_says_in_one_line_what_is_wrong(user: User, options: list[str], sentence: str) -> None:
    UserFactory.create(email="gone@example.org", is_active=False)

    with pytest.raises(CommandError) as refusal:
        call_command("token", "create", "--user", "robot@example.org", "--name", "robot", *options)

    assert sentence in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert Token.objects.count() == 0


def test_command_lists_tokens_without_their_keys(user: User, capsys: pytest.CaptureFixture[str]) -> None:
    key = create(capsys, "--scope", "read", "--kind", "session", "--days", "1")
    Token.objects.update(expiry=timezone.now())

    call_command("token", "list")

    out = capsys.readouterr().out
    assert re.search(rf"{key[:15]} +robot +robot@example.org +read +session +\S+ \S+ \(expired\) +never", out)
    assert key not in out
    assert Token.objects.get().digest not in out


def test_command_revokes_at_once(user: User, capsys: pytest.CaptureFixture[str]) -> None:
    key, kept = create(capsys), create(capsys)

    call_command("token", "revoke", key[:15])

    assert (with_key(key).get("sessions").status, with_key(kept).get("sessions").status) == (401, 200)


def test_command_revokes_nothing_that_is_not_there(user: User, capsys: pytest.CaptureFixture[str]) -> None:
    create(capsys)

    with pytest.raises(CommandError, match="There is no token 'bks_'"):
        call_command("token", "revoke", "bks_")

    assert Token.objects.count() == 1


def test_use_is_noted_once_a_minute(
    user: User, time_machine: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    key = tokens.issue(Token(user=user, name="robot"))
    api, start = with_key(key), timezone.now().replace(microsecond=0)
    seen = []

    for seconds, queries in ((0, 5), (59, 2), (60, 5), (61, 2)):
        time_machine.move_to(start + timedelta(seconds=seconds), tick=False)
        with django_assert_num_queries(queries):  # the token, the page; with the note a savepoint around it
            api.get("sessions")
        seen.append((Token.objects.get().last_used_at or start) - start)

    assert [at.seconds for at in seen] == [0, 0, 60, 60]


@pytest.mark.django_db(transaction=True)
def test_use_that_cannot_be_noted_fails_no_request(user: User) -> None:
    api = with_key(tokens.issue(Token(user=user, name="robot")))
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse_note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;"
            "CREATE TRIGGER refuse_note BEFORE UPDATE ON tokens FOR EACH ROW EXECUTE FUNCTION refuse_note()"
        )
        try:
            assert api.get("sessions").status == 200
        finally:
            cursor.execute("DROP TRIGGER refuse_note ON tokens; DROP FUNCTION refuse_note()")
    assert Token.objects.get().last_used_at is None


@pytest.mark.django_db(transaction=True)
def test_token_that_is_locked_keeps_no_request_waiting(user: User) -> None:
    api = with_key(tokens.issue(Token(user=user, name="robot")))
    with other_connection() as other:
        other.execute("SELECT 1 FROM tokens FOR UPDATE")
        start = timezone.now()

        assert api.get("sessions").status == 200

    assert timezone.now() - start < timedelta(seconds=2)  # lock_timeout is 3 s


def test_admin_shows_the_key_once(admin_client: Client, user: User) -> None:
    post = {"user": user.pk, "name": "Website", "scope": "write", "kind": "session", "days": "7"}

    page = admin_client.post(reverse(ADD), post)

    token, key = Token.objects.get(), KEY.search(page.content.decode())
    assert key
    assert (token.name, token.user, token.kind) == ("Website", user, "session")
    assert "no-store" in page.headers["Cache-Control"]
    assert with_key(key[0]).get("sessions").status == 200
    later = admin_client.get(reverse(LIST)).content.decode()
    assert token.token_key in later
    assert key[0] not in later
    assert token.digest not in later + page.content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [("user", ""), ("user", "x"), ("name", ""), ("scope", "x"), ("kind", "x"), ("days", "0"), ("days", "3651")],
)
def test_admin_names_what_is_wrong(admin_client: Client, user: User, field: str, value: str) -> None:
    post = {"user": user.pk, "name": "Website", "scope": "write", "kind": "", "days": "7", field: value}

    page = admin_client.post(reverse(ADD), post)

    assert set(page.context["adminform"].form.errors) == {field}
    assert Token.objects.count() == 0


def test_admin_revokes_after_asking(admin_client: Client, user: User) -> None:
    key = tokens.issue(Token(user=user, name="robot"))
    token = Token.objects.get()

    asked = admin_client.get(revoke_url(token))
    still = with_key(key).get("sessions").status
    done = admin_client.post(revoke_url(token), {"post": "yes"})

    assert "Revoke the token “robot”" in asked.content.decode()
    assert token.digest not in asked.content.decode()
    assert (still, done.status_code, with_key(key).get("sessions").status) == (200, 302, 401)


def test_token_that_looks_like_a_quoted_one_is_revoked(admin_client: Client, user: User) -> None:
    """The admin reads `_24` in an address as a dollar sign."""
    tokens.issue(Token(user=user, name="robot"))
    Token.objects.update(token_key="bks_24ea8193865")

    page = admin_client.get(reverse("admin:accounts_token_changelist")).content.decode()
    link = re.search(r'href="([^"]*/delete/)"', page)

    assert link is not None
    assert admin_client.post(link[1], {"post": "yes"}).status_code == 302
    assert Token.objects.count() == 0


def test_admins_log_names_tokens_by_how_they_begin(admin_client: Client, user: User) -> None:
    post = {"user": user.pk, "name": "Website", "scope": "read", "kind": "", "days": "7"}
    admin_client.post(reverse(ADD), post)
    token = Token.objects.get()
    admin_client.post(revoke_url(token), {"post": "yes"})

    entries = [(entry.object_id, entry.object_repr) for entry in LogEntry.objects.all()]
    assert entries == [(token.token_key, f"token {token.token_key}")] * 2


def test_desk_has_no_business_with_tokens(user: User) -> None:
    tokens.issue(Token(user=user, name="robot"))
    client = Client()
    client.force_login(user)
    urls = [reverse(LIST), reverse(ADD), revoke_url(Token.objects.get())]

    assert [client.get(url).status_code for url in urls] == [403, 403, 403]
    assert client.post(revoke_url(Token.objects.get()), {"post": "yes"}).status_code == 403
    assert Token.objects.count() == 1
