"""Who calls: a token first, so that an anonymous request is told how to authenticate; or the site's session."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from knox.crypto import hash_token
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed

from bookings.models import Token, User

__all__ = ["SessionAuthentication", "TokenAuthentication"]


class TokenAuthentication(KnoxTokenAuthentication):
    """`Authorization: Token <key>`. One look-up by digest; unlike knox's it deletes nothing, GET never does."""

    def authenticate_credentials(self, token: bytes) -> tuple[User, Any]:
        """The token and its user. Raises AuthenticationFailed when unknown, expired or of an inactive user."""
        try:
            digest = hash_token(token.decode("ascii"))
        except (ValueError, TypeError) as error:
            raise AuthenticationFailed(_("Unknown or expired token.")) from error
        found = Token.objects.select_related("user").filter(digest=digest).first()
        if found is None or (found.expiry and found.expiry <= timezone.now()) or not found.user.is_active:
            raise AuthenticationFailed(_("Unknown or expired token."))
        return found.user, found
