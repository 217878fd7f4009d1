"""Reading over the API: who sees what, and pages that hold still."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Token
from bookings.core.interval import Interval
from tests.support.api import Answer, Api
from tests.support.factories import UserFactory
from tests.support.kinds import Kind, span

pytestmark = pytest.mark.django_db


def ids(kind: Kind, answer: Answer) -> list[int]:
    """The ids on a page."""
    return [booking["id"] for booking in answer.body[kind.plural]]


def follow(api: Api, url: str) -> Answer:
    """Get a link of a page."""
    return api.get(url.removeprefix("http://testserver"))


def test_detail_answers_the_booking_with_etag(kind: Kind, desk: Api) -> None:
    booking = kind.book(span(10, 11))

    answer = desk.get(f"{kind.plural}/{booking.pk}")

    assert (answer.status, answer.headers["ETag"]) == (200, '"1"')
    assert answer.body[kind.envelope]["id"] == booking.pk


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 18, "9" * 30, "1x"])
def test_detail_of_nothing_is_not_found(kind: Kind, desk: Api, pk: str) -> None:
    answer = desk.get(f"{kind.plural}/{pk}")

    assert (answer.status, answer.body["code"]) == (404, "not_found")


def test_strangers_booking_is_not_found(kind: Kind) -> None:
    booking = kind.book(span(10, 11))
    stranger = Api(kind.attendee(user=UserFactory.create()).user)

    assert stranger.get(f"{kind.plural}/{booking.pk}").status == 404
    assert stranger.post(f"{kind.plural}/{booking.pk}/cancel").status == 404
    assert ids(kind, stranger.get(kind.plural)) == []


def test_attendee_and_provider_see_their_own(kind: Kind) -> None:
    provider, attendee = kind.provider(user=UserFactory.create()), kind.attendee(user=UserFactory.create())
    own = kind.book(span(10, 11), provider=provider, attendee=attendee)
    kind.book(span(10, 11))

    assert ids(kind, Api(provider.user).get(kind.plural)) == [own.pk]
    assert ids(kind, Api(attendee.user).get(kind.plural)) == [own.pk]


def test_override_is_shown_to_the_desk_alone(kind: Kind, desk: Api) -> None:
    attendee = kind.attendee(user=UserFactory.create())
    booking = kind.book(span(10, 11), attendee=attendee, is_overbooked=False)
    kind.model.objects.filter(pk=booking.pk).update(is_overbooked=True, override_reason="Secret")

    assert "Secret" not in str(Api(attendee.user).get(kind.plural).body)
    assert "Secret" in str(desk.get(kind.plural).body)


def test_list_is_ordered_by_start_then_id(kind: Kind, desk: Api) -> None:
    late, early, same = kind.book(span(12, 13)), kind.book(span(8, 9)), kind.book(span(12, 13))

    assert ids(kind, desk.get(kind.plural)) == [early.pk, late.pk, same.pk]


def test_list_begins_30_days_ago_unless_told(kind: Kind, desk: Api) -> None:
    day = timezone.now() - timedelta(days=31)
    old = kind.book(Interval(day, day + timedelta(hours=1)))
    new = kind.book(span(10, 11))

    assert ids(kind, desk.get(kind.plural)) == [new.pk]
    assert ids(kind, desk.get(f"{kind.plural}?from=2020-01-01T00:00:00Z")) == [old.pk, new.pk]


def test_list_filters_by_party_status_and_time(kind: Kind, desk: Api) -> None:
    names = kind.model.request_names
    first, second = kind.book(span(8, 9)), kind.book(span(10, 11))
    desk.post(f"{kind.plural}/{second.pk}/cancel")

    def found(query: str) -> list[int]:
        return ids(kind, desk.get(f"{kind.plural}?{query}"))

    assert found(f"{names['provider']}={first.provider_id}") == [first.pk]
    assert found(f"{names['attendee']}={second.attendee_id}") == [second.pk]
    assert found("status=cancelled&from=2029-06-01T00:00:00Z") == [second.pk]
    assert found("from=2030-01-07T09:00:00Z") == [second.pk]
    assert found(f"to={quote('2030-01-07T17:00:00+07:00')}") == [first.pk]


def test_desk_looks_for_a_state_within_a_year(kind: Kind, desk: Api) -> None:
    booking, names = kind.book(span(10, 11)), kind.model.request_names
    kind.book(span(10, 11, day=31))
    attendee = kind.attendee(user=UserFactory.create())
    own = kind.book(span(12, 13), attendee=attendee)
    long_ago, day = "status=booked&from=2020-01-01T00:00:00Z", "2029-01-07T00:00:00Z"

    wide = desk.get(f"{kind.plural}?{long_ago}&to=2021-01-01T00:00:01Z")
    assert (wide.status, list(wide.body["errors"])) == (422, ["to"])
    assert "2021-01-01T00:00:00Z" in wide.body["errors"]["to"][0]
    assert desk.get(f"{kind.plural}?{long_ago}&to=2021-01-01T00:00:00Z").status == 200
    assert ids(kind, desk.get(f"{kind.plural}?{long_ago}")) == []
    assert ids(kind, desk.get(f"{kind.plural}?status=booked&from={day}")) == [booking.pk, own.pk]
    of_provider = f"{names['provider']}={booking.provider_id}&to=2031-01-01T00:00:00Z"
    assert ids(kind, desk.get(f"{kind.plural}?{long_ago}&{of_provider}")) == [booking.pk]
    assert ids(kind, Api(attendee.user).get(f"{kind.plural}?{long_ago}")) == [own.pk]


def test_pages_lead_forward_and_back(kind: Kind, desk: Api) -> None:
    bookings = [kind.book(span(hour, hour + 1)).pk for hour in range(5)]

    first = desk.get(f"{kind.plural}?limit=2")
    second = follow(desk, first.body["next"])
    third = follow(desk, second.body["next"])
    back = follow(desk, third.body["previous"])

    assert [ids(kind, page) for page in (first, second, third)] == [bookings[:2], bookings[2:4], bookings[4:]]
    assert ids(kind, back) == bookings[2:4]
    assert (first.body["previous"], third.body["next"]) == (None, None)
    assert ids(kind, follow(desk, back.body["previous"])) == bookings[:2]


def test_pages_hold_still_under_inserts(kind: Kind, desk: Api) -> None:
    bookings = [kind.book(span(hour, hour + 1)).pk for hour in (5, 6, 7)]
    first = desk.get(f"{kind.plural}?limit=2")
    kind.book(span(1, 2))

    assert ids(kind, follow(desk, first.body["next"])) == bookings[2:]


def test_pages_tell_same_starts_apart(kind: Kind, desk: Api) -> None:
    bookings = [kind.book(span(10, 11)).pk for _ in range(3)]

    seen, url = [], f"{kind.plural}?limit=1"
    while url:
        page = follow(desk, url)
        seen += ids(kind, page)
        url = page.body["next"]

    assert seen == bookings


def test_list_takes_the_same_queries_for_one_and_three_rows(
    kind: Kind, desk: Api, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    kind.book(span(1, 2))
    with django_assert_num_queries(2):  # the token, the page
        desk.get(kind.plural)
    kind.book(span(3, 4))
    kind.book(span(5, 6))
    with django_assert_num_queries(2):
        desk.get(kind.plural)


def test_directory_is_public_and_lists_active_providers_by_name(kind: Kind, visitor: Api) -> None:
    zoe, adam = kind.provider(name="Zoe"), kind.provider(name="Adam", email="adam@example.com")
    kind.provider(name="Gone", is_active=False)
    directory = kind.provider_model._meta.db_table

    answer = visitor.get(directory)

    free = answer.body[directory][0]["next_free"]
    assert answer.body == {
        directory: [
            {"id": provider.key, "name": provider.name, "time_zone": "UTC", "slot_minutes": None, "next_free": free}
            for provider in (adam, zoe)
        ],
        "next": None,
        "previous": None,
    }


def test_directory_is_paged(kind: Kind, visitor: Api) -> None:
    for name in "ABC":
        kind.provider(name=name)
    directory = kind.provider_model._meta.db_table

    first = visitor.get(f"{directory}?limit=2")
    second = follow(visitor, first.body["next"])

    assert [provider["name"] for provider in second.body[directory]] == ["C"]
    assert second.body["next"] is None


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("POST", ""), ("GET", "/1"), ("POST", "/1/cancel")])
def test_visitor_is_asked_to_sign_in(kind: Kind, visitor: Api, method: str, path: str) -> None:
    answer = visitor.call(method, f"{kind.plural}{path}")

    assert (answer.status, answer.body["code"]) == (401, "not_authenticated")
    assert answer.headers["WWW-Authenticate"] == "Token"


@pytest.mark.parametrize("key", ["", "x", "a b", "\xff", "0" * 64])
def test_wrong_token_is_refused(kind: Kind, visitor: Api, key: str) -> None:
    assert visitor.get(kind.plural, Authorization=f"Token {key}").status == 401


def test_expired_token_is_refused_and_kept(kind: Kind, desk: Api) -> None:
    Token.objects.update(expiry=timezone.now())

    assert (desk.get(kind.plural).status, Token.objects.count()) == (401, 1)


def test_token_of_inactive_user_is_refused(kind: Kind, desk: Api) -> None:
    assert desk.user
    desk.user.is_active = False
    desk.user.save()

    assert desk.get(kind.plural).status == 401


def test_reading_token_may_not_write(kind: Kind, desk: Api) -> None:
    booking = kind.book(span(10, 11))
    Token.objects.update(scope="read")

    assert desk.get(kind.plural).status == 200
    assert desk.post(f"{kind.plural}/{booking.pk}/cancel").status == 403


def test_token_narrowed_to_the_other_kind_reaches_nothing(kind: Kind, desk: Api) -> None:
    Token.objects.update(kind="appointment" if kind.plural == "sessions" else "session")

    assert desk.get(kind.plural).status == 403


def test_session_login_needs_the_csrf_token_to_write(kind: Kind, visitor: Api) -> None:
    booking = kind.book(span(10, 11))
    visitor.client.handler.enforce_csrf_checks = True
    visitor.client.force_login(UserFactory.create(is_staff=True))

    assert visitor.get(kind.plural).status == 200
    assert visitor.post(f"{kind.plural}/{booking.pk}/cancel").status == 403


def test_head_answers_like_get_without_a_body(kind: Kind, desk: Api) -> None:
    answer = desk.call("HEAD", kind.plural)

    assert (answer.status, answer.body) == (200, None)
