"""The pages of providers' hours: one provider's week, and for the desk the list of all providers."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import capfirst

from bookings.access import permissions
from bookings.access.actor import Actor, actor_of
from bookings.core.holiday_calendars import known_calendars
from bookings.models import Booking, Provider
from bookings.web.answers import page, reader_context
from bookings.web.hours.hours_line import RELATIONS, describe_hours
from bookings.web.hours.hours_text import exceptions_context, list_url, provider_url, week_context
from bookings.web.kinds import KindNames
from bookings.web.paging import PROVIDERS_SHOWN
from bookings.web.zones import zone_named


@page("GET", "HEAD")
def hours_list_page(request: HttpRequest, kind: type[Booking]) -> HttpResponse:
    """All providers with their hours in one line each, for the desk."""
    actor = actor_of(request)
    if not actor.is_desk:
        raise Http404
    everybody = kind.provider_model()._default_manager.order_by("name", "pk").prefetch_related(*RELATIONS)
    found = list(everybody[: PROVIDERS_SHOWN + 1])
    context = reader_context(request, actor) | {
        "kind_names": KindNames.of(kind),
        "title": capfirst(kind.provider_model()._meta.verbose_name_plural),
        "listed": [(each, provider_url(each), describe_hours(each)) for each in found[:PROVIDERS_SHOWN]],
        "is_cut": len(found) > PROVIDERS_SHOWN,
    }
    return render(request, "hours/list.html", context)


@page("GET", "HEAD")
def hours_page(request: HttpRequest, kind: type[Booking], key: int | str) -> HttpResponse:
    """One provider's week, and what deviates from it."""
    provider, actor = find_provider(request, kind, key)
    with timezone.override(zone_named(provider.time_zone)):
        context = hours_context(request, provider, actor) | week_context(provider) | exceptions_context(provider)
        context |= {
            "holidays": _calendar(provider.holiday_calendar),
            "list_url": list_url(type(provider)),
            "kind_names": KindNames.of(kind),
        }
        return render(request, "hours/page.html", context)


def find_provider(request: HttpRequest, kind: type[Booking], key: int | str) -> tuple[Provider, Actor]:
    """The provider with this public id, and the actor. Raises Http404 also where the actor may not change the hours."""
    actor = actor_of(request)
    people = kind.provider_model()
    provider = people._default_manager.filter(**{people.key_field: key}).first()
    if provider is None or not permissions.may_edit_hours(actor, provider):
        raise Http404
    return provider, actor


def hours_context(request: HttpRequest, provider: Provider, actor: Actor) -> dict[str, object]:
    """What every page about a provider's hours shows."""
    return {
        **reader_context(request, actor),
        "provider": provider,
        "zone": timezone.get_current_timezone_name(),
        "hours_url": provider_url(provider),
        "urls": {
            "edit": provider_url(provider, "edit"),
            "off": provider_url(provider, "time-off"),
            "extra": provider_url(provider, "extra"),
        },
    }


def _calendar(code: str) -> str:
    """The country or region of a public-holiday calendar; empty without one."""
    return known_calendars().get(code, code) if code else ""
