"""The booking limits, counted under locks: so many a day, so many open ones. Not for the desk.

A count is valid only while nobody adds to it. So the rows of the parties whose bookings are counted are locked first,
in the usual order. The provider's row is locked only where there is a daily limit: always to lock it would slow down
every booking of a busy provider (ADR 2).
"""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings.actions.expire import expire_blockers
from bookings.actions.row_locks import lock_parties
from bookings.core.errors import Conflict, Invalid
from bookings.core.interval import MICROSECOND, Interval
from bookings.models import Booking
from bookings.models.overlaps import Taken, explain, read_taken
from bookings.schedule.booking_limits import has_too_many_open, read_full_days
from bookings.schedule.loading import Schedule


def lock_counted(booking: Booking, schedule: Schedule, *, now: datetime) -> list[Taken]:
    """Lock the parties whose bookings are counted before an INSERT. Returns the times that are taken.

    Expired bookings in its way are cancelled before that: to cancel them, both parties are locked in the usual order.
    """
    taken = read_taken(booking, now=now)
    if any(other.is_expired for other in taken):
        expire_blockers(booking, now=now)
    providers = set() if schedule.day_limit is None else {booking.provider_id}
    lock_parties(type(booking), providers, {booking.attendee_id})
    return taken


def check_booking_limits(booking: Booking, schedule: Schedule, taken: Iterable[Taken], *, now: datetime) -> None:
    """Raise Invalid where the booking is one too many, Conflict where the desk has overbooked its time on purpose.

    (The exclusion constraints do not see bookings that were overbooked on purpose, although these take the parties'
    time, too.) The caller holds the locks of the counted parties.
    """
    if sentences := explain(other for other in taken if not other.holds_time):
        raise Conflict(errors=sentences)
    if booking.pk is None and has_too_many_open(type(booking), booking.attendee_id, now=now):
        raise Invalid(errors={"attendee": [describe_open_limit()]}, rule="open_limit")
    attendee = booking.attendee_id
    own = booking.pk
    start = Interval(booking.start_at, booking.start_at + MICROSECOND)
    full = read_full_days(type(booking), [schedule], start, attendee=attendee, now=now, excluding=own)
    if full.of_provider:
        rule = "day_limit"
        sentence = _("Fully booked on this day. Please choose another day.")
    elif full.of_attendee:
        rule = "attendee_day_limit"
        sentence = _("No more bookings with %(provider)s on this day.")
    else:
        return
    raise Invalid(errors={"start": [sentence % {"provider": schedule.name}]}, rule=rule)


def describe_open_limit() -> str:
    """The sentence for an attendee who has as many open bookings as allowed."""
    limit = settings.OPEN_BOOKINGS_LIMIT
    sentence = ngettext(
        "There is %(limit)s open booking already: no more can be made until it is over or cancelled.",
        "There are %(limit)s open bookings already: no more can be made until one is over or cancelled.",
        limit,
    )
    return sentence % {"limit": limit}
