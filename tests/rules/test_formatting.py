from datetime import UTC, datetime

from django.utils import timezone

from bookings.core.formatting import describe_instant, describe_span
from bookings.core.interval import Interval

TEN = datetime(2026, 12, 1, 3, tzinfo=UTC)  # 10:00 in Jakarta


def test_describe_instant_in_the_readers_zone() -> None:
    with timezone.override("Asia/Jakarta"):
        assert describe_instant(TEN) == "Tue 1 Dec 2026, 10:00 (Asia/Jakarta)"


def test_describe_span_of_one_day_names_the_day_once() -> None:
    with timezone.override("Asia/Jakarta"):
        span = Interval(TEN, TEN.replace(hour=4))
        assert describe_span(span) == "Tue 1 Dec 2026, 10:00 to 11:00 (Asia/Jakarta)"


def test_describe_span_over_the_readers_midnight_names_both_days() -> None:
    with timezone.override("America/New_York"):
        span = Interval(TEN, TEN.replace(hour=6))
        assert describe_span(span) == "Mon 30 Nov 2026, 22:00 to Tue 1 Dec 2026, 01:00 (America/New_York)"
