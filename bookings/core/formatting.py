"""How dates and times are written for people: in the reader's zone (Django's current one), with the zone named."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings.core.interval import Interval


def describe_instant(at: datetime) -> str:
    """For example `Tue 1 Dec 2026, 10:00 (Asia/Jakarta)`."""
    local = timezone.localtime(at)
    return f"{date_format(local, 'D j M Y, H:i')} ({timezone.get_current_timezone_name()})"


def describe_span(span: Interval) -> str:
    """For example `Tue 1 Dec 2026, 10:00 to 11:00 (Asia/Jakarta)`; the second day only when it differs."""
    start = timezone.localtime(span.start)
    end = timezone.localtime(span.end)
    until = "H:i" if start.date() == end.date() else "D j M Y, H:i"
    return _("%(start)s to %(end)s (%(zone)s)") % {
        "start": date_format(start, "D j M Y, H:i"),
        "end": date_format(end, until),
        "zone": timezone.get_current_timezone_name(),
    }


def describe_service(name: str, minutes: int) -> str:
    """For example `First consultation, 30 minutes`."""
    sentence = ngettext("%(name)s, %(minutes)s minute", "%(name)s, %(minutes)s minutes", minutes)
    return sentence % {"name": name, "minutes": minutes}
