"""How often somebody may call: exact between processes, per user, token and address; and how much at once."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django import conf
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from pytest_django import Settings

from accounts import rate_limits
from accounts.errors import Throttled
from accounts.models import RateCounter
from accounts.rate_limits import Rate
from booking_site.runtime import environment
from bookings.api.parsers import DEPTH_LIMIT
from bookings.api.problems import BODY_LIMIT
from tests.support.api import Answer, Api, payload
from tests.support.factories import UserFactory
from tests.support.kinds import Kind, span
from tests.support.race_processes import COUNT, RaceProcesses

pytestmark = pytest.mark.django_db

LIMIT, CALLS = 50, 240
NOON = datetime(2030, 1, 7, 12, tzinfo=UTC)


@pytest.fixture
def three_a_minute(settings: Settings, time_machine: Any) -> None:
    """Three calls of each action a minute, at noon sharp."""
    time_machine.move_to(NOON, tick=False)
    settings.RATES = {**settings.RATES, "read": "3/minute", "book": "3/minute"}


def statuses(api: Api, path: str, count: int, **headers: str) -> list[int]:
    """The statuses of so many calls."""
    given: dict[str, Any] = dict(headers)
    return [api.get(path, **given).status for _ in range(count)]


def count_once(now: datetime) -> str:
    """One call of one user at the limit of the race."""
    conf.settings.RATES = {"book": f"{LIMIT}/hour"}
    rate_limits.count("book", "user 1", "token x", now=now)
    return "won"


@pytest.fixture
def pool(transactional_db: None) -> Iterator[RaceProcesses]:
    pool = RaceProcesses(connection.settings_dict["NAME"])
    yield pool
    pool.close()


@pytest.mark.race
def test_of_240_racing_calls_exactly_50_pass(pool: RaceProcesses) -> None:
    rounds = pool.race([[partial(count_once, NOON)] * COUNT for _ in range(CALLS // COUNT)])

    outcomes = Counter(finish.outcome for finishes in rounds for finish in finishes)
    assert outcomes == {"won": LIMIT, "Throttled": CALLS - LIMIT}


@pytest.mark.usefixtures("three_a_minute")
def test_call_above_the_rate_is_told_when_to_come_again(kind: Kind, desk: Api, time_machine: Any) -> None:
    time_machine.move_to(NOON + timedelta(seconds=18), tick=False)
    found = statuses(desk, kind.plural, 3)

    answer = desk.get(kind.plural)

    assert (found, answer.status, answer.headers["Retry-After"]) == ([200] * 3, 429, "42")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.body == {
        "type": "urn:booking-site:problem:throttled",
        "title": "Too many requests",
        "status": 429,
        "detail": "Too many requests. Please wait a moment.",
        "code": "throttled",
    }


@pytest.mark.usefixtures("three_a_minute")
def test_next_window_is_a_new_one(kind: Kind, desk: Api, time_machine: Any) -> None:
    statuses(desk, kind.plural, 4)
    time_machine.move_to(NOON + timedelta(seconds=60), tick=False)

    assert statuses(desk, kind.plural, 4) == [200, 200, 200, 429]


@pytest.mark.usefixtures("three_a_minute")
def test_refused_booking_changes_nothing(kind: Kind, desk: Api) -> None:
    booking = kind.book(span(10, 11))
    for _ in range(3):
        desk.post(f"{kind.plural}/{booking.pk}/undo")

    answers: list[Answer] = [
        desk.post(f"{kind.plural}/{booking.pk}/cancel"),
        desk.call("PATCH", f"{kind.plural}/{booking.pk}", {}),
        desk.post(kind.plural, payload(kind, kind.provider(), kind.attendee())),
        desk.post(f"{kind.plural}/batch", {}),
        desk.post(kind.attendee_model._meta.db_table, {}),
    ]

    assert [answer.status for answer in answers] == [429] * 5
    assert kind.model.objects.get().revision == 1


@pytest.mark.usefixtures("three_a_minute")
def test_reading_and_booking_are_counted_apart(kind: Kind, desk: Api) -> None:
    statuses(desk, kind.plural, 4)

    assert desk.post(kind.plural, payload(kind, kind.provider(), kind.attendee())).status == 201


@pytest.mark.usefixtures("three_a_minute")
def test_looking_for_free_times_is_reading(kind: Kind, visitor: Api) -> None:
    directory, provider = kind.provider_model._meta.db_table, kind.provider()
    paths = [f"{directory}/slots", f"{directory}/{provider.key}/slots", f"{directory}/services", directory]

    assert [visitor.get(path).status for path in paths] == [200, 200, 200, 429]


@pytest.mark.usefixtures("three_a_minute")
def test_what_fails_is_counted_too(kind: Kind, desk: Api) -> None:
    assert statuses(desk, f"{kind.plural}/999999", 4) == [404, 404, 404, 429]


@pytest.mark.usefixtures("three_a_minute")
def test_tokens_of_one_user_share_its_rate(kind: Kind, desk: Api) -> None:
    statuses(desk, kind.plural, 3)

    assert Api(desk.user).get(kind.plural).status == 429
    assert Api(UserFactory.create(is_staff=True)).get(kind.plural).status == 200


@pytest.mark.usefixtures("three_a_minute")
def test_token_is_counted_by_itself(desk: Api) -> None:
    statuses(desk, "me", 1)

    assert sorted(RateCounter.objects.values_list("count", flat=True)) == [1, 1]  # the user's and the token's


@pytest.mark.usefixtures("three_a_minute")
def test_strangers_are_counted_by_address(visitor: Api) -> None:
    other = Api()
    other.client.defaults["REMOTE_ADDR"] = "192.0.2.7"

    assert statuses(visitor, "doctors", 4) == [200, 200, 200, 429]
    assert statuses(other, "doctors", 1) == [200]


@pytest.mark.usefixtures("three_a_minute")
def test_forged_address_does_not_help(visitor: Api) -> None:
    found = [visitor.get("doctors", **{"X-Forwarded-For": f"192.0.2.{number}"}).status for number in range(4)]

    assert found == [200, 200, 200, 429]


@pytest.mark.usefixtures("three_a_minute")
def test_address_behind_a_proxy_is_what_the_proxy_says(visitor: Api, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 1

    def found(*chains: str) -> list[int]:
        return [visitor.get("doctors", **{"X-Forwarded-For": chain}).status for chain in chains]

    assert found("6.6.6.6, 192.0.2.1", "7.7.7.7, 192.0.2.1", "192.0.2.1", "8.8.8.8,192.0.2.1") == [200, 200, 200, 429]
    assert found("192.0.2.1, 192.0.2.2") == [200]


@pytest.mark.usefixtures("three_a_minute")
@pytest.mark.parametrize("chain", ["", " , ", "192.0.2.1"])
def test_chain_shorter_than_our_proxies_counts_the_connection(visitor: Api, settings: Settings, chain: str) -> None:
    settings.TRUSTED_PROXIES = 2

    assert statuses(visitor, "doctors", 4, **{"X-Forwarded-For": chain}) == [200, 200, 200, 429]
    assert statuses(visitor, "doctors", 1) == [429]


@pytest.mark.usefixtures("three_a_minute")
def test_no_address_is_stored(visitor: Api) -> None:
    visitor.client.defaults["REMOTE_ADDR"] = "192.0.2.7"
    visitor.get("doctors")

    assert "192.0.2.7" not in str(list(RateCounter.objects.values()))


def test_no_rate_is_no_limit(settings: Settings, desk: Api) -> None:
    settings.RATES = {**settings.RATES, "read": ""}

    assert statuses(desk, "me", 5) == [200] * 5
    assert RateCounter.objects.count() == 0


def test_purge_forgets_windows_that_are_over(settings: Settings) -> None:
    settings.RATES = {"book": "1/minute"}
    rate_limits.count("book", "user 1", now=NOON)
    rate_limits.count("book", "user 1", now=NOON + timedelta(minutes=2))

    assert rate_limits.purge(NOON + timedelta(minutes=2)) == 1
    with pytest.raises(Throttled):
        rate_limits.count("book", "user 1", now=NOON + timedelta(minutes=2))


@pytest.mark.parametrize(
    ("text", "rate"),
    [("1/second", Rate(1, 1)), ("60/minute", Rate(60, 60)), ("5/hour", Rate(5, 3600)), ("9/day", Rate(9, 86400))],
)
def test_rate_is_read(text: str, rate: Rate) -> None:
    assert Rate.parse(text) == rate


@pytest.mark.parametrize("text", ["", "0/minute", "-1/minute", "60", "60/week", "x/minute", "60 / minute", "1.5/hour"])
def test_nonsense_is_no_rate(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="is no rate"):
        Rate.parse(text)
    if text:
        monkeypatch.setenv("RATE_READ", text)
        with pytest.raises(ImproperlyConfigured, match=r"RATE_READ=.* is no rate"):
            environment.rate("RATE_READ", "1/day")


def test_rate_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for text in ("7/hour", "off", ""):
        monkeypatch.setenv("RATE_READ", text)
        found.append(environment.rate("RATE_READ", "600/minute"))

    assert found == ["7/hour", "", "600/minute"]


@pytest.mark.parametrize("path", ["doctors", "sessions", "me", "nonsense"])
def test_query_over_8_kib_is_refused_before_anything_is_looked_up(
    desk: Api, path: str, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        answer = desk.get(f"{path}?x={'y' * 8191}")

    expected = (404, "not_found") if path == "nonsense" else (414, "uri_too_long")
    assert (answer.status, answer.body["code"]) == expected


def test_query_of_8_kib_is_read(desk: Api) -> None:
    answer = desk.get(f"sessions?x={'y' * 8190}")

    assert (answer.status, set(answer.body["errors"])) == (422, {"x"})


@pytest.mark.parametrize(("length", "status"), [(BODY_LIMIT, 400), (BODY_LIMIT + 1, 413)])
def test_body_is_read_up_to_64_kib(kind: Kind, desk: Api, length: int, status: int) -> None:
    assert desk.post(kind.plural, raw=b'{"a": 1}'.ljust(length)).status == status


@pytest.mark.parametrize("bracket", ["[", '{"a":'])
@pytest.mark.parametrize(
    ("levels", "detail"),
    [
        (DEPTH_LIMIT, "Send one object named session."),
        (DEPTH_LIMIT + 1, "The JSON is nested too deeply."),
        (9000, "The JSON is nested too deeply."),
    ],
)
def test_json_is_read_up_to_16_levels(desk: Api, bracket: str, levels: int, detail: str) -> None:
    inner = json.dumps(1)
    closing = "]" if bracket == "[" else "}"
    body = f'{{"x": {bracket * (levels - 1)}{inner}{closing * (levels - 1)}}}'

    answer = desk.post("sessions", raw=body.encode())

    assert (answer.status, answer.body["detail"]) == (400, detail)
