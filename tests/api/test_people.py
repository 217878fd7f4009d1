"""Patients and clients for the desk, and `me`."""

import json
from typing import Any

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.models import Token
from bookings.models.representation import instant
from tests.support.api import Answer, Api
from tests.support.factories import UserFactory
from tests.support.kinds import KINDS, Kind

pytestmark = pytest.mark.django_db

ADA = {"name": "Ada", "email": "ada@example.org", "phone": "+62 21 555", "time_zone": "Asia/Jakarta"}


def resource(kind: Kind) -> str:
    """`patients`, `clients`."""
    return kind.attendee_model._meta.db_table


def envelope(kind: Kind) -> str:
    """`patient`, `client`."""
    return str(kind.attendee_model._meta.model_name)


def add(api: Api, kind: Kind, fields: dict[str, Any], **headers: str) -> Answer:
    given: dict[str, Any] = dict(headers)
    return api.post(resource(kind), {envelope(kind): fields}, **given)


def test_desk_adds_somebody(kind: Kind, desk: Api) -> None:
    answer = add(desk, kind, ADA)

    added = kind.attendee_model._default_manager.get()
    times = {"created_at": instant(added.created_at), "updated_at": instant(added.updated_at)}
    assert (answer.status, answer.body) == (201, {envelope(kind): {"id": added.key, **ADA, **times}})
    assert added.user is None


def test_name_alone_is_enough(kind: Kind, desk: Api) -> None:
    added = add(desk, kind, {"name": "  Ada "}).body[envelope(kind)]

    assert {name: added[name] for name in ADA} == {"name": "Ada", "email": "", "phone": "", "time_zone": "UTC"}


def test_client_may_bring_its_id_and_be_nothing_more(desk: Api) -> None:
    answer = desk.post("clients", {"client": {"client_hash_id": "A.b_c~1-"}})

    assert (answer.status, answer.body["client"]["id"]) == (201, "A.b_c~1-")


def test_patient_brings_no_id(desk: Api) -> None:
    for name in ("id", "patient_id", "client_hash_id"):
        answer = desk.post("patients", {"patient": {**ADA, name: 5}})
        assert (answer.status, set(answer.body["errors"])) == (422, {name})


def test_id_that_is_taken_is_named(desk: Api) -> None:
    body = {"client": {"client_hash_id": "123", "name": "Ada"}}
    desk.post("clients", body)

    answer = desk.post("clients", body)

    assert (answer.status, answer.body["errors"]) == (422, {"client_hash_id": ["This id is taken already."]})


def test_repeat_adds_one_person(kind: Kind, desk: Api) -> None:
    first, again = (add(desk, kind, ADA, **{"Idempotency-Key": "a-key"}) for _ in range(2))

    assert (again.status, again.body, again.headers["Idempotency-Replayed"]) == (201, first.body, "true")
    assert kind.attendee_model._default_manager.count() == 1


def test_people_are_paged_in_the_order_they_came(kind: Kind, desk: Api) -> None:
    keys = [kind.attendee(name=name).key for name in "CAB"]

    first = desk.get(f"{resource(kind)}?limit=2")
    second = desk.get(first.body["next"].removeprefix("http://testserver"))
    back = desk.get(second.body["previous"].removeprefix("http://testserver"))

    assert [[row["id"] for row in page.body[resource(kind)]] for page in (first, second, back)] == [
        keys[:2],
        keys[2:],
        keys[:2],
    ]
    assert (first.body["previous"], second.body["next"]) == (None, None)


def test_people_take_the_same_queries_for_one_and_three_rows(
    kind: Kind, desk: Api, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    kind.attendee()
    with django_assert_num_queries(2):  # the token, the page
        desk.get(resource(kind))
    for _ in range(2):
        kind.attendee()
    with django_assert_num_queries(2):
        desk.get(resource(kind))


@pytest.mark.parametrize("name", ["name", "email", "phone", "search", "q"])
def test_nobody_is_searched_for_in_a_url(kind: Kind, desk: Api, name: str) -> None:
    answer = desk.get(f"{resource(kind)}?{name}=ada")

    assert (answer.status, set(answer.body["errors"])) == (422, {name})


def test_others_neither_list_nor_add_people(kind: Kind, visitor: Api) -> None:
    callers = [
        visitor,
        Api(UserFactory.create()),
        Api(kind.attendee(user=UserFactory.create()).user),
        Api(kind.provider(user=UserFactory.create()).user),
    ]

    statuses = [(api.get(resource(kind)).status, add(api, kind, ADA).status) for api in callers]

    assert statuses == [(401, 401), (403, 403), (403, 403), (403, 403)]
    assert kind.attendee_model._default_manager.filter(name="Ada").count() == 0


def test_narrowed_tokens_reach_no_further(kind: Kind, desk: Api) -> None:
    Token.objects.update(scope="read")
    reading = (desk.get(resource(kind)).status, add(desk, kind, ADA).status)
    Token.objects.update(scope="write", kind="appointment" if kind.plural == "sessions" else "session")
    other_kind = (desk.get(resource(kind)).status, add(desk, kind, ADA).status)

    assert (reading, other_kind) == ((200, 403), (403, 403))


def test_me_tells_nobody_to_sign_in(visitor: Api) -> None:
    answer = visitor.get("me")

    assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Token")


def test_me_names_every_role_and_own_id() -> None:
    user = UserFactory.create(is_staff=True, is_superuser=True)
    own = {}
    for kind in KINDS:
        names = kind.model.request_names
        own[names["provider"]], own[names["attendee"]] = kind.provider(user=user).key, kind.attendee(user=user).key

    me = Api(user).get("me").body["me"]

    token = me.pop("token")
    assert me == {
        "id": user.pk,
        "email": user.email,
        "roles": ["attendee", "provider", "desk", "admin"],
        "people": own,
    }
    assert {name: token[name] for name in ("name", "scope", "kind")} == {"name": "test", "scope": "write", "kind": None}


@pytest.mark.parametrize(
    ("fields", "roles"),
    [({}, []), ({"is_staff": True}, ["desk"]), ({"is_superuser": True}, ["desk", "admin"])],
)
def test_me_names_no_role_that_is_not_held(fields: dict[str, Any], roles: list[str]) -> None:
    me = Api(UserFactory.create(**fields)).get("me").body["me"]

    assert me["roles"] == roles
    assert set(me["people"].values()) == {None}


def test_me_of_a_login_on_the_page_has_no_token(visitor: Api) -> None:
    visitor.client.force_login(UserFactory.create())

    assert visitor.get("me").body["me"]["token"] is None


def test_me_may_be_asked_with_any_token(desk: Api) -> None:
    Token.objects.update(scope="read", kind="session")

    assert desk.get("me/").body["me"]["token"]["kind"] == "session"


def test_answers_hold_other_scripts_as_they_are(desk: Api) -> None:
    name = "Zoë 李小龍 😀 O'Brien =1+1"

    answer = desk.post("patients", {"patient": {"name": name}})

    assert answer.body["patient"]["name"] == name
    assert json.loads(json.dumps(answer.body)) == answer.body
