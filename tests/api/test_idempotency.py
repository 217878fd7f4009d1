"""`Idempotency-Key`: a repeat gets the first answer and books nothing, whatever happened in between."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from bookings.actions import idempotency
from bookings.models import IdempotencyRecord
from tests.support.api import LATER, TIMES, Answer, Api, payload
from tests.support.factories import UserFactory
from tests.support.kinds import Kind, span

pytestmark = pytest.mark.django_db

KEY: dict[str, Any] = {"Idempotency-Key": "a-key"}


@pytest.fixture
def parties(kind: Kind) -> tuple[Any, Any]:
    """A provider and an attendee."""
    return kind.provider(), kind.attendee()


def is_replay(answer: Answer) -> bool:
    """Whether the answer says that it is a repeated one."""
    return answer.headers.get("Idempotency-Replayed") == "true"


def assert_replays(first: Answer, again: Answer) -> None:
    """The second answer is the first one, and says so."""
    kept = ("Content-Type", "Location", "ETag")
    assert (again.status, again.body) == (first.status, first.body)
    assert [again.headers.get(name) for name in kept] == [first.headers.get(name) for name in kept]
    assert (is_replay(first), is_replay(again)) == (False, True)


def test_repeated_booking_is_answered_as_the_first_time(kind: Kind, desk: Api, parties: tuple[Any, Any]) -> None:
    first, again = (desk.post(kind.plural, payload(kind, *parties), **KEY) for _ in range(2))

    assert first.status == 201
    assert_replays(first, again)
    assert kind.model.objects.count() == 1


def test_repeat_shows_the_booking_as_it_was_then(kind: Kind, desk: Api, parties: tuple[Any, Any]) -> None:
    first = desk.post(kind.plural, payload(kind, *parties), **KEY)
    desk.post(f"{first.headers['Location']}/cancel")

    assert_replays(first, desk.post(kind.plural, payload(kind, *parties), **KEY))


def test_repeat_may_order_and_space_its_json_otherwise(kind: Kind, desk: Api, parties: tuple[Any, Any]) -> None:
    body = payload(kind, *parties)
    turned = {kind.envelope: dict(reversed(body[kind.envelope].items()))}
    first = desk.post(kind.plural, body, **KEY)

    assert_replays(first, desk.post(f"{kind.plural}/", turned, **KEY))


def test_repeated_cancelling_is_answered_as_the_first_time(kind: Kind, desk: Api) -> None:
    path = f"{kind.plural}/{kind.book(span(10, 11)).pk}/cancel"

    first, again = (desk.post(path, {"reason": "Ill"}, **KEY) for _ in range(2))

    assert_replays(first, again)
    assert (again.status, again.headers["ETag"]) == (200, '"2"')


def test_repeated_rescheduling_is_answered_as_the_first_time(kind: Kind, desk: Api) -> None:
    path, body = f"{kind.plural}/{kind.book(span(10, 11)).pk}", {kind.envelope: LATER[kind.plural]}

    first, again = (desk.call("PATCH", path, body, **KEY, If_Match='"1"') for _ in range(2))

    assert_replays(first, again)
    assert kind.model.objects.get().revision == 2


def test_repeated_batch_is_answered_as_the_first_time(kind: Kind, desk: Api, parties: tuple[Any, Any]) -> None:
    rows = [payload(kind, *parties)[kind.envelope], payload(kind, kind.provider(), kind.attendee())[kind.envelope]]

    first, again = (desk.post(f"{kind.plural}/batch", {kind.plural: rows}, **KEY) for _ in range(2))

    assert_replays(first, again)
    assert (again.status, kind.model.objects.count()) == (201, 2)


def test_refused_booking_is_not_kept(kind: Kind, desk: Api, parties: tuple[Any, Any]) -> None:
    blocker = kind.book(span(10, 11), provider=parties[0])
    refused = desk.post(kind.plural, payload(kind, *parties), **KEY)
    desk.post(f"{kind.plural}/{blocker.pk}/cancel")

    again = desk.post(kind.plural, payload(kind, *parties), **KEY)

    assert (refused.status, again.status, is_replay(again)) == (409, 201, False)


def test_wrong_body_is_not_kept(kind: Kind, desk: Api, parties: tuple[Any, Any]) -> None:
    desk.post(kind.plural, payload(kind, *parties, note=5), **KEY)

    assert IdempotencyRecord.objects.count() == 0


def test_other_body_with_the_same_key_is_a_mismatch(kind: Kind, desk: Api, parties: tuple[Any, Any]) -> None:
    desk.post(kind.plural, payload(kind, *parties), **KEY)

    answer = desk.post(kind.plural, payload(kind, *parties, **LATER[kind.plural]), **KEY)

    assert (answer.status, answer.body["code"]) == (422, "idempotency_mismatch")


def test_other_path_with_the_same_key_is_a_mismatch(kind: Kind, desk: Api) -> None:
    path = f"{kind.plural}/{kind.book(span(10, 11)).pk}"
    desk.post(f"{path}/check-in", **KEY)

    answer = desk.post(f"{path}/complete", **KEY)

    assert (answer.status, answer.body["code"]) == (422, "idempotency_mismatch")


def test_key_is_the_callers_own(kind: Kind, desk: Api, parties: tuple[Any, Any]) -> None:
    other = Api(UserFactory.create(is_staff=True))
    desk.post(kind.plural, payload(kind, *parties), **KEY)

    answer = other.post(kind.plural, payload(kind, *parties), **KEY)

    assert (answer.status, is_replay(answer)) == (409, False)


def test_key_counts_for_all_tokens_of_a_user(kind: Kind, desk: Api, parties: tuple[Any, Any]) -> None:
    first = desk.post(kind.plural, payload(kind, *parties), **KEY)

    assert_replays(first, Api(desk.user).post(kind.plural, payload(kind, *parties), **KEY))


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "ü", "a\x7f"])
def test_key_that_is_none_is_named(kind: Kind, desk: Api, parties: tuple[Any, Any], key: str) -> None:
    answer = desk.post(kind.plural, payload(kind, *parties), **{"Idempotency-Key": key})

    assert (answer.status, set(answer.body["errors"])) == (422, {"Idempotency-Key"})
    assert kind.model.objects.count() == 0


@pytest.mark.parametrize("key", ["!", "~" * 255, '"quoted"'])
def test_key_may_hold_any_visible_characters(kind: Kind, desk: Api, parties: tuple[Any, Any], key: str) -> None:
    first, again = (desk.post(kind.plural, payload(kind, *parties), **{"Idempotency-Key": key}) for _ in range(2))

    assert_replays(first, again)


def test_answer_is_kept_for_24_hours(kind: Kind, desk: Api, parties: tuple[Any, Any]) -> None:
    first = desk.post(kind.plural, payload(kind, *parties), **KEY)
    _age(timedelta(hours=23, minutes=59))

    assert_replays(first, desk.post(kind.plural, payload(kind, *parties), **KEY))


def test_key_is_free_again_after_24_hours(kind: Kind, desk: Api, parties: tuple[Any, Any]) -> None:
    desk.post(kind.plural, payload(kind, *parties), **KEY)
    _age(timedelta(hours=24))

    answer = desk.post(kind.plural, payload(kind, *parties, **_next_day(kind)), **KEY)

    assert (answer.status, is_replay(answer)) == (201, False)
    assert_replays(answer, desk.post(kind.plural, payload(kind, *parties, **_next_day(kind)), **KEY))


def test_purge_forgets_what_is_older_than_24_hours(kind: Kind, desk: Api, parties: tuple[Any, Any]) -> None:
    desk.post(kind.plural, payload(kind, *parties), **KEY)
    _age(timedelta(hours=24, seconds=1))
    desk.post(kind.plural, payload(kind, *parties, **_next_day(kind)), **{"Idempotency-Key": "new"})

    assert idempotency.purge() == 1
    assert IdempotencyRecord.objects.get().key == "new"


def test_reading_keeps_no_answer(kind: Kind, desk: Api) -> None:
    desk.get(kind.plural, **KEY)

    assert IdempotencyRecord.objects.count() == 0


def _age(by: timedelta) -> None:
    IdempotencyRecord.objects.update(created_at=timezone.now() - by)


def _next_day(kind: Kind) -> dict[str, Any]:
    return {
        name: value.replace("-07T", "-08T") if isinstance(value, str) else value
        for name, value in TIMES[kind.plural].items()
    }
