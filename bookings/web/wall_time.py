"""From the time on somebody's wall to an instant, and never by guessing."""

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def instants_of(wall: datetime, zone: ZoneInfo) -> list[datetime]:
    """The instants, in UTC and in order, at which clocks in `zone` show the naive time `wall`.

    None when the clocks skip it, two when they show it twice, one otherwise.
    """
    readings = {wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(at for at in readings if at.astimezone(zone).replace(tzinfo=None) == wall)


def offset_name(at: datetime, zone: ZoneInfo) -> str:
    """For example `UTC+02:00`."""
    text = at.astimezone(zone).strftime("%z")
    return f"UTC{text[:3]}:{text[3:5]}"


def fold_choices(candidates: Sequence[datetime], zone: ZoneInfo) -> list[tuple[str, str]]:
    """A choice for each of the instants: its position, and its time with the offset that tells them apart."""
    return [(str(fold), f"{at.astimezone(zone):%H:%M} ({offset_name(at, zone)})") for fold, at in enumerate(candidates)]
