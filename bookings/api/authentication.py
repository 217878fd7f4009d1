"""Who calls: by API token, or by the site's session.

The token is asked for first, so that a 401 tells how to send one (`WWW-Authenticate`).
"""

from functools import cache

from django.db import connection
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from knox.crypto import hash_token
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.logins import may_sign_in
from accounts.models import Token, User
from accounts.tokens import record_use

__all__ = ["SessionAuthentication", "TokenAuthentication"]

UNKNOWN_TOKEN = _("Unknown or expired token.")


class TokenAuthentication(KnoxTokenAuthentication):
    """`Authorization: Token <key>`. One look-up by digest. Unlike knox's it does not delete expired tokens."""

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        """The user and the token; None without an `Authorization` header. Raises AuthenticationFailed for a bad one.

        A bad header is an error; it never falls back to session or demo.
        """
        if "HTTP_AUTHORIZATION" not in request.META:
            return None
        found: tuple[User, Token] | None = super().authenticate(request)
        if found is None:
            raise AuthenticationFailed(_("Send `Authorization: Token <key>`."))
        return found

    def authenticate_credentials(self, token: bytes) -> tuple[User, Token]:
        """The user and the token. Raises AuthenticationFailed: unknown, expired, or the user may not sign in."""
        try:
            digest = hash_token(token.decode("ascii"))
        except (ValueError, TypeError) as error:
            raise AuthenticationFailed(UNKNOWN_TOKEN) from error
        found = find_token(digest)
        now = timezone.now()
        if found is None or (found.expiry and found.expiry <= now) or not may_sign_in(found.user):
            raise AuthenticationFailed(UNKNOWN_TOKEN)
        record_use(found, now)
        return found.user, found


def find_token(digest: str) -> Token | None:
    """The token with this digest, and its user.

    Plain SQL: this precedes every call of the API, and `select_related` takes five times as long (0.8 ms).
    """
    with connection.cursor() as cursor:
        cursor.execute(_statement(), [digest])
        row = cursor.fetchone()
    if row is None:
        return None
    token_fields = _attnames(Token)
    user_fields = _attnames(User)
    token: Token = Token.from_db(connection.alias, token_fields, row[: len(token_fields)])
    token.user = User.from_db(connection.alias, user_fields, row[len(token_fields) :])
    return token


def _attnames(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


@cache
def _statement() -> str:
    """Every column of both tables, in the models' order."""
    columns = ", ".join(
        f'"{model._meta.db_table}"."{field.column}"' for model in (Token, User) for field in model._meta.concrete_fields
    )
    tokens = Token._meta.db_table
    users = User._meta.db_table
    return f'SELECT {columns} FROM "{tokens}" JOIN "{users}" ON "{users}".id = user_id WHERE digest = %s'  # noqa: S608
