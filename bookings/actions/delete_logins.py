"""Deleting logins. The people to whom they were linked stay."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import Token, User
from bookings.actions.row_locks import lock_people
from bookings.core.transactions import unit_of_work
from bookings.models.people import person_models


@unit_of_work
def delete_logins(keys: Collection[int]) -> int:
    """Delete the logins with these primary keys, with their sessions and tokens. Returns how many there were.

    Takes locks in the order of `bookings.actions`, the logins last: a transaction that has just linked a login to a
    person locks the login at COMMIT.
    """
    for people in person_models():
        linked = people._default_manager.filter(user__in=keys)
        lock_people(people, linked.values_list(people.key_field, flat=True))
    locked = User.objects.filter(pk__in=keys).order_by("pk").select_for_update()
    found = list(locked.values_list("pk", flat=True))
    User.objects.filter(pk__in=found).delete()
    return len(found)


@unit_of_work
def forget_unconfirmed(now: datetime | None = None) -> int:
    """Delete the logins whose address was not confirmed within a day. Returns how many there were.

    A login that got a role, a person or a token in the meantime stays.
    """
    found = User.objects.filter(expires_at__lt=now or timezone.now(), is_staff=False, is_superuser=False)
    found = found.exclude(Exists(Token.objects.filter(user=OuterRef("pk"))))
    for people in person_models():
        found = found.exclude(Exists(people._default_manager.filter(user=OuterRef("pk"))))
    return delete_logins(list(found.select_for_update(skip_locked=True).values_list("pk", flat=True)))
