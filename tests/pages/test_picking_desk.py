"""Picking a free time at the desk, and moving a booking to one."""

from datetime import timedelta
from typing import Any

import pytest

from bookings.core.interval import Interval
from bookings.web.slot_value import write_choice
from tests.support.kinds import Kind, at, span
from tests.support.pages import DAY, Visit, days_in, selected_in, text_of, times_in, value_of
from tests.support.picking import MONDAY, TUESDAY, open_on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sunday_noon")]

HALF = timedelta(minutes=30)


def looking(desk: Visit, **values: Any) -> dict[str, Any]:
    """What the form sends when nothing is typed and nothing picked."""
    sent = {"kind": desk.name, "uid": "3f0c1c6e-52cb-4bd7-9e6b-6d3e63a0b001", "slot": "", "note": "Kept"}
    return sent | {name: getattr(value, "key", value) for name, value in values.items()}


def test_desk_sees_free_times_first_and_may_type_any_other(desk: Visit) -> None:
    open_on(desk.kind, 0)

    page = desk.get()

    assert times_in(page)[0][0] == "09:00"
    assert 'value="other"' in page.content.decode()
    assert 'name="start"' in page.content.decode()


def test_desk_picks_for_somebody(desk: Visit) -> None:
    provider, attendee = open_on(desk.kind, 0), desk.kind.attendee()
    open_on(desk.kind, 0)
    slot = write_choice(provider.key, Interval(at(9), at(9) + HALF))

    answer = desk.post(looking(desk, attendee=attendee, provider="", slot=slot))

    booking = desk.kind.model.objects.get()
    assert (answer.status_code, booking.provider, booking.attendee) == (303, provider, attendee)


def test_days_are_buttons_that_keep_everything_and_tell_nobody(desk: Visit) -> None:
    provider, attendee = open_on(desk.kind, 0, 1), desk.kind.attendee()

    page = desk.post(looking(desk, attendee=attendee, provider=provider, look_day=TUESDAY))

    assert (page.status_code, page.context["picker"].selected.isoformat()) == (200, TUESDAY)
    assert selected_in(page, "attendee") == str(attendee.key)
    assert "Kept" in text_of(page)
    assert 'href="/booking?' not in page.content.decode().partition('id="picker"')[2].partition("</form>")[0]


def test_later_days_are_a_button_too(desk: Visit) -> None:
    open_on(desk.kind, 0, 1, 2, 3, 4)
    later = desk.get().context["picker"].later.isoformat()

    page = desk.post(looking(desk, shown_day=MONDAY, look_from=later))

    assert days_in(page)[0] == later
    assert (value_of(page, "shown_from"), value_of(page, "shown_day")) == (later, later)


def test_chosen_attendee_is_not_to_be_in_two_places(desk: Visit) -> None:
    provider, attendee = open_on(desk.kind, 0, minutes=60), desk.kind.attendee()
    desk.kind.book(Interval(at(9), at(9) + HALF), attendee=attendee)

    page = desk.post(looking(desk, provider=provider, attendee=attendee, find="attendee"))

    assert [label for label, _value in times_in(page)] == ["09:30"]


def test_length_that_the_desk_wants_is_offered_and_booked(desk: Visit) -> None:
    provider, attendee = open_on(desk.kind, 0), desk.kind.attendee()

    page = desk.post(looking(desk, provider=provider, attendee=attendee, minutes="45", refresh="provider"))
    slot = times_in(page)[0][1]
    answer = desk.post(looking(desk, provider=provider, attendee=attendee, minutes="45", slot=slot))

    assert slot == write_choice(provider.key, Interval(at(9), at(9, 45)))
    assert answer.status_code == 303


@pytest.mark.parametrize("button", ["slot", "suggestion"])
def test_time_of_another_provider_than_the_chosen_one_is_not_booked(desk: Visit, button: str) -> None:
    kind, attendee = desk.kind, desk.kind.attendee()
    ada, ben = open_on(kind, 0, name="Ada"), open_on(kind, 0, name="Ben")
    picked = {button: write_choice(ada.key, Interval(at(9), at(9) + HALF))}

    answer = desk.post(looking(desk, attendee=attendee, provider=ben) | picked)

    assert (answer.status_code, kind.model.objects.count()) == (422, 0)
    assert answer.context["form"].errors == {"slot": ["Choose a time of Ben."]}
    assert {value.partition("/")[0] for _label, value in times_in(answer)} == {str(ben.key)}
    assert selected_in(answer, "provider") == str(ben.key)


def test_time_with_an_unknown_provider_is_not_booked(desk: Visit) -> None:
    slot = write_choice(open_on(desk.kind, 0).key, Interval(at(9), at(9) + HALF))

    answer = desk.post(looking(desk, attendee=desk.kind.attendee(), provider="9999999", slot=slot))

    assert (answer.status_code, desk.kind.model.objects.count()) == (422, 0)
    assert answer.context["form"].errors == {"slot": ["This is no time on offer. Choose one of the free times."]}


@pytest.mark.parametrize("asked", ["minutes", "service"])
def test_time_of_another_length_than_asked_for_is_not_booked(desk: Visit, asked: str) -> None:
    provider, attendee = open_on(desk.kind, 0), desk.kind.attendee()
    value = "45" if asked == "minutes" else desk.kind.service(provider, duration_minutes=45).pk
    slot = write_choice(provider.key, Interval(at(9), at(9) + HALF))

    answer = desk.post(looking(desk, provider=provider, attendee=attendee, slot=slot, **{asked: value}))

    assert (answer.status_code, desk.kind.model.objects.count()) == (422, 0)
    assert answer.context["form"].errors == {"slot": ["Choose a time again: the length has changed."]}
    assert times_in(answer)[0][1] == write_choice(provider.key, Interval(at(9), at(9, 45)))


def test_suggestion_for_a_typed_time_keeps_its_length(desk: Visit) -> None:
    provider, attendee = open_on(desk.kind, 0), desk.kind.attendee()
    suggestion = write_choice(provider.key, Interval(at(9), at(9, 45)))
    more = {"minutes": "30", "slot": "other", "suggestion": suggestion}

    answer = desk.post(desk.typed(provider=provider, attendee=attendee, **more))

    assert (answer.status_code, desk.kind.model.objects.get().span) == (303, Interval(at(9), at(9, 45)))


@pytest.mark.parametrize("minutes", ["0", "-5", "x", "1441"])
def test_wrong_length_is_an_error_at_its_field(desk: Visit, minutes: str) -> None:
    provider = open_on(desk.kind, 0)
    slot = write_choice(provider.key, Interval(at(9), at(9) + HALF))

    answer = desk.post(looking(desk, attendee=desk.kind.attendee(), slot=slot, minutes=minutes))

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["minutes"])


def test_service_decides_what_is_free_and_who_can_be_chosen(desk: Visit) -> None:
    ada, ben = open_on(desk.kind, 0, name="Ada"), open_on(desk.kind, 0, name="Ben")
    service = desk.kind.service(ben, duration_minutes=60)

    page = desk.post(looking(desk, service=service.pk, refresh="provider"))

    assert [entry.name for entry in page.context["entries"]] == ["First available", "Ben"]
    assert times_in(page)[0][1] == write_choice(ben.key, span(9, 10))
    assert str(ada.key) not in {value.partition("/")[0] for _label, value in times_in(page)}


def test_another_time_is_what_is_typed(desk: Visit) -> None:
    provider, attendee = open_on(desk.kind, 0, slot_minutes=None), desk.kind.attendee()
    typed = desk.typed(provider=provider, attendee=attendee, slot="other", start="10:10", duration="60", end="11:10")

    answer = desk.post(typed)

    assert (answer.status_code, desk.kind.model.objects.get().start_at) == (303, at(10, 10))


def test_another_time_without_any_is_an_error_at_its_fields(desk: Visit) -> None:
    provider = open_on(desk.kind, 0)

    answer = desk.post(looking(desk, attendee=desk.kind.attendee(), provider=provider, slot="other"))

    assert {"day", "start"} <= set(answer.context["form"].errors)
    assert 'id="slot-other" checked' in answer.content.decode()


def test_picked_time_wins_over_what_is_typed(desk: Visit) -> None:
    provider, attendee = open_on(desk.kind, 0), desk.kind.attendee()
    slot = write_choice(provider.key, Interval(at(9), at(9) + HALF))

    desk.post(desk.typed(provider=provider, attendee=attendee, slot=slot, day=DAY, start="23:00", end="23:30"))

    assert desk.kind.model.objects.get().start_at == at(9)


def test_desk_is_held_to_no_horizon(desk: Visit) -> None:
    open_on(desk.kind, 3, horizon_days=1)

    assert days_in(desk.get())[0] == "2030-01-10"


# Moving


def path_of(kind: Kind, booking: Any) -> str:
    return f"/booking/{kind.plural}/{booking.pk}/reschedule"


def test_move_offers_times_of_the_bookings_own_length_around_its_day(kind: Kind) -> None:
    provider = open_on(kind, 0, 1, 2)
    booking = kind.book(Interval(at(9, day=22), at(10, day=22)), provider=provider)

    page = Visit.of_person(kind, booking.attendee).get(path_of(kind, booking))

    assert days_in(page)[:2] == ["2030-01-21", "2030-01-22"]
    assert page.context["picker"].selected.isoformat() == "2030-01-22"
    assert times_in(page)[0] == ("09:30", write_choice(provider.key, Interval(at(9, 30, day=22), at(10, 30, day=22))))


def test_attendee_moves_to_a_picked_time(kind: Kind) -> None:
    provider = open_on(kind, 0, 1)
    booking = kind.book(Interval(at(9), at(9) + HALF), provider=provider)
    visit = Visit.of_person(kind, booking.attendee)
    slot = write_choice(provider.key, Interval(at(9, day=8), at(9, day=8) + HALF))

    answer = visit.post({"slot": slot, "revision": "1"}, path_of(kind, booking))

    assert answer.status_code == 303
    assert kind.model.objects.get().start_at == at(9, day=8)


def test_attendee_cannot_pick_somebody_elses_time(kind: Kind) -> None:
    provider, other = open_on(kind, 0), open_on(kind, 0)
    booking = kind.book(Interval(at(9), at(9) + HALF), provider=provider)
    visit = Visit.of_person(kind, booking.attendee)
    slot = write_choice(other.key, Interval(at(10), at(10) + HALF))

    answer = visit.post({"slot": slot, "revision": "1"}, path_of(kind, booking))

    assert (answer.status_code, kind.model.objects.get().start_at) == (422, at(9))
    assert answer.context["form"].errors == {"slot": ["This is no time on offer. Choose one of the free times."]}


def test_move_without_a_time_is_an_error(kind: Kind) -> None:
    booking = kind.book(Interval(at(9), at(9) + HALF), provider=open_on(kind, 0))
    visit = Visit.of_person(kind, booking.attendee)

    answer = visit.post({"slot": "", "revision": "1"}, path_of(kind, booking))

    assert (answer.status_code, answer.context["form"].errors) == (422, {"slot": ["Choose a free time."]})


def test_desk_picks_a_time_of_another_provider(desk: Visit) -> None:
    kind = desk.kind
    booking, other = kind.book(Interval(at(9), at(9) + HALF), provider=open_on(kind, 0)), open_on(kind, 1, name="Zz")

    page = desk.get(f"{path_of(kind, booking)}?provider={other.key}")
    slot = times_in(page)[0][1]
    answer = desk.post({"slot": slot, "revision": "1", "provider": other.key}, path_of(kind, booking))

    assert slot.startswith(f"{other.key}/{TUESDAY}")
    assert f"provider={other.key}" in page.context["picker"].days[0].url
    assert (answer.status_code, kind.model.objects.get().provider) == (303, other)


def test_desk_does_not_move_to_a_time_of_another_provider_than_the_chosen_one(desk: Visit) -> None:
    kind = desk.kind
    ada, ben = open_on(kind, 0, name="Ada"), open_on(kind, 0, name="Ben")
    booking = kind.book(Interval(at(9), at(9) + HALF), provider=ada)
    slot = write_choice(ada.key, Interval(at(10), at(10) + HALF))

    answer = desk.post({"slot": slot, "revision": "1", "provider": ben.key}, path_of(kind, booking))

    assert (answer.status_code, kind.model.objects.get().start_at) == (422, at(9))
    assert answer.context["form"].errors == {"slot": ["Choose a time of Ben."]}
    assert {value.partition("/")[0] for _label, value in times_in(answer)} == {str(ben.key)}


def test_move_to_a_taken_time_is_told_with_fresh_ones(kind: Kind) -> None:
    provider = open_on(kind, 0)
    booking = kind.book(Interval(at(9), at(9) + HALF), provider=provider)
    kind.book(Interval(at(10), at(10) + HALF), provider=provider)
    visit = Visit.of_person(kind, booking.attendee)
    slot = write_choice(provider.key, Interval(at(10), at(10) + HALF))

    answer = visit.post({"slot": slot, "revision": "1", "shown_day": MONDAY}, path_of(kind, booking))

    assert answer.status_code == 409
    assert "10:00" not in [label for label, _value in times_in(answer)]
    assert list(answer.context["form"].errors) == ["slot"]
