"""The people behind a login, for accounts: `settings.ACCOUNTS_PEOPLE` names this class."""

from accounts.models import User
from bookings.models.people import Person, person_models, provider_models


class LinkedPeople:
    """The providers and attendees of every kind that a login is linked to."""

    def needs_password(self, user: User) -> bool:
        """Whether the user is a provider. Runs the same number of queries for every user."""
        links = [people._default_manager.filter(user=user).exists() for people in provider_models()]
        return any(links)

    def records_of(self, user: User) -> list[Person]:
        """The user's records, at most one in each table of people."""
        found = (people._default_manager.filter(user=user).first() for people in person_models())
        return [person for person in found if person is not None]
