"""Telling apart the instants at which clocks show the same wall time."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo


def offset_name(at: datetime, zone: ZoneInfo) -> str:
    """For example `UTC+02:00`."""
    text = at.astimezone(zone).strftime("%z")
    return f"UTC{text[:3]}:{text[3:5]}"


def fold_choices(candidates: Sequence[datetime], zone: ZoneInfo) -> list[tuple[str, str]]:
    """A choice for each of the instants: its position, and its time with the offset that tells them apart."""
    return [(str(fold), f"{at.astimezone(zone):%H:%M} ({offset_name(at, zone)})") for fold, at in enumerate(candidates)]
