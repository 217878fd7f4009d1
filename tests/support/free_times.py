"""What the tests of free times over the API share: who offers which hours, where to ask, and what came back."""

from datetime import UTC, datetime, time
from typing import Any

from bookings.schedule.slots import Slot, SlotQuery, find_slots, schedule_for
from tests.support.api import Answer, Api
from tests.support.kinds import Kind


def open_daily(kind: Kind, first: int = 9, last: int = 12, **fields: Any) -> Any:
    """A provider with half-hour slots unless told otherwise, from one full hour of each day to another, in its zone."""
    provider = kind.provider(**{"slot_minutes": 30, **fields})
    for weekday in range(7):
        provider.working_hours.create(weekday=weekday, starts_at=time(first), minutes=60 * (last - first))
    return provider


def slots_path(kind: Kind, provider: Any = None) -> str:
    """Where one provider's free times are, or the earliest among all."""
    one = "" if provider is None else f"/{provider.key}"
    return f"{kind.provider_model._meta.db_table}{one}/slots"


def starts(kind: Kind, answer: Answer) -> list[str]:
    """When the answered slots start, as `07 09:30` in UTC."""
    assert answer.status == 200, answer
    name = kind.model.request_names["start"]
    return [parsed(slot[name]).strftime("%d %H:%M") for slot in answer.body["slots"]]


def parsed(text: str) -> datetime:
    """An instant of an answer."""
    return datetime.fromisoformat(text).astimezone(UTC)


def follow(api: Api, url: str) -> Answer:
    """Get a link of an answer."""
    return api.get(url.removeprefix("http://testserver"))


def book_slot(api: Api, kind: Kind, slot: dict[str, Any], **more: Any) -> Answer:
    """Send a slot back as it is."""
    return api.post(kind.plural, {kind.envelope: {**slot, **more}})


def slots_of(query: SlotQuery, provider: Any, limit: int | None = None) -> list[Slot]:
    """What the engine finds at one provider, who takes bookings."""
    schedule = schedule_for(query, provider.key)
    assert schedule is not None
    return find_slots(query, schedule, limit=limit)
