"""What accounts must know about the people behind a login. `settings.ACCOUNTS_PEOPLE` names the class that answers."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from django.db.models import Model

    from accounts.models import User


class People(Protocol):
    """What the project answers about the people behind a login."""

    def needs_password(self, user: "User") -> bool:
        """Whether a mailed code is too weak for this user; staff are treated so anyway.

        Runs the same number of queries for every user: a difference in time would tell strangers who works here.
        """

    def records_of(self, user: "User") -> Sequence["Model"]:
        """The people that this login is linked to."""


@cache
def people() -> People:
    """The one instance of `settings.ACCOUNTS_PEOPLE`."""
    found: People = import_string(settings.ACCOUNTS_PEOPLE)()
    return found
