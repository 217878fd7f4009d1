"""A booking as its readers see it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bookings.access.actor import Actor
from bookings.core.action_labels import ACTION_LABELS
from bookings.core.lifecycle import Status
from bookings.models import Booking
from bookings.web.action_buttons import ActionButton, actions_for, is_call_needed
from bookings.web.kinds import kind_name
from bookings.web.zones import zone_named


@dataclass(frozen=True, slots=True)
class Row:
    """One booking for one reader."""

    booking: Booking
    actor: Actor
    offers: Collection[str] = tuple(ACTION_LABELS)
    """The actions to show as buttons, as far as they are possible."""

    @property
    def url(self) -> str:
        return reverse(kind_name(type(self.booking)), args=[self.booking.pk])

    @property
    def status(self) -> str:
        """The state as readers see it."""
        return self.booking.status_at(timezone.now())

    @property
    def status_label(self) -> str:
        return str(Status(self.status).label)

    @property
    def is_expired(self) -> bool:
        """Whether nobody approved it in time."""
        return self.status != self.booking.status

    @property
    def awaits_until(self) -> datetime | None:
        """The deadline for its approval; None when it awaits none."""
        return self.booking.expires_at if self.status == Status.PENDING else None

    @property
    def actions(self) -> list[ActionButton]:
        """What the reader may do to the booking now."""
        return actions_for(self.booking, self.actor, among=self.offers)

    @property
    def is_call_needed(self) -> bool:
        """Whether it is too late for the attendee to change the booking here."""
        return is_call_needed(self.booking, self.actor)

    @property
    def who(self) -> str:
        """The other party; for the desk both parties."""
        provider = str(self.booking.provider)
        attendee = str(self.booking.attendee)
        if self.actor.is_desk:
            return _("%(attendee)s with %(provider)s") % {"attendee": attendee, "provider": provider}
        is_own = self.actor.key_in(self.booking.attendee_model()) == self.booking.attendee_id
        return provider if is_own else attendee

    @property
    def elsewhere(self) -> str:
        """The times in the provider's zone, when they differ from the reader's; else empty."""
        zone = zone_named(self.booking.provider.time_zone)
        here = self._wall(None)
        there = self._wall(zone)
        if here == there:
            return ""
        day = "" if here[0].date() == there[0].date() else f"{date_format(there[0], 'D j M')}, "
        return _("%(times)s in %(zone)s") % {"times": f"{day}{_times(*there)}", "zone": zone.key}

    @property
    def times(self) -> str:
        """For example `10:00-11:00`; with the day of the end when that is another day."""
        return _times(*self._wall(None))

    def _wall(self, zone: ZoneInfo | None) -> tuple[datetime, datetime]:
        """Start and end as clocks in `zone` show them; the reader's for None."""
        start = timezone.localtime(self.booking.start_at, zone)
        end = timezone.localtime(self.booking.end_at, zone)
        return start.replace(tzinfo=None), end.replace(tzinfo=None)


def _times(start: datetime, end: datetime) -> str:
    if start.date() == end.date():
        return f"{date_format(start, 'H:i')}\N{EN DASH}{date_format(end, 'H:i')}"
    return f"{date_format(start, 'H:i')} \N{EN DASH} {date_format(end, 'D j M, H:i')}"
