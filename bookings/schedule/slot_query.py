"""`SlotQuery`: parameters of a search for free slots. `Slot`: one result."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bookings.core.constraints import LONGEST_BOOKING
from bookings.core.interval import Interval
from bookings.schedule.loading import Key
from bookings.schedule.terms import BookingTerms

if TYPE_CHECKING:
    from bookings.models import Booking


@dataclass(frozen=True, slots=True)
class SlotQuery:
    """Free times of one kind that start within `starts`, for somebody with these terms, as things are at `now`."""

    kind: "type[Booking]"
    starts: Interval
    terms: BookingTerms
    now: datetime
    length: timedelta | None = None
    """None: the service's, else the provider's slot length, else an hour."""
    service: int | None = None
    """Only at providers who offer the service with this id."""
    excluding: int | None = None
    """The id of a booking that is about to move: it does not block its own move, and the limits do not count it."""

    @property
    def reach(self) -> Interval:
        """The time that must be read: `starts`, and after its end as long as a booking can last."""
        return reach_of(self.starts)


@dataclass(frozen=True, slots=True)
class Slot:
    """A free time of one provider. (FHIR: Slot.)"""

    span: Interval
    provider: Key


def reach_of(starts: Interval) -> Interval:
    """All time that a booking can cover which starts within `starts`."""
    return Interval(starts.start, starts.end + LONGEST_BOOKING)
