"""What the booking form offers: bounded look-ups of people and zones."""

from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.core.formatting import describe_service
from bookings.models import Attendee, Booking, Provider, Service
from bookings.models.people import P, Person
from bookings.models.search import is_number, matching_people
from bookings.web.paging import PROVIDERS_SHOWN

ATTENDEES_SHOWN = 50
SERVICES_SHOWN = 200
SEARCH_LIMIT = 100
NOT_LISTED = gettext_lazy("Choose one of the list.")

Choices = list[tuple[str, str]]


def offered_providers(providers: type[Provider], service: Service | None = None) -> list[Provider]:
    """Those who take bookings and offer this service, if any; by name."""
    found = providers._default_manager.filter(is_active=True, **({"services": service} if service else {}))
    return list(found.order_by("name", "pk")[:PROVIDERS_SHOWN])


def offered_services(kind: type[Booking], provider: Provider | None) -> list[Service]:
    """The services of this provider, for None those of all providers; by name."""
    with_whom: dict[str, object] = {"providers": provider} if provider else {"providers__is_active": True}
    found = kind.service_model()._default_manager.filter(is_active=True, **with_whom)
    return list(found.distinct().order_by("name", "pk")[:SERVICES_SHOWN])


def service_choices(services: Iterable[Service]) -> Choices:
    """A choice for no particular service, then each service with its length."""
    named = [(str(service.pk), describe_service(service.name, service.duration_minutes)) for service in services]
    return [("", _("No particular one")), *named]


def find_attendees(attendees: type[Attendee], search: str) -> list[Attendee]:
    """The first attendees by name that match the desk's search; without a search the first of all."""
    found = matching_people(attendees._default_manager.all(), search)
    return list(found.order_by("name", "pk")[:ATTENDEES_SHOWN])


def find_person(people: type[P], text: str, among: Iterable[P] = ()) -> P | None:
    """The person with this public id, looked for in `among` first; None when there is none."""
    for person in among:
        if str(person.key) == text:
            return person
    if not _is_id(people, text):
        return None
    return people._default_manager.filter(**{people.key_field: text}).first()


def clean_search(text: object) -> str:
    """A search text that the database takes: bounded, without NUL."""
    return str(text or "").replace("\x00", "").strip()[:SEARCH_LIMIT]


def person_choices(people: Iterable[Person]) -> Choices:
    """An empty choice, then the people."""
    return [("", _("Please choose")), *((str(person.key), _label(person)) for person in people)]


def zone_choices(providers: Iterable[Provider], *others: str) -> Choices:
    """The zones to choose from: the given ones, the site's, the providers'."""
    names = [*others, settings.TIME_ZONE, *(provider.time_zone for provider in providers)]
    return [(name, name.replace("_", " ")) for name in dict.fromkeys(names) if name]


def _is_id(people: type[Person], text: str) -> bool:
    """Whether `text` can be a public id in this table."""
    if people.key_field != "id":
        return bool(text) and "\x00" not in text
    return is_number(text)


def _label(person: Person) -> str:
    """The name; for an attendee with the address, because several may have the same name."""
    return f"{person}, {person.email}" if isinstance(person, Attendee) and person.email else str(person)
