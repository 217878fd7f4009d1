"""Services over the API, and what a refusal tells: the rule and the next free times. For both kinds alike."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from bookings.api.problems import RULES
from bookings.core.interval import Interval
from bookings.models.representation import represent_suggestion
from tests.support.api import LATER, Answer, Api, payload
from tests.support.factories import UserFactory
from tests.support.free_times import book_slot, follow, open_daily
from tests.support.kinds import Kind, at, span

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday_morning")]


def ask(kind: Kind, api: Api, provider: Any, when: Interval, **more: Any) -> Answer:
    """A booking request with these times, and the attendee that `more` names."""
    slot = {kind.model.request_names["provider"]: provider.key, **represent_suggestion(kind.model, when)}
    return book_slot(api, kind, slot, **more)


def test_services_are_public_by_name_with_who_offers_them(kind: Kind, visitor: Api) -> None:
    zoe, adam = kind.provider(name="Zoe"), kind.provider(name="Adam")
    gone = kind.provider(is_active=False)
    long = kind.service(zoe, gone, adam, name="Long", duration_minutes=90)
    brief = kind.service(name="Brief")
    kind.service(zoe, name="Past", is_active=False)

    answer = visitor.get(f"{kind.provider_model._meta.db_table}/services")

    ids = "doctor_ids" if kind.plural == "appointments" else "coach_hash_ids"
    assert (answer.status, answer.body) == (
        200,
        {
            "services": [
                {"id": brief.pk, "name": "Brief", "duration": 30, ids: []},
                {"id": long.pk, "name": "Long", "duration": 90, ids: [adam.key, zoe.key]},
            ],
            "next": None,
            "previous": None,
        },
    )


def test_services_are_paged(kind: Kind, visitor: Api) -> None:
    for name in "ABC":
        kind.service(name=name)
    path = f"{kind.provider_model._meta.db_table}/services"

    first = visitor.get(f"{path}?limit=2")
    second = follow(visitor, first.body["next"])
    back = follow(visitor, second.body["previous"])

    pages = [[service["name"] for service in page.body["services"]] for page in (first, second, back)]
    assert pages == [["A", "B"], ["C"], ["A", "B"]]


def test_services_take_the_same_queries_for_one_and_three_rows(
    kind: Kind, visitor: Api, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    path = f"{kind.provider_model._meta.db_table}/services"
    kind.service(kind.provider())
    with django_assert_num_queries(2):  # the page, who offers them
        visitor.get(path)
    for _ in range(2):
        kind.service(kind.provider(), kind.provider())
    with django_assert_num_queries(2):
        visitor.get(path)


def test_service_is_booked_and_shown_where_there_is_one(kind: Kind, desk: Api) -> None:
    provider, guest = kind.provider(), kind.attendee()
    service = kind.service(provider)

    named = desk.post(kind.plural, payload(kind, provider, guest, service_id=service.pk)).body[kind.envelope]
    plain = desk.post(kind.plural, payload(kind, kind.provider(), kind.attendee())).body[kind.envelope]

    assert kind.model.objects.get(pk=named["id"]).service_id == service.pk
    assert (named["service_id"], "service_id" in plain) == (service.pk, False)
    listed = desk.get(kind.plural).body[kind.plural]
    assert listed == [named, plain]


def test_service_is_booked_in_a_batch(kind: Kind, desk: Api) -> None:
    provider, guest = kind.provider(name="Ada"), kind.attendee()
    service, other = kind.service(provider), kind.service()
    rows = [
        payload(kind, provider, guest, service_id=pk, **times)[kind.envelope]
        for pk, times in ((service.pk, {}), (other.pk, LATER[kind.plural]))
    ]

    results = desk.post(f"{kind.plural}/batch", {kind.plural: rows, "all_or_nothing": False}).body["results"]
    whole = desk.post(f"{kind.plural}/batch", {kind.plural: rows[1:]})

    sentence = "Ada does not offer this. Choose another service, or somebody else."
    assert results[0][kind.envelope]["service_id"] == service.pk
    assert (results[1]["status"], results[1]["problem"]["rule"]) == (422, "service")
    assert results[1]["problem"]["errors"] == {"service_id": [sentence]}
    assert whole.body["errors"] == {f"{kind.plural}.0.service_id": [sentence]}


@pytest.mark.parametrize("of", ["nobody", "others", "the past"])
def test_service_that_is_not_offered_is_named(kind: Kind, desk: Api, of: str) -> None:
    provider = kind.provider(name="Ada")
    services = {"others": kind.service(kind.provider()), "the past": kind.service(provider, is_active=False)}
    pk = services[of].pk if of in services else 10**9

    answer = desk.post(kind.plural, payload(kind, provider, kind.attendee(), service_id=pk))

    sentence = "Ada does not offer this. Choose another service, or somebody else."
    assert (answer.status, answer.body["errors"], answer.body["rule"]) == (422, {"service_id": [sentence]}, "service")


def test_service_of_a_booking_stays(kind: Kind, desk: Api) -> None:
    provider = kind.provider()
    first, second = kind.service(provider), kind.service(provider)
    booking = kind.book(span(10, 11), provider=provider, service=first)

    answer = desk.call("PATCH", f"{kind.plural}/{booking.pk}", {kind.envelope: {"service_id": second.pk}})
    moved = desk.call("PATCH", f"{kind.plural}/{booking.pk}", {kind.envelope: LATER[kind.plural]})

    assert (answer.status, answer.body["errors"]) == (422, {"service_id": ["This cannot be changed."]})
    assert moved.body[kind.envelope]["service_id"] == first.pk


def test_service_gives_an_attendee_its_length(kind: Kind) -> None:
    provider = open_daily(kind)
    service = kind.service(provider, duration_minutes=60)
    api = Api(kind.attendee(user=UserFactory.create()).user)

    refused = ask(kind, api, provider, Interval(at(9), at(9, 30)), service_id=service.pk)
    booked = ask(kind, api, provider, span(9, 10), service_id=service.pk)

    end = kind.model.request_names["end"]
    assert (refused.body["errors"], refused.body["rule"]) == ({end: ["This lasts 60 minutes."]}, "length")
    assert refused.body["suggestions"][0] == represent_suggestion(kind.model, span(9, 10))
    assert booked.status == 201


OPEN = {"slot_minutes": 60}
REFUSALS: dict[str, tuple[dict[str, Any], Interval]] = {
    "past": (OPEN, span(8, 9)),
    "notice": ({**OPEN, "minimum_notice_minutes": 60}, span(9, 10)),
    "horizon": ({**OPEN, "horizon_days": 1}, span(9, 10, day=9)),
    "hours": (OPEN, span(12, 13)),
    "time_off": (OPEN, span(9, 10, day=10)),
    "holiday": (
        {**OPEN, "holiday_calendar": "DE-BE"},
        Interval(at(9) + timedelta(days=60), at(10) + timedelta(days=60)),
    ),
    "length": (OPEN, span(9, 11)),
    "slot": (OPEN, Interval(at(9, 30), at(10, 30))),
    "day_limit": ({**OPEN, "day_limit": 1}, span(9, 10, day=8)),
    "attendee_day_limit": ({**OPEN, "attendee_day_limit": 1}, span(9, 10, day=8)),
    "open_limit": (OPEN, span(9, 10)),
}
"""A rule -> a provider, open from nine to twelve, and what it refuses an attendee, who has a booking on the 8th."""


@pytest.mark.parametrize("rule", REFUSALS)
def test_refusal_names_the_rule_and_free_times(kind: Kind, settings: Any, rule: str) -> None:
    settings.OPEN_BOOKINGS_LIMIT = 1 if rule == "open_limit" else 10
    given, when = REFUSALS[rule]
    provider, own = open_daily(kind, **given), kind.attendee(user=UserFactory.create())
    provider.time_off.create(starts_on="2030-01-10", ends_on="2030-01-10")
    kind.book(span(11, 12, day=8), provider=provider, attendee=own)
    api = Api(own.user)

    answer = ask(kind, api, provider, when)

    assert (answer.status, answer.body["code"], answer.body.get("rule")) == (422, "invalid", rule)
    suggestions = answer.body.get("suggestions", [])
    assert len(suggestions) == (0 if rule == "open_limit" else 3)
    provider_name = kind.model.request_names["provider"]
    for suggestion in suggestions[:1]:
        assert book_slot(api, kind, {provider_name: provider.key, **suggestion}).status == 201


def test_rules_are_all_documented_and_refuse() -> None:
    assert set(RULES) == {*REFUSALS, "service"}


def test_refusal_in_a_batch_names_the_rule_and_free_times(kind: Kind, desk: Api) -> None:
    provider = open_daily(kind)
    row = payload(kind, provider, kind.attendee(), **represent_suggestion(kind.model, span(12, 13)))[kind.envelope]

    result = desk.post(f"{kind.plural}/batch", {kind.plural: [row], "all_or_nothing": False}).body["results"][0]
    whole = desk.post(f"{kind.plural}/batch", {kind.plural: [row]})

    for problem in (result["problem"], whole.body):
        assert (problem["status"], problem["rule"], len(problem["suggestions"])) == (422, "hours", 3)


def test_other_refusals_name_no_rule(kind: Kind, desk: Api) -> None:
    provider, guest = kind.provider(), kind.attendee()
    desk.post(kind.plural, payload(kind, provider, guest))

    taken = desk.post(kind.plural, payload(kind, provider, guest))
    unknown = desk.post(kind.plural, payload(kind, kind.provider(is_active=False), guest))

    assert [(answer.status, "rule" in answer.body) for answer in (taken, unknown)] == [(409, False), (422, False)]
    assert "suggestions" not in unknown.body
