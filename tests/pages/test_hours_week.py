"""The form of a whole week: what it shows, saves, keeps and refuses. For both kinds."""

from datetime import date, time
from typing import Any

import pytest

from bookings.actions.edit_hours import value_of as value_of_row
from bookings.actions.edit_hours import weekly_rows
from tests.support.factories import UserFactory
from tests.support.hours import path_of, weekly
from tests.support.kinds import Kind, span
from tests.support.pages import Answer, Visit, text_of, value_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday_morning")]

Typed = dict[str, str]


def row(place: str, starts_at: str = "", ends_at: str = "", **more: str) -> Typed:
    """What a person types into the row `d0-1`: Monday's second one."""
    return {f"{place}-{name}": text for name, text in {"starts_at": starts_at, "ends_at": ends_at, **more}.items()}


def save(visit: Visit, provider: Any, *rows: Typed, **more: str) -> Answer:
    """Send the form as one who has just opened it; without rows everything is blank."""
    path = path_of(provider, "edit")
    seen = value_of(visit.get(path), "seen")
    typed = {name: text for each in rows for name, text in each.items()}
    return visit.post({"seen": seen, **typed, **more}, path)


def saved(provider: Any) -> list[str]:
    """The weekly hours as they are."""
    return [str(each) for each in weekly_rows(provider)]


def shown(page: Answer, day: int = 0) -> list[tuple[str, str]]:
    """Start and end of each row of a weekday, as the page shows them."""
    rows = page.context["form"].days[day].rows
    return [(str(each["starts_at"].value() or ""), str(each["ends_at"].value() or "")) for each in rows]


def wrong(page: Answer) -> list[tuple[str, str, str]]:
    """The place and the sentence of each error."""
    return [
        (where, str(field.label), sentence)
        for where, field, sentences in page.context["form"].errors
        for sentence in sentences
    ]


def test_form_shows_the_hours_and_a_blank_row(visit: Visit, provider: Any) -> None:
    weekly(provider, (0, 9, 12), (0, 14, 24), (2, 20, 26))
    weekly(provider, (3, 9, 10), valid_from=date(2030, 2, 1))

    page = visit.get(path_of(provider, "edit"))

    assert [shown(page, day) for day in range(3)] == [
        [("09:00", "12:00"), ("14:00", "00:00"), ("", "")],
        [("", "")],
        [("20:00", "02:00"), ("", "")],
    ]
    assert (value_of(page, "d0-0-starts_at"), value_of(page, "d3-0-valid_from")) == ("09:00", "2030-02-01")


def test_what_is_shown_saves_as_it_is(visit: Visit, provider: Any) -> None:
    weekly(provider, (0, 9, 12), (0, 14, 24), (2, 20, 26), (5, 0, 24))
    weekly(provider, (3, 9, 10), valid_from=date(2030, 2, 1), valid_until=date(2030, 2, 2))
    provider.working_hours.create(weekday=6, starts_at=time(9, 0, 30), minutes=1)
    rows = list(weekly_rows(provider))
    page = visit.get(path_of(provider, "edit"))
    typed = {
        field.html_name: field.value() or ""
        for day in page.context["form"].days
        for each in day.rows
        for field in each
        if field.name != "remove"
    }

    answer = visit.post({**typed, "seen": value_of(page, "seen")}, path_of(provider, "edit"))

    assert answer.status_code == 303
    assert weekly_rows(provider) == rows


def test_week_is_saved_in_one_go_and_said(visit: Visit, provider: Any) -> None:
    weekly(provider, (1, 9, 12))

    answer = save(
        visit,
        provider,
        row("d0-0", "09:00", "12:00"),
        row("d0-1", "14:00", "00:00", valid_from="2030-02-01", valid_until="2030-03-01"),
        row("d0-2"),
        row("d1-0", "09:00", "12:00", remove="on"),
        row("d4-0", "20:00", "02:00"),
        row("d5-0", "00:00", "00:00"),
    )

    assert (answer.status_code, answer.headers["Location"]) == (303, path_of(provider))
    assert "The weekly hours are saved." in text_of(visit.get(path_of(provider)))
    assert saved(provider) == [
        "Monday 09:00-12:00", "Monday 14:00-00:00", "Friday 20:00-02:00", "Saturday 00:00-00:00",
    ]  # fmt: skip
    dated = value_of_row(provider.working_hours.get(starts_at=time(14)))
    assert (dated.valid_from, dated.valid_until) == (date(2030, 2, 1), date(2030, 3, 1))
    assert value_of_row(provider.working_hours.get(weekday=5)).minutes == 1440


def test_blank_week_means_open_at_all_times(visit: Visit, provider: Any) -> None:
    weekly(provider, (1, 9, 12))

    save(visit, provider, row("d1-0", "", ""))

    assert saved(provider) == []


@pytest.mark.parametrize(
    ("rows", "errors"),
    [
        ([row("d0-0", "09:00")], [("Monday, row 1", "End", "Give the start and the end.")]),
        ([row("d0-0", "", "09:00")], [("Monday, row 1", "Start", "Give the start and the end.")]),
        (
            [row("d0-0", "", "", valid_from="2030-01-01")],
            [("Monday, row 1", label, "Give the start and the end.") for label in ("Start", "End")],
        ),
        (
            [row("d2-0", "25:00", "26:00")],
            [("Wednesday, row 1", each, "Enter a valid time.") for each in ("Start", "End")],
        ),
        ([row("d0-0", "09:00", "09:30:30")], [("Monday, row 1", "End", "Give whole minutes.")]),
        (
            [row("d0-0", "09:00", "12:00", valid_from="2030-02-02", valid_until="2030-02-01")],
            [("Monday, row 1", "Valid until", "The last day must not be before the first.")],
        ),
        (
            [row("d0-0", "09:00", "12:00", valid_from="0001-01-01")],
            [("Monday, row 1", "Valid from", "Ensure this value is greater than or equal to 1900-01-02.")],
        ),
        (
            [row("d0-0", "09:00", "12:00"), row("d0-1", "11:00", "13:00"), row("d0-2", "12:00", "13:00")],
            [
                ("Monday, row 2", "Start", "These hours overlap others of this day: 09:00 to 12:00."),
                ("Monday, row 3", "Start", "These hours overlap others of this day: 11:00 to 13:00."),
            ],
        ),
        (
            [row("d0-0", "09:00", "12:00"), row("d0-1", "09:00", "12:00", valid_from="2030-02-01")],
            [("Monday, row 2", "Start", "These hours overlap others of this day: 09:00 to 12:00.")],
        ),
    ],
)
def test_wrong_row_is_told_at_its_place_and_everything_kept(
    visit: Visit, provider: Any, rows: list[Typed], errors: list[tuple[str, str, str]]
) -> None:
    other = row("d6-0", "10:00", "11:00")

    page = save(visit, provider, *rows, other)

    assert (page.status_code, wrong(page), saved(provider)) == (422, errors, [])
    for name, text in {name: text for each in [*rows, other] for name, text in each.items()}.items():
        assert value_of(page, name) == text
    assert all(f'href="#id_{name}"' in page.content.decode() for name in places_of(page))


def places_of(page: Answer) -> list[str]:
    """The fields at fault."""
    return [field.html_name for _where, field, _sentences in page.context["form"].errors]


def test_hours_of_different_seasons_and_back_to_back_do_not_overlap(visit: Visit, provider: Any) -> None:
    answer = save(
        visit,
        provider,
        row("d0-0", "09:00", "12:00", valid_until="2030-01-31"),
        row("d0-1", "09:00", "13:00", valid_from="2030-02-01"),
        row("d0-2", "13:00", "14:00"),
    )

    assert (answer.status_code, len(saved(provider))) == (303, 3)


def test_row_that_is_to_be_removed_is_not_looked_at(visit: Visit, provider: Any) -> None:
    answer = save(visit, provider, row("d0-0", "nonsense", "", remove="on"), row("d0-1", "09:00", "12:00"))

    assert (answer.status_code, saved(provider)) == (303, ["Monday 09:00-12:00"])


def test_one_more_row_keeps_what_was_typed_and_saves_nothing(visit: Visit, provider: Any) -> None:
    weekly(provider, (0, 9, 12))

    page = save(visit, provider, row("d0-0", "09:0", "12:00", remove="on"), row("d2-0", "10:00", ""), more="2")

    assert (page.status_code, shown(page), shown(page, 2)) == (200, [("09:0", "12:00")], [("10:00", ""), ("", "")])
    assert page.context["form"].days[0].rows[0]["remove"].value() == "on"
    assert (saved(provider), value_of(page, "seen") != "") == (["Monday 09:00-12:00"], True)


def test_rows_of_a_day_are_bounded(visit: Visit, provider: Any) -> None:
    rows = [row(f"d0-{number}") for number in range(20)]

    assert len(shown(save(visit, provider, *rows, more="0"))) == 20


@pytest.mark.parametrize("more", ["7", "-1", "x", ""])
def test_nonsense_day_gets_no_row(visit: Visit, provider: Any, more: str) -> None:
    assert [len(shown(save(visit, provider, more=more), day)) for day in range(7)] == [0] * 7


def test_monday_is_copied_to_friday(visit: Visit, provider: Any) -> None:
    page = save(visit, provider, row("d0-0", "09:00", "12:00"), row("d1-0", "10:00", "11:00"), copy="0")

    assert [shown(page, day) for day in (0, 1, 4, 5)] == [[("09:00", "12:00")]] * 3 + [[]]
    assert saved(provider) == []


def test_change_by_another_is_told_with_the_present_hours_and_saving_again_goes_over_them(
    visit: Visit, provider: Any
) -> None:
    path = path_of(provider, "edit")
    typed = {"seen": value_of(visit.get(path), "seen"), **row("d0-0", "10:00", "12:00")}
    weekly(provider, (1, 8, 9))

    page = visit.post(typed, path)

    assert (page.status_code, saved(provider), shown(page)) == (409, ["Tuesday 08:00-09:00"], [("10:00", "12:00")])
    assert "The hours were changed in the meantime." in text_of(page)
    assert "Tuesday 08:00 to 09:00" in text_of(page)
    again = visit.post({**typed, "seen": value_of(page, "seen")}, path)
    assert (again.status_code, saved(provider)) == (303, ["Monday 10:00-12:00"])


def test_bookings_left_outside_are_listed_and_asked_for(kind: Kind, visit: Visit, provider: Any) -> None:
    booking = kind.book(span(14, 15), provider=provider, attendee=kind.attendee(name="Ms. Zebra"))

    page = save(visit, provider, row("d0-0", "09:00", "12:00"))

    said = text_of(page)
    assert (page.status_code, saved(provider)) == (409, [])
    assert "One booking would lie outside the hours." in said
    assert "Mon 7 Jan 2030, 14:00 to 15:00 (UTC): Ms. Zebra" in said
    assert f'href="/booking/{kind.plural}/{booking.pk}"' in page.content.decode()
    assert f'href="{path_of(provider)}"' in page.content.decode()
    assert value_of(page, "d0-0-starts_at") == "09:00"


def test_save_anyway_saves(kind: Kind, visit: Visit, provider: Any) -> None:
    kind.book(span(14, 15), provider=provider)
    page = save(visit, provider, row("d0-0", "09:00", "12:00"))

    answer = save(visit, provider, row("d0-0", "09:00", "12:00"), confirmed=page.context["refusal"].token)

    assert (answer.status_code, saved(provider)) == (303, ["Monday 09:00-12:00"])


def test_more_than_fifty_are_counted(kind: Kind, visit: Visit, provider: Any) -> None:
    for day in (8, 9, 10):
        for hour in range(17):
            kind.book(span(hour, hour + 1, day=day), provider=provider)

    page = save(visit, provider, row("d0-0", "09:00", "12:00"))

    assert "51 bookings would lie outside the hours." in text_of(page)
    assert (len(page.context["refusal"].outside), "And 1 more." in text_of(page)) == (50, True)


def test_times_of_bookings_are_the_providers(kind: Kind) -> None:
    provider = kind.provider(time_zone="Asia/Jakarta")
    kind.book(span(9, 10), provider=provider)
    desk = Visit.by(kind, UserFactory.create(is_staff=True))

    page = save(desk, provider, row("d0-0", "09:00", "12:00"))

    assert "Mon 7 Jan 2030, 16:00 to 17:00 (Asia/Jakarta)" in text_of(page)
    assert "All times are those of Asia/Jakarta" in text_of(page)


def test_nothing_typed_is_markup(visit: Visit, provider: Any) -> None:
    page = save(visit, provider, row("d0-0", '"><script>', "12:00"))

    assert (value_of(page, "d0-0-starts_at"), "<script>" in page.content.decode()) == ('"><script>', False)
