"""Logins: whose address it is, how it signs in, and how its sessions end."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from django.apps import apps
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db.models import Exists, Model, OuterRef
from django.utils import timezone

from bookings.actions.row_locks import lock_people
from bookings.core.transactions import unit_of_work
from bookings.models import Attendee, LoginSession, Provider, Token, User
from bookings.models.people import Person

KEPT_UNCONFIRMED = timedelta(days=1)


def is_demo_mode() -> bool:
    """Whether this is a demonstration: DEMO_MODE, which counts only with DEBUG."""
    return settings.DEBUG and settings.DEMO_MODE


def may_sign_in(user: User) -> bool:
    """Whether this login is anybody, by password, code, session or token; one of the demo only in demo mode."""
    return user.is_active and (not user.is_demo or is_demo_mode())


def user_with_address(email: str, now: datetime | None = None) -> User:
    """The user with this address (in lower case), made when there is none and forgotten in a day unless confirmed.

    The same statements whether the address is known or not, so that their time does not tell.
    """
    expires_at = (now or timezone.now()) + KEPT_UNCONFIRMED
    fresh = User(email=email, password=make_password(None), expires_at=expires_at)
    User.objects.bulk_create([fresh], ignore_conflicts=True)
    User.objects.filter(email=email, expires_at__isnull=False).update(expires_at=expires_at)
    user: User = User.objects.get(email=email)
    return user


def confirm_address(user: User, email: str) -> None:
    """The owner of `email` has signed in by a code: it is confirmed, if it still is the user's, and stays."""
    user.verified_email, user.expires_at = email, None
    User.objects.filter(pk=user.pk, email=email).update(verified_email=email, expires_at=None)


def signs_in_by_password(user: User) -> bool:
    """Whether a mailbox alone is too little to be this user: providers, the desk and admins.

    As many queries for everybody: their number would tell a stranger who works here.
    """
    is_linked = is_provider(user)
    return is_linked or user.is_staff or user.is_superuser


def is_provider(user: User) -> bool:
    """Whether the user is linked to a provider of any kind."""
    links = [people._default_manager.filter(user=user).exists() for people in person_models(Provider)]  # type: ignore[type-abstract]
    return any(links)


def person_models(base: type[Person] = Person) -> Iterator[type[Person]]:
    """The tables of people, of both sides unless told which."""
    return (model for model in apps.get_models() if issubclass(model, base))


def count_sessions(user: User, now: datetime | None = None) -> int:
    """In how many browsers the user is signed in."""
    return LoginSession.objects.filter(user=user, expire_date__gt=now or timezone.now()).count()


def end_sessions(user: User, *, but: str | None = None) -> int:
    """Sign the user out everywhere, `but` in the session with this key; how many sessions ended."""
    return LoginSession.objects.filter(user=user).exclude(session_key=but or "").delete()[0]


@unit_of_work
def delete_logins(keys: Collection[int]) -> int:
    """Delete the logins with these primary keys, their sessions and tokens; the people stay. How many there were.

    Locks in the order of `locks`, the logins last: whoever has just linked one to somebody reaches for it at COMMIT.
    """
    for side in (Provider, Attendee):
        for people in person_models(side):
            linked = people._default_manager.filter(user__in=keys)
            lock_people(people, linked.values_list(people.key_field, flat=True))
    locked = User.objects.filter(pk__in=keys).order_by("pk").select_for_update()
    found = list(locked.values_list("pk", flat=True))
    User.objects.filter(pk__in=found).delete()
    return len(found)


@unit_of_work
def purge(now: datetime | None = None) -> int:
    """Forget users whose address nobody confirmed in a day; how many there were.

    One that was given a role, a person or a token meanwhile stays: somebody knows who it is.
    """
    found = User.objects.filter(expires_at__lt=now or timezone.now(), is_staff=False, is_superuser=False)
    knowing: list[type[Model]] = [Token, *person_models()]
    for model in knowing:
        found = found.exclude(Exists(model._default_manager.filter(user=OuterRef("pk"))))
    return delete_logins(list(found.select_for_update(skip_locked=True).values_list("pk", flat=True)))
