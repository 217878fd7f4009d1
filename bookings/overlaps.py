"""What is in the way of a booking, and when the next free time is. Never names another person.

For messages only: whether a time is free is decided by the exclusion constraints.
"""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from bookings.availability import first_gaps
from bookings.interval import Interval, subtract
from bookings.schedules import Schedule, read_schedule
from bookings.wording import describe_span

if TYPE_CHECKING:
    from datetime import datetime

    from bookings.models import Booking

SEARCH = timedelta(days=7)
SUGGESTIONS = 3


def find_overlaps(booking: "Booking") -> dict[str, list[str]]:
    """A sentence for each side that is taken: the part (`provider`, `attendee`) -> sentences; empty when free.

    Needs the busy span. Two queries, served by the btrees on (party, start).
    """
    others = type(booking).objects.holding_time().exclude(pk=booking.pk).order_by("start_at")
    taken = {}
    blocker = others.of_provider(booking.provider_key).busy_during(booking.busy_span).first()
    if blocker:
        taken["provider"] = [_("Not free: taken %(when)s.") % {"when": describe_span(blocker.busy_span)}]
    blocker = others.of_attendee(booking.attendee_key).during(booking.span).first()
    if blocker:
        taken["attendee"] = [_("Already has a booking %(when)s.") % {"when": describe_span(blocker.span)}]
    return taken


def next_free(booking: "Booking", *, not_before: "datetime | None" = None) -> list[Interval]:
    """Up to three spans of the booking's length that both sides have free, from its start on, within 7 days.

    `not_before` is now, for those who may book neither the past nor beyond the provider's horizon.
    """
    start = max(booking.start_at, not_before) if not_before else booking.start_at
    window = Interval(start, start + SEARCH)
    schedule = read_schedule(booking.provider_model(), booking.provider_key, window)
    if schedule is None or not schedule.is_active:
        return []
    free = subtract(schedule.open_spans(window), _busy(booking, schedule, window))
    gaps = first_gaps(free, booking.end_at - booking.start_at, SUGGESTIONS)
    if not_before is None or schedule.horizon is None:
        return gaps
    return [gap for gap in gaps if gap.start <= not_before + schedule.horizon]


def _busy(booking: "Booking", schedule: Schedule, window: Interval) -> list[Interval]:
    """What may not be touched: the provider's busy times, widened by the asked booking's own buffers, and the
    attendee's bookings."""
    others = type(booking).objects.blocking().exclude(pk=booking.pk)
    wide = window.widened(schedule.buffer_before, schedule.buffer_after)
    provider = others.of_provider(booking.provider_key).busy_during(wide).values_list("busy_from", "busy_until")
    attendee = others.of_attendee(booking.attendee_key).during(window).values_list("start_at", "end_at")
    widened = [Interval(*times).widened(schedule.buffer_after, schedule.buffer_before) for times in provider]
    return widened + [Interval(*times) for times in attendee]
