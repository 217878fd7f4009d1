"""Booking and cancelling over the API, for both kinds alike."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.api import LATER, TIMES, Api, payload
from tests.support.factories import UserFactory
from tests.support.kinds import Kind, span

pytestmark = pytest.mark.django_db


@pytest.fixture
def parties(kind: Kind) -> tuple[Any, Any]:
    """A provider and an attendee."""
    return kind.provider(), kind.attendee()


def test_book_answers_created_with_location_and_etag(kind: Kind, desk: Api, parties: tuple[Any, Any]) -> None:
    answer = desk.post(kind.plural, payload(kind, *parties))

    booking = kind.model.objects.get()
    assert answer.status == 201
    assert answer.headers["Location"] == f"/api/v1/{kind.plural}/{booking.pk}"
    assert answer.headers["ETag"] == '"1"'
    assert answer.headers["Content-Type"] == "application/json"


def test_book_answers_the_documented_fields(kind: Kind, desk: Api, parties: tuple[Any, Any]) -> None:
    answer = desk.post(kind.plural, payload(kind, *parties))

    booking = kind.model.objects.get()
    names = kind.model.request_names
    end = {"end": "2030-01-07T11:00:00Z"} if kind.plural == "sessions" else {}
    assert answer.body == {
        kind.envelope: {
            "id": booking.pk,
            names["provider"]: parties[0].key,
            names["attendee"]: parties[1].key,
            **TIMES[kind.plural],
            **end,
            "status": "booked",
            "revision": 1,
            "created_at": booking.created_at.replace(tzinfo=None).isoformat() + "Z",
            "updated_at": booking.updated_at.replace(tzinfo=None).isoformat() + "Z",
        }
    }


def test_book_stores_who_booked(kind: Kind, desk: Api, parties: tuple[Any, Any]) -> None:
    desk.post(kind.plural, payload(kind, *parties, note="Bring the report."))

    booking = kind.model.objects.get()
    assert (booking.booked_by, booking.note) == (desk.user, "Bring the report.")


def test_book_twice_answers_conflict(kind: Kind, desk: Api, parties: tuple[Any, Any]) -> None:
    desk.post(kind.plural, payload(kind, *parties))

    answer = desk.post(kind.plural, payload(kind, *parties))

    names = kind.model.request_names
    assert answer.status == 409
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.body["type"] == "urn:booking-site:problem:overlap"
    assert set(answer.body["errors"]) == {names["provider"], names["attendee"]}
    assert kind.model.objects.count() == 1


def test_conflict_suggests_times_that_can_be_booked(kind: Kind, desk: Api, parties: tuple[Any, Any]) -> None:
    desk.post(kind.plural, payload(kind, *parties))

    suggestions = desk.post(kind.plural, payload(kind, *parties, **LATER[kind.plural])).body["suggestions"]

    assert [set(suggestion) for suggestion in suggestions] == [set(TIMES[kind.plural])] * 3
    statuses = [desk.post(kind.plural, payload(kind, *parties, **times)).status for times in suggestions]
    assert statuses == [201, 201, 201]


def test_conflict_at_one_side_names_that_side(kind: Kind, desk: Api, parties: tuple[Any, Any]) -> None:
    desk.post(kind.plural, payload(kind, *parties))
    names = kind.model.request_names

    at_provider = desk.post(kind.plural, payload(kind, parties[0], kind.attendee()))
    at_attendee = desk.post(kind.plural, payload(kind, kind.provider(), parties[1]))

    assert set(at_provider.body["errors"]) == {names["provider"]}
    assert set(at_attendee.body["errors"]) == {names["attendee"]}


def test_conflict_names_nobody(kind: Kind, desk: Api, parties: tuple[Any, Any]) -> None:
    desk.post(kind.plural, payload(kind, *parties))

    answer = desk.post(kind.plural, payload(kind, parties[0], kind.attendee()))

    assert parties[1].name not in str(answer.body)


def test_book_with_trailing_slash(kind: Kind, desk: Api, parties: tuple[Any, Any]) -> None:
    assert desk.post(f"{kind.plural}/", payload(kind, *parties)).status == 201


def test_book_reads_any_offset_as_the_same_instant(kind: Kind, desk: Api, parties: tuple[Any, Any]) -> None:
    start = kind.model.request_names["start"]
    times = {"end_at": "2030-01-07T18:00:00+07:00"} if kind.plural == "appointments" else {}

    desk.post(kind.plural, payload(kind, *parties, **{start: "2030-01-07T17:00:00+07:00", **times}))

    assert kind.model.objects.get().start_at == datetime(2030, 1, 7, 10, tzinfo=UTC)


def test_desk_overbooks_with_reason(kind: Kind, desk: Api, parties: tuple[Any, Any]) -> None:
    desk.post(kind.plural, payload(kind, *parties))

    answer = desk.post(kind.plural, payload(kind, *parties, override={"overlap": True, "reason": "Emergency"}))

    assert answer.status == 201
    assert answer.body[kind.envelope]["override"] == {"hours": False, "overlap": True, "reason": "Emergency"}


def test_overbooking_without_reason_is_invalid(kind: Kind, desk: Api, parties: tuple[Any, Any]) -> None:
    answer = desk.post(kind.plural, payload(kind, *parties, override={"overlap": True, "reason": " "}))

    assert (answer.status, set(answer.body["errors"])) == (422, {"override"})


def test_book_outside_hours_needs_an_override(kind: Kind, desk: Api) -> None:
    provider, attendee = kind.provider(), kind.attendee()
    provider.working_hours.create(weekday=1, starts_at="09:00", minutes=60)

    refused = desk.post(kind.plural, payload(kind, provider, attendee))
    forced = desk.post(kind.plural, payload(kind, provider, attendee, override={"hours": True, "reason": "House call"}))

    assert (refused.status, forced.status) == (422, 201)
    assert forced.body[kind.envelope]["override"] == {"hours": True, "overlap": False, "reason": "House call"}
    assert set(refused.body["errors"]) == {kind.model.request_names["start"]}


def test_unknown_parties_are_named(kind: Kind, desk: Api, parties: tuple[Any, Any]) -> None:
    names = kind.model.request_names
    unknown = "nobody" if kind.plural == "sessions" else 10**18

    for party in ("provider", "attendee"):
        answer = desk.post(kind.plural, payload(kind, *parties, **{names[party]: unknown}))
        assert (answer.status, set(answer.body["errors"])) == (422, {names[party]})


def test_desk_without_attendee_is_told_to_name_one(kind: Kind, desk: Api, parties: tuple[Any, Any]) -> None:
    attendee = kind.model.request_names["attendee"]

    answer = desk.post(kind.plural, payload(kind, *parties, **{attendee: None}))

    assert (answer.status, answer.body["errors"]) == (422, {attendee: ["This field is required."]})


def test_cancel_frees_the_time(kind: Kind, desk: Api, parties: tuple[Any, Any]) -> None:
    path = desk.post(kind.plural, payload(kind, *parties)).headers["Location"]

    answer = desk.post(f"{path}/cancel", {"reason": "Ill"})

    cancelled = answer.body[kind.envelope]
    assert (answer.status, cancelled["status"], cancelled["revision"]) == (200, "cancelled", 2)
    assert answer.headers["ETag"] == '"2"'
    assert kind.model.objects.get().cancelled_by == desk.user
    assert desk.post(kind.plural, payload(kind, *parties)).status == 201


def test_cancel_needs_no_body_nor_content_type(kind: Kind, desk: Api) -> None:
    booking = kind.book(span(10, 11))

    assert desk.post(f"{kind.plural}/{booking.pk}/cancel", **{"Content-Type": ""}).status == 200


def test_cancel_twice_is_an_illegal_transition(kind: Kind, desk: Api) -> None:
    path = f"{kind.plural}/{kind.book(span(10, 11)).pk}/cancel"
    desk.post(path)

    answer = desk.post(path)

    assert (answer.status, answer.body["code"]) == (409, "illegal_transition")


@pytest.mark.parametrize(
    ("tag", "status"),
    [('"1"', 200), ("*", 200), ('"7", "1"', 200), ('"2"', 412), ('W/"1"', 412), ("1", 412), ("nonsense", 412)],
)
def test_cancel_honours_if_match(kind: Kind, desk: Api, tag: str, status: int) -> None:
    path = f"{kind.plural}/{kind.book(span(10, 11)).pk}/cancel"

    assert desk.post(path, If_Match=tag).status == status


def test_attendee_books_for_itself_without_an_id(kind: Kind) -> None:
    provider, attendee = kind.provider(), kind.attendee(user=UserFactory.create())
    name = kind.model.request_names["attendee"]

    answer = Api(attendee.user).post(kind.plural, payload(kind, provider, attendee, **{name: None}))

    assert (answer.status, answer.body[kind.envelope][name]) == (201, attendee.key)


def test_attendee_booking_for_another_is_forbidden_alike_for_known_and_unknown(kind: Kind) -> None:
    provider, attendee = kind.provider(), kind.attendee(user=UserFactory.create())
    name = kind.model.request_names["attendee"]
    unknown = "nobody" if kind.plural == "sessions" else 10**18

    known = Api(attendee.user).post(kind.plural, payload(kind, provider, kind.attendee()))
    other = Api(attendee.user).post(kind.plural, payload(kind, provider, attendee, **{name: unknown}))

    assert (known.status, known.body) == (other.status, other.body)
    assert known.status == 403


OVERRIDES = [{"overlap": True, "reason": "Please"}, {"hours": False, "reason": "x"}, {"hours": 1}, {}, None]


@pytest.mark.parametrize("override", OVERRIDES)
def test_attendee_may_not_override(kind: Kind, override: Any) -> None:
    attendee, provider = kind.attendee(user=UserFactory.create()), kind.provider()
    own = kind.book(span(8, 9), attendee=attendee, provider=provider)
    api, body = Api(attendee.user), payload(kind, provider, attendee)
    body[kind.envelope]["override"] = override

    booked = api.post(kind.plural, body)
    moved = api.call("PATCH", f"{kind.plural}/{own.pk}", {kind.envelope: {"override": override}})

    assert [(answer.status, answer.body["code"]) for answer in (booked, moved)] == [(403, "forbidden")] * 2
    assert [row.override_reason for row in kind.model.objects.all()] == [""]


def test_provider_books_for_nobody(kind: Kind) -> None:
    provider = kind.provider(user=UserFactory.create())

    answer = Api(provider.user).post(kind.plural, payload(kind, provider, kind.attendee()))

    assert answer.status == 403
