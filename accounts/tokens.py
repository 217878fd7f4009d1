"""API tokens: issuing them, and recording their use. The key itself is never stored (ADR 8).

`bookings.api.authentication` finds the token of a request; the admin and `manage.py token` revoke tokens.
"""

from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.utils import timezone
from knox.models import get_digest_token
from knox.settings import CONSTANTS

from accounts.models import Token

LONGEST_DAYS = 3650
USE_IS_RECORDED_EVERY = timedelta(minutes=1)

RECORD_USE = """
    UPDATE tokens SET last_used_at = %s
    WHERE digest = (SELECT digest FROM tokens WHERE digest = %s AND last_used_at IS NOT DISTINCT FROM %s
                    FOR UPDATE SKIP LOCKED)
"""


def issue(token: Token, *, days: int | None = None) -> str:
    """Save an unsaved token, valid for `days` (default: `TOKEN_DAYS`), and return its key, which is shown once."""
    token.digest, key = get_digest_token()
    token.token_key = key[: CONSTANTS.TOKEN_KEY_LENGTH]
    token.expiry = timezone.now() + timedelta(days=settings.TOKEN_DAYS if days is None else days)
    token.save(force_insert=True)
    return str(key)


def record_use(token: Token, now: datetime) -> None:
    """Note that the token is in use: about once a minute, and without failing or delaying the request.

    Of several requests at the same time one writes; the others skip the locked row. A database that refuses the write
    (a read-only replica) does not make the request fail.
    """
    seen = token.last_used_at
    if seen is not None and now - seen < USE_IS_RECORDED_EVERY:
        return
    with suppress(DatabaseError, InterfaceError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(RECORD_USE, [now, token.digest, seen])
        token.last_used_at = now
