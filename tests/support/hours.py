"""A provider's hours: set, and where their pages are."""

from datetime import date, time
from typing import Any

from bookings.models import Provider


def path_of(provider: Provider, page: str = "") -> str:
    """The hours page of this provider, or one below it."""
    return "/".join(filter(None, [f"/booking/{provider._meta.db_table}/{provider.key}/hours", page]))


def weekly(provider: Any, *hours: tuple[int, int, int], **dates: date) -> None:
    """Hours of these weekdays, from one full hour to another."""
    for weekday, start, end in hours:
        provider.working_hours.create(weekday=weekday, starts_at=time(start), minutes=(end - start) * 60, **dates)
