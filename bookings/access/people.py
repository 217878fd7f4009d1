"""What accounts ask about the people behind a login: `settings.ACCOUNTS_PEOPLE`."""

from accounts.models import User
from bookings.models.people import Person, person_models, provider_models


class LinkedPeople:
    """Whoever a login is linked to, on both sides and in every kind."""

    def needs_password(self, user: User) -> bool:
        """Whether it is a provider's: as many queries for everybody."""
        links = [people._default_manager.filter(user=user).exists() for people in provider_models()]
        return any(links)

    def records_of(self, user: User) -> list[Person]:
        """Its records, of each kind at most one."""
        found = (people._default_manager.filter(user=user).first() for people in person_models())
        return [person for person in found if person is not None]
