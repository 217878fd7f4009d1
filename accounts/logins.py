"""Logins: to whom an address belongs, how a login signs in, and how its sessions end."""

from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.demo import is_demo_mode
from accounts.models import LoginSession, User
from accounts.people import people

KEPT_UNCONFIRMED = timedelta(days=1)


def may_sign_in(user: User) -> bool:
    """Whether this login is active, for passwords, codes, sessions and tokens alike; a demo login only in demo mode."""
    return user.is_active and (not user.is_demo or is_demo_mode())


def user_with_address(email: str, now: datetime | None = None) -> User:
    """The user with this address (in lower case). A new one is deleted after a day unless the address is confirmed.

    Runs the same statements for known and unknown addresses: a difference in time would tell which are known.
    """
    expires_at = (now or timezone.now()) + KEPT_UNCONFIRMED
    fresh = User(email=email, password=make_password(None), expires_at=expires_at)
    User.objects.bulk_create([fresh], ignore_conflicts=True)
    User.objects.filter(email=email, expires_at__isnull=False).update(expires_at=expires_at)
    user: User = User.objects.get(email=email)
    return user


def confirm_address(user: User, email: str) -> None:
    """Note that the owner of `email` signed in by a code, if it is still the user's address; the login is then kept."""
    user.verified_email = email
    user.expires_at = None
    User.objects.filter(pk=user.pk, email=email).update(verified_email=email, expires_at=None)


def signs_in_by_password(user: User) -> bool:
    """Whether a mailed code is too weak for this user: providers, the desk and admins."""
    return people().needs_password(user) or user.is_staff or user.is_superuser


def count_sessions(user: User, now: datetime | None = None) -> int:
    """In how many browsers the user is signed in."""
    return LoginSession.objects.filter(user=user, expire_date__gt=now or timezone.now()).count()


def end_sessions(user: User, *, but: str | None = None) -> int:
    """End all sessions of the user except the one with the key `but`. Returns how many ended."""
    return LoginSession.objects.filter(user=user).exclude(session_key=but or "").delete()[0]
