"""Entity tags: a booking's revision, a digest of free times (RFC 9110, sections 8.8.3, 13.1.1 and 13.1.2)."""

import re

from rest_framework.request import Request

from bookings.models import Booking

STRONG_TAG = re.compile(r'"(\d{1,10})"', re.ASCII)
NEVER = 0


def etag(booking: Booking) -> str:
    """The booking's strong entity tag."""
    return f'"{booking.revision}"'


def expected_revision(request: Request, booking: Booking) -> int | None:
    """The revision that `If-Match` asks for: None for any, `NEVER` when no listed tag can match.

    `booking` is not locked. The writer compares this revision with that of the locked row.
    """
    header = request.headers.get("If-Match")
    if header is None or header.strip() == "*":
        return None
    tags = [STRONG_TAG.fullmatch(tag.strip()) for tag in header.split(",")]
    listed = {int(tag[1]) for tag in tags if tag}
    return booking.revision if booking.revision in listed else NEVER


def is_unchanged(request: Request, tag: str) -> bool:
    """Whether `If-None-Match` lists this strong tag (weakly compared, RFC 9110, section 13.1.2)."""
    header = request.headers.get("If-None-Match", "")
    return header.strip() == "*" or tag in [listed.strip().removeprefix("W/") for listed in header.split(",")]
