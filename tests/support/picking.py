"""Free times to pick on the pages, for the tests of both kinds."""

from typing import Any

from tests.support.kinds import Kind
from tests.support.pages import Answer, Visit

MONDAY, TUESDAY = "2030-01-07", "2030-01-08"


def open_on(kind: Kind, *weekdays: int, starts_at: str = "09:00", minutes: int = 180, **fields: Any) -> Any:
    """A provider of half-hour slots with these hours."""
    provider = kind.provider(**{"slot_minutes": 30, **fields})
    for weekday in weekdays:
        provider.working_hours.create(weekday=weekday, starts_at=starts_at, minutes=minutes)
    return provider


def book_picked(visit: Visit, slot: str, **more: Any) -> Answer:
    """Book the time of this radio, with one uid whenever it is done."""
    return visit.post({"kind": visit.name, "uid": "3f0c1c6e-52cb-4bd7-9e6b-6d3e63a0b001", "slot": slot, **more})
