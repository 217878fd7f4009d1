"""What accounts must ask about the people behind a login. `settings.ACCOUNTS_PEOPLE` names who answers."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from django.db.models import Model

    from accounts.models import User


class People(Protocol):
    """Who somebody with a login is."""

    def needs_password(self, user: "User") -> bool:
        """Whether a mailbox alone is too little to be this user, besides staff.

        As many queries for everybody: their number would tell a stranger who works here.
        """

    def records_of(self, user: "User") -> Sequence["Model"]:
        """The people that this login is linked to."""


@cache
def people() -> People:
    """Who answers."""
    found: People = import_string(settings.ACCOUNTS_PEOPLE)()
    return found
