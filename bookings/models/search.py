"""Finding people by typed text: one predicate, which the trigram index of attendees serves."""

from django.db.models import Q, QuerySet

from bookings.models.people import P

MOST_WORDS = 5
LONGEST_ID = 18  # digits: what a bigint surely holds


def matching_people(people: QuerySet[P], text: str) -> QuerySet[P]:
    """Those where each word of `text` begins a word of the name, or the e-mail address, the phone or the public id.

    Beginnings, because for them the index also serves words of one or two letters.
    """
    key_field = people.model.key_field
    reachable = {"email", "phone"} & {field.name for field in people.model._meta.fields}
    for word in text.replace("\x00", "").split()[:MOST_WORDS]:
        found = Q(name__istartswith=word) | Q(name__icontains=f" {word}")
        for field in sorted(reachable):
            found |= Q(**{f"{field}__istartswith": word})
        if key_field != "id":
            found |= Q(**{f"{key_field}__startswith": word})
        elif is_number(word):
            found |= Q(pk=word)
        people = people.filter(found)
    return people


def is_number(text: str) -> bool:
    """Whether `text` can be a numeric id: ASCII digits only."""
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_ID
