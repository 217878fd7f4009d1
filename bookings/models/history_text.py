"""A booking's history in words, for the pages and the admin."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from bookings.core.action_labels import ACTION_LABELS, TAKE_BACK
from bookings.core.formatting import describe_span
from bookings.core.interval import Interval
from bookings.core.lifecycle import Status
from bookings.models import Booking
from bookings.models.booking import Via
from bookings.models.history import Change, changes

BY = {"desk": gettext_lazy("the desk"), "system": gettext_lazy("the system")}


@dataclass(frozen=True, slots=True)
class Line:
    """One change: when, what, who, from where; for the desk also the address of the login."""

    at: datetime
    what: str
    details: list[str]
    who: str
    where: str
    email: str


def describe_history(booking: Booking, *, for_desk: bool) -> list[Line]:
    """The changes of this booking, the last one first, times in the reader's zone; at most two queries."""
    found = changes(booking)
    emails = _emails(found) if for_desk else {}
    return [
        Line(
            at=change.at,
            what=_what(change),
            details=_details(change, booking),
            who=_who(change, booking),
            where=str(Via(change.via).label),
            email=emails.get(change.actor_id or 0, ""),
        )
        for change in reversed(found)
    ]


def _what(change: Change) -> str:
    if change.former is None:
        return _("Booked")
    labels = ACTION_LABELS[change.action]
    return str(labels.history or labels.done)


def _emails(found: list[Change]) -> dict[int, str]:
    """The addresses of the logins that acted; deleted logins have none."""
    ids = {change.actor_id for change in found if change.actor_id}
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "email")) if ids else {}


def _who(change: Change, booking: Booking) -> str:
    """The role, as this kind of booking names it."""
    people = {"provider": booking.provider_model(), "attendee": booking.attendee_model()}
    if change.by in people:
        return _("the %(noun)s") % {"noun": people[change.by]._meta.verbose_name}
    return str(BY[change.by])


def _details(change: Change, booking: Booking) -> list[str]:
    """What changed besides the state; for the first event, what was booked."""
    event = change.event
    former = change.former
    span = Interval(event.start_at, event.end_at)
    if former is None:
        found = [describe_span(span)]
    else:
        found = _moves(Interval(former.start_at, former.end_at), span)
        if former.provider_id != event.provider_id:
            noun = booking.provider_model()._meta.verbose_name
            found.append(_("To another %(noun)s") % {"noun": noun})
    was_overbooked = former is not None and former.is_overbooked
    if event.is_overbooked != was_overbooked:
        found.append(
            _("Over another booking, on purpose") if event.is_overbooked else str(ACTION_LABELS[TAKE_BACK].done)
        )
    if event.status == Status.PENDING and (former is None or former.status != Status.PENDING):
        found.append(_("Awaits approval"))
    return found


def _moves(old: Interval, new: Interval) -> list[str]:
    if old == new:
        return []
    return [_("From %(old)s to %(new)s") % {"old": describe_span(old), "new": describe_span(new)}]
