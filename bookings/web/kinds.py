"""What one kind of booking is called on its pages, derived from its models."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from django.http import Http404, HttpRequest
from django.urls import reverse

from bookings.access.actor import Actor
from bookings.models import Booking

Kinds = Mapping[str, type[Booking]]
"""The kinds by their names in pages and forms; the first one is the default."""


@dataclass(frozen=True, slots=True)
class KindNames:
    """The names of one kind, its people and its pages."""

    name: str
    noun: str
    plural: str
    provider: str
    providers: str
    attendee: str
    attendees: str
    url: str

    @classmethod
    def of(cls, kind: type[Booking]) -> Self:
        """The names in the reader's language."""
        provider = kind.provider_model()._meta
        attendee = kind.attendee_model()._meta
        return cls(
            name=kind_name(kind),
            noun=str(kind._meta.verbose_name),
            plural=str(kind._meta.verbose_name_plural),
            provider=str(provider.verbose_name),
            providers=str(provider.verbose_name_plural),
            attendee=str(attendee.verbose_name),
            attendees=str(attendee.verbose_name_plural),
            url=page_url(kind),
        )


def kind_name(kind: type[Booking]) -> str:
    """The model's name in lower case, for example `appointment`."""
    return str(kind._meta.model_name)


def page_url(kind: type[Booking]) -> str:
    """The booking page, opened at this kind."""
    return f"{reverse('booking')}?kind={kind_name(kind)}"


def kind_asked(request: HttpRequest, kinds: Kinds, actor: Actor) -> type[Booking]:
    """The kind that the form or the address names, else the actor's own; raises Http404 for an unknown one."""
    asked = request.POST.get("kind") or request.GET.get("kind") or _own_kind(kinds, actor)
    if asked not in kinds:
        raise Http404
    return kinds[asked]


def _own_kind(kinds: Kinds, actor: Actor) -> str:
    """The first kind in which the login has a record; without any the first kind."""
    for name, kind in kinds.items():
        if actor.key_in(kind.attendee_model()) is not None or actor.key_in(kind.provider_model()) is not None:
            return name
    return next(iter(kinds))
