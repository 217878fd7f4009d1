"""`manage.py token`: make, list and revoke API tokens."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts import tokens
from accounts.logins import may_sign_in
from accounts.models import Token, User
from booking_site.management.commands.seed import whole_number
from bookings.models.booking import booking_models

COLUMNS = ("ID", "NAME", "USER", "SCOPE", "KIND", "EXPIRES", "LAST USED")


class Command(BaseCommand):
    help = "Make, list and revoke the API tokens of integrations. A key is shown once, when it is made."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="create|list|revoke")
        create = actions.add_parser("create", help="Make a token; standard output is its key and nothing else.")
        create.add_argument("--user", required=True, help="The e-mail address of the login that it acts as.")
        create.add_argument("--name", required=True, help="What it is for.")
        create.add_argument("--scope", default="write", help="read, or write (read and write; the default).")
        create.add_argument("--kind", default="", help="One kind of booking, such as session (every kind).")
        create.add_argument("--days", help=f"How many days it lives ({settings.TOKEN_DAYS}).")
        actions.add_parser("list", help="All tokens, the newest first, without their keys.")
        revoke = actions.add_parser("revoke", help="Refuse a token from now on.")
        revoke.add_argument("id", metavar="ID", help="How its key begins, as `list` shows it.")

    def handle(self, *, action: str, **options: object) -> None:
        actions: dict[str, Callable[..., None]] = {"create": self.create, "list": self.list, "revoke": self.revoke}
        actions[action](**options)

    def create(self, *, user: str, name: str, scope: str, kind: str, days: str | None, **options: object) -> None:
        """Make a token and print its key."""
        life = None if days is None else whole_number("--days", days, least=1, most=tokens.LONGEST_DAYS)
        token = Token(user=find_user(user), name=name.strip())
        token.scope = one_of("--scope", scope, Token.Scope.values)
        known = [model._meta.model_name or "" for model in booking_models()]
        token.kind = one_of("--kind", kind, known) if kind else ""
        try:
            Token._meta.get_field("name").clean(token.name, token)
        except ValidationError as error:
            raise CommandError(f"--name: {' '.join(error.messages)}") from error
        if not token.name.isprintable():
            raise CommandError("--name: leave out line breaks and control characters.")
        key = tokens.issue(token, days=life)
        self.stderr.write(f"Made {token.token_key} ({token.name}). This is its key; it is not shown again:")
        self.stdout.write(key)

    def list(self, **options: object) -> None:
        """Print all tokens as a table."""
        found = Token.objects.select_related("user").order_by("-created")
        rows = [COLUMNS, *(row_of(token) for token in found)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            self.stdout.write("  ".join(map(str.ljust, row, widths)).rstrip())

    def revoke(self, *, id: str, **options: object) -> None:  # noqa: A002  the argument's name
        deleted, _by_model = Token.objects.filter(token_key=id).delete()
        if not deleted:
            raise CommandError(f"There is no token {id[:80]!r}: `manage.py token list` shows the ids.")
        self.stdout.write(f"Revoked {id}.")


def find_user(email: str) -> User:
    """The login with this address. Raises CommandError."""
    try:
        user = User.objects.get_by_natural_key(email.strip())
    except (User.DoesNotExist, ValueError) as error:
        raise CommandError(f"--user {email!r}: there is no login with this e-mail address.") from error
    if not may_sign_in(user):
        raise CommandError(f"--user {email!r}: this login is not active, or one of the demo.")
    return user


def one_of(option: str, value: str, known: "list[str]") -> str:
    """The given value. Raises CommandError, one line, unless it is one of the known ones."""
    if value not in known:
        raise CommandError(f"{option} {value!r}: give one of {', '.join(known)}.")
    return value


def row_of(token: Token) -> tuple[str, ...]:
    """One line of the list, times in UTC."""
    is_over = token.expiry is not None and token.expiry <= timezone.now()
    expiry = f"{minute(token.expiry)}{' (expired)' if is_over else ''}"
    kind = token.kind or "every"
    used = minute(token.last_used_at)
    return token.token_key, token.name, token.user.email, token.scope, kind, expiry, used


def minute(at: datetime | None) -> str:
    """A time in UTC, to the minute."""
    return "never" if at is None else at.strftime("%Y-%m-%d %H:%M")
