"""PATCH: another time, for the desk another provider; and reading only what has changed."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.api import LATER, Answer, Api
from tests.support.factories import UserFactory
from tests.support.kinds import Kind, span

pytestmark = pytest.mark.django_db


def patch(api: Api, kind: Kind, pk: int, fields: dict[str, Any], **headers: str) -> Answer:
    given: dict[str, Any] = dict(headers)
    return api.call("PATCH", f"{kind.plural}/{pk}", {kind.envelope: fields}, **given)


def half_an_hour_later(kind: Kind) -> dict[str, Any]:
    return LATER[kind.plural]


def test_time_moves_and_revision_rises(kind: Kind, desk: Api) -> None:
    booking = kind.book(span(10, 11))

    answer = patch(desk, kind, booking.pk, half_an_hour_later(kind))

    moved = answer.body[kind.envelope]
    assert (answer.status, answer.headers["ETag"], moved["revision"]) == (200, '"2"', 2)
    assert {name: moved[name] for name in half_an_hour_later(kind)} == half_an_hour_later(kind)
    assert kind.model.objects.get().span == span(10, 11).__class__(
        *(at + timedelta(minutes=30) for at in (booking.start_at, booking.end_at))
    )


def test_one_time_field_may_move_alone(kind: Kind, desk: Api) -> None:
    booking = kind.book(span(10, 11))
    end = kind.model.request_names["end"]
    value = 30 if kind.plural == "sessions" else "2030-01-07T10:30:00Z"

    answer = patch(desk, kind, booking.pk, {end: value})

    assert (answer.status, answer.body[kind.envelope][end]) == (200, value)


def test_moving_onto_another_booking_conflicts_with_suggestions(kind: Kind, desk: Api) -> None:
    provider = kind.provider()
    booking = kind.book(span(8, 9), provider=provider)
    kind.book(span(10, 11), provider=provider)

    answer = patch(desk, kind, booking.pk, half_an_hour_later(kind))

    names = kind.model.request_names
    assert (answer.status, set(answer.body["errors"])) == (409, {names["provider"]})
    assert [set(times) for times in answer.body["suggestions"]] == [{names["start"], names["end"]}] * 3


def test_desk_moves_a_booking_to_another_provider(kind: Kind, desk: Api) -> None:
    booking, other = kind.book(span(10, 11)), kind.provider()
    name = kind.model.request_names["provider"]

    answer = patch(desk, kind, booking.pk, {name: other.key})

    assert (answer.status, answer.body[kind.envelope][name]) == (200, other.key)


def test_unknown_provider_is_named(kind: Kind, desk: Api) -> None:
    name = kind.model.request_names["provider"]
    unknown = "nobody" if kind.plural == "sessions" else 10**18

    answer = patch(desk, kind, kind.book(span(10, 11)).pk, {name: unknown})

    assert (answer.status, set(answer.body["errors"])) == (422, {name})


@pytest.mark.parametrize("party", ["provider", "attendee"])
def test_parties_may_move_the_time_but_not_the_provider(kind: Kind, party: str) -> None:
    people = {"provider": kind.provider, "attendee": kind.attendee}
    person = people[party](user=UserFactory.create())
    booking, api = kind.book(span(10, 11), **{party: person}), Api(person.user)
    name = kind.model.request_names["provider"]

    elsewhere = patch(api, kind, booking.pk, {name: kind.provider().key})
    later = patch(api, kind, booking.pk, half_an_hour_later(kind))

    assert (elsewhere.status, later.status) == (403, 200)


def test_attendee_and_note_stay(kind: Kind, desk: Api) -> None:
    booking = kind.book(span(10, 11), note="Hello")
    name = kind.model.request_names["attendee"]

    answer = patch(desk, kind, booking.pk, {name: kind.attendee().key, "note": "x", **half_an_hour_later(kind)})

    assert (answer.status, answer.body["errors"]) == (
        422,
        {name: ["This cannot be changed."], "note": ["This cannot be changed."]},
    )
    assert kind.model.objects.get().revision == 1


@pytest.mark.parametrize(
    ("tag", "status"),
    [('"1"', 200), ("*", 200), ('"7", "1"', 200), ('"2"', 412), ('W/"1"', 412), ("1", 412), ("nonsense", 412)],
)
def test_moving_honours_if_match(kind: Kind, desk: Api, tag: str, status: int) -> None:
    answer = patch(desk, kind, kind.book(span(10, 11)).pk, half_an_hour_later(kind), If_Match=tag)

    assert answer.status == status
    assert kind.model.objects.get().revision == (2 if status == 200 else 1)


def test_stale_change_says_so(kind: Kind, desk: Api) -> None:
    booking = kind.book(span(10, 11))
    patch(desk, kind, booking.pk, half_an_hour_later(kind))

    answer = patch(desk, kind, booking.pk, half_an_hour_later(kind), If_Match='"1"')

    assert (answer.status, answer.body["code"]) == (412, "stale")


def test_what_is_over_is_not_moved(kind: Kind, desk: Api) -> None:
    booking = kind.book(span(10, 11))
    desk.post(f"{kind.plural}/{booking.pk}/cancel")

    answer = patch(desk, kind, booking.pk, half_an_hour_later(kind))

    assert (answer.status, answer.body["code"]) == (409, "illegal_transition")


@pytest.mark.parametrize(("who", "status"), [("attendee", "pending"), ("provider", "booked"), ("desk", "booked")])
def test_attendees_own_move_awaits_approval_again(kind: Kind, desk: Api, who: str, status: str) -> None:
    provider = kind.provider(user=UserFactory.create(), needs_approval=True)
    attendee = kind.attendee(user=UserFactory.create())
    booking = kind.book(span(10, 11), provider=provider, attendee=attendee)
    callers = {"attendee": Api(attendee.user), "provider": Api(provider.user), "desk": desk}

    answer = patch(callers[who], kind, booking.pk, half_an_hour_later(kind))

    assert (answer.status, answer.body[kind.envelope]["status"]) == (200, status)


def test_strangers_booking_is_not_there_to_move(kind: Kind) -> None:
    booking, stranger = kind.book(span(10, 11)), Api(kind.attendee(user=UserFactory.create()).user)

    assert patch(stranger, kind, booking.pk, half_an_hour_later(kind)).status == 404


def test_override_moves_onto_another_booking(kind: Kind, desk: Api) -> None:
    provider = kind.provider()
    booking = kind.book(span(8, 9), provider=provider)
    kind.book(span(10, 11), provider=provider)
    override = {"hours": False, "overlap": True, "reason": "Emergency"}

    answer = patch(desk, kind, booking.pk, {**half_an_hour_later(kind), "override": override})

    assert (answer.status, answer.body[kind.envelope]["override"]) == (200, override)


@pytest.mark.parametrize(
    ("tag", "status"), [('"1"', 304), ('W/"1"', 304), ('"7", "1"', 304), ("*", 304), ('"2"', 200), ("1", 200)]
)
def test_unchanged_booking_is_not_sent_again(kind: Kind, desk: Api, tag: str, status: int) -> None:
    booking = kind.book(span(10, 11))

    answer = desk.get(f"{kind.plural}/{booking.pk}", If_None_Match=tag)

    assert (answer.status, answer.headers["ETag"]) == (status, '"1"')
    assert (answer.body is None) == (status == 304)


def test_unchanged_is_told_to_nobody_who_may_not_see_it(kind: Kind) -> None:
    booking, stranger = kind.book(span(10, 11)), Api(kind.attendee(user=UserFactory.create()).user)

    assert stranger.get(f"{kind.plural}/{booking.pk}", If_None_Match='"1"').status == 404
