"""The lists beside the form: what waits for somebody, then all bookings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.access import permissions
from bookings.access.actor import Actor
from bookings.core.interval import Interval
from bookings.core.lifecycle import Action, Status
from bookings.models import Booking
from bookings.models.querysets import BookingQuerySet
from bookings.web.kinds import page_url
from bookings.web.paging import read_page
from bookings.web.rows import Row

MOST_WAITING = 20
MOST_TODAY = 50
APPROVING = (Action.APPROVE, Action.CANCEL)
ATTENDING = (Action.CHECK_IN, Action.COMPLETE, Action.NO_SHOW, Action.UNDO)


@dataclass(frozen=True, slots=True)
class Agenda:
    """A short list of what the reader has to do, with its buttons."""

    name: str
    title: str
    rows: Sequence[Row]
    hint: str = ""


def list_context(request: HttpRequest, kind: type[Booking], actor: Actor) -> dict[str, object]:
    """A page of the bookings that the actor may see; on the first page also what is to be done."""
    found = permissions.visible(actor, kind.objects.with_parties_and_service())
    is_first_page = not {"newer", "older"} & request.GET.keys()
    agendas = list(_agendas(found, actor)) if is_first_page else []
    shown_above = [row.booking.pk for agenda in agendas for row in agenda.rows]
    shown = read_page(found.exclude(pk__in=shown_above) if shown_above else found, request.GET)
    url = page_url(kind)
    return {
        "agendas": agendas,
        "rows": [Row(booking, actor, ()) for booking in shown.bookings],
        "newer_url": f"{url}&newer={shown.newer}" if shown.newer else "",
        "older_url": f"{url}&older={shown.older}" if shown.older else "",
        "first_url": url,
        "is_first_page": is_first_page,
        "zone": timezone.get_current_timezone_name(),
    }


def _agendas(found: BookingQuerySet[Booking], actor: Actor) -> Iterator[Agenda]:
    """What waits for approval (for the desk all of it), then a provider's own day."""
    now = timezone.now()
    own = actor.key_in(found.model.provider_model())
    if actor.is_desk or own is not None:
        waiting = found if actor.is_desk else found.of_provider(own)
        yield from _waiting(waiting.pending(now).order_by("start_at", "pk"), actor)
    if own is not None:
        yield _today(found.of_provider(own), actor, now)


def _waiting(pending: BookingQuerySet[Booking], actor: Actor) -> Iterator[Agenda]:
    bookings = list(pending[: MOST_WAITING + 1])
    if bookings:
        rows = [Row(booking, actor, APPROVING) for booking in bookings[:MOST_WAITING]]
        is_cut = len(bookings) > MOST_WAITING
        hint = _("The next %(count)s of them") % {"count": MOST_WAITING} if is_cut else ""
        yield Agenda("waiting", _("To approve"), rows, hint)


def _today(own: BookingQuerySet[Booking], actor: Actor, now: datetime) -> Agenda:
    """A provider's bookings between the two midnights of the provider's own clock."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    tomorrow = (midnight + timedelta(days=1)).replace(fold=0)
    day = own.during(Interval(midnight, tomorrow)).blocking().exclude(status=Status.PENDING)
    rows = [Row(booking, actor, ATTENDING) for booking in day.order_by("start_at", "pk")[:MOST_TODAY]]
    return Agenda("today", _("Today"), rows)
