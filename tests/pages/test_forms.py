"""Wall times with a visible zone become instants; suggestions survive the way through a button."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from bookings.core.interval import Interval
from bookings.schedule.wall_time import instants_of
from bookings.web.booking.choices import clean_search
from bookings.web.booking.time_form import SentTime, TimeForms
from bookings.web.slot_value import Choice, read_choice, read_suggestion, wall_values, write_choice, write_suggestion
from bookings.web.wall_time import fold_choices, offset_name

BERLIN = ZoneInfo("Europe/Berlin")
SKIPPED = datetime.fromisoformat("2026-03-29T02:30")
REPEATED = datetime.fromisoformat("2026-10-25T02:30")
FIRST_WALL, LAST_WALL = datetime.fromisoformat("1900-01-02"), datetime.fromisoformat("2200-12-30")
FIRST, SECOND = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
SPAN = Interval(datetime(2026, 12, 1, 4, tzinfo=UTC), datetime(2026, 12, 1, 5, tzinfo=UTC))


def when(*, without: str = "duration", **changes: str) -> TimeForms:
    """The form as posted, with a start and an end, or a length."""
    typed = {"day": "2026-12-01", "start": "10:00", "end": "11:00", "duration": "60", "time_zone": "Europe/Berlin"}
    posted = QueryDict(mutable=True)
    posted.update({**typed, **changes})
    return TimeForms(posted, sent=SentTime.read(posted), without=without)


def instants(form: TimeForms) -> tuple[datetime | None, datetime | None]:
    """What the form understood."""
    form.is_valid()
    return form.cleaned_data.get("start_at"), form.cleaned_data.get("end_at")


def test_instants_of_plain_time_is_one() -> None:
    assert instants_of(datetime.fromisoformat("2026-12-01T10:00"), BERLIN) == [datetime(2026, 12, 1, 9, tzinfo=UTC)]


def test_instants_of_skipped_time_is_none() -> None:
    assert instants_of(SKIPPED, BERLIN) == []


def test_instants_of_repeated_time_is_both_in_order() -> None:
    assert instants_of(REPEATED, BERLIN) == [FIRST, SECOND]


@given(
    wall=st.datetimes(FIRST_WALL, LAST_WALL),
    zone=st.sampled_from(
        ["UTC", "Europe/Berlin", "Asia/Jakarta", "Australia/Lord_Howe", "Pacific/Apia", "America/St_Johns"]
    ),
)
def test_instants_of_any_time_read_back_as_that_time(wall: datetime, zone: str) -> None:
    found = instants_of(wall, ZoneInfo(zone))

    assert [at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for at in found] == [wall.replace(fold=0)] * len(found)
    assert found == sorted(set(found))


def test_fold_choices_name_the_offsets() -> None:
    assert fold_choices([FIRST, SECOND], BERLIN) == [("0", "02:30 (UTC+02:00)"), ("1", "02:30 (UTC+01:00)")]


def test_offset_name_of_half_hours() -> None:
    assert offset_name(FIRST, ZoneInfo("America/St_Johns")) == "UTC-02:30"


def test_start_and_end_are_read_in_the_chosen_zone() -> None:
    assert instants(when()) == (datetime(2026, 12, 1, 9, tzinfo=UTC), datetime(2026, 12, 1, 10, tzinfo=UTC))


def test_duration_is_elapsed_time_over_a_change_of_clocks() -> None:
    form = when(without="end", day="2026-03-29", start="01:30", duration="60")

    assert instants(form) == (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC))


def test_end_at_midnight_is_the_end_of_the_day() -> None:
    assert instants(when(start="23:00", end="00:00"))[1] == datetime(2026, 12, 1, 23, tzinfo=UTC)


def test_end_before_start_is_left_to_the_kernel() -> None:
    start, end = instants(when(end="09:00"))

    assert start is not None
    assert end is not None
    assert end < start


@pytest.mark.parametrize("field", ["start", "end"])
def test_skipped_time_is_an_error_that_says_so(field: str) -> None:
    form = when(day="2026-03-29", **{"start": "01:00", "end": "04:00", field: "02:30"})

    assert form.errors == {
        field: [
            "02:30 does not exist on this day: the clocks skip it (Europe/Berlin). Choose another time.",
        ]
    }


def test_repeated_time_asks_which() -> None:
    form = when(day="2026-10-25", start="02:30", end="04:00")

    assert form.errors == {
        "start_fold": ["02:30 comes twice on this day, because the clocks go back (Europe/Berlin). Choose which one."]
    }
    assert [field.name for field in form.typed_time.folds] == ["start_fold"]


@pytest.mark.parametrize(("fold", "start"), [("0", FIRST), ("1", SECOND)])
def test_answered_fold_is_the_instant(fold: str, start: datetime) -> None:
    assert instants(when(day="2026-10-25", start="02:30", end="04:00", start_fold=fold))[0] == start


def test_repeated_end_that_only_one_way_follows_the_start_asks_nothing() -> None:
    form = when(day="2026-10-25", start="02:30", end="02:15", start_fold="0")

    assert instants(form)[1] == datetime(2026, 10, 25, 1, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("day", "0001-01-01"),
        ("day", "9999-12-31"),
        ("day", "tomorrow"),
        ("start", "25:00"),
        ("end", ""),
        ("time_zone", "Mars/Base"),
        ("time_zone", "../etc/passwd"),
        ("start_fold", "7"),
    ],
)
def test_nonsense_is_an_error_at_its_field(field: str, text: str) -> None:
    assert list(when(**{field: text}).errors) == [field]


@pytest.mark.parametrize("minutes", ["0", "-5", "1441", "1e3", ""])
def test_duration_is_bounded(minutes: str) -> None:
    assert list(when(without="end", duration=minutes).errors) == ["duration"]


def test_unknown_zone_is_shown_in_the_readers() -> None:
    with timezone.override("Asia/Jakarta"):
        assert when(time_zone="Mars/Base").typed_time.zone.key == "Asia/Jakarta"


def test_suggestion_reads_back() -> None:
    assert read_suggestion(write_suggestion(SPAN)) == SPAN


def test_suggestion_keeps_fractions_of_seconds() -> None:
    span = Interval(datetime(2026, 12, 1, 4, 0, 0, 5, tzinfo=UTC), SPAN.end)

    assert read_suggestion(write_suggestion(span)) == span


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-12-01T04:00:00Z",
        "2026-12-01T05:00:00Z/2026-12-01T04:00:00Z",
        "2026-12-01T04:00:00+07:00/2026-12-01T05:00:00+07:00",
        "2026-13-01T04:00:00Z/2026-13-01T05:00:00Z",
        "0001-12-01T04:00:00Z/0001-12-01T05:00:00Z",
        "2026-12-01T04:00:00Z/2026-12-01T05:00:00Z\n",
    ],
)
def test_anything_else_is_no_suggestion(text: str) -> None:
    assert read_suggestion(text) is None


@pytest.mark.parametrize("provider", [17, "coach-1", "A.b_c~d", "x" * 64])
def test_choice_reads_back(provider: int | str) -> None:
    assert read_choice(write_choice(provider, SPAN)) == Choice(str(provider), SPAN)


def test_suggestion_is_a_choice_without_provider() -> None:
    assert read_choice(write_suggestion(SPAN)) == Choice("", SPAN)


@pytest.mark.parametrize("provider", ["", " ", "a b", "a\x00", "x" * 65, "\u0663", "a/b"])
def test_choice_of_no_public_id_is_none(provider: str) -> None:
    assert read_choice(write_choice(provider, SPAN)) is None


def picked(**posted: str) -> TimeForms:
    """The form with these values and nothing else."""
    data = QueryDict(mutable=True)
    data.update(posted)
    return TimeForms(data, sent=SentTime.read(data), without="duration")


def test_picked_time_needs_nothing_typed() -> None:
    assert instants(picked(slot=write_choice(17, SPAN))) == (SPAN.start, SPAN.end)


def test_picked_time_wins_over_typed_one() -> None:
    assert instants(when(slot=write_choice(17, SPAN), day="2026-12-02")) == (SPAN.start, SPAN.end)


def test_another_time_is_the_typed_one() -> None:
    assert instants(when(slot="other"))[0] == datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("slot", "said"),
    [("", "Choose a free time."), ("x", "This is no time on offer. Choose one of the free times.")],
)
def test_no_picked_time_is_an_error_there_and_nowhere_else(slot: str, said: str) -> None:
    assert picked(slot=slot).errors == {"slot": [said]}


def test_another_time_that_is_not_typed_is_an_error_at_its_fields() -> None:
    assert list(picked(slot="other").errors) == ["day", "start", "end", "time_zone"]


def test_wall_values_of_a_repeated_time_say_which() -> None:
    assert wall_values(Interval(FIRST, SECOND), BERLIN) == {
        "day": "2026-10-25",
        "start": "02:30",
        "end": "02:30",
        "duration": "60",
        "start_fold": "0",
        "end_fold": "1",
    }


def test_suggestion_takes_the_place_of_what_was_typed() -> None:
    form = when(day="", start="", end="", suggestion=write_suggestion(SPAN))

    assert instants(form) == (SPAN.start, SPAN.end)
    assert form["start"].value() == "05:00"


@pytest.mark.parametrize(("typed", "kept"), [(None, ""), (" Zero ", "Zero"), ("a\x00b", "ab"), ("x" * 200, "x" * 100)])
def test_search_text_is_fit_for_the_database(typed: str | None, kept: str) -> None:
    assert clean_search(typed) == kept
