"""Free times where somebody's record is odd: a dropped zone or calendar, a record that is not linked yet."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.access.actor import Actor
from bookings.actions.book_for_self import book_for_self
from tests.support.api import Api
from tests.support.factories import UserFactory
from tests.support.free_times import open_daily, slots_path, starts
from tests.support.kinds import Kind, at, span

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]
ADDRESS = "known@example.org"


@pytest.fixture
def now(time_machine: object) -> None:
    time_machine.move_to(at(8), tick=False)  # type: ignore[attr-defined]


def test_unknown_zone_takes_its_provider_alone_out(kind: Kind, visitor: Api) -> None:
    odd, other = open_daily(kind, name="Odd"), open_daily(kind, name="Other")
    kind.provider_model._default_manager.filter(pk=odd.pk).update(time_zone="Foo/Bar")

    directory = visitor.get(kind.provider_model._meta.db_table)
    earliest = visitor.get(f"{slots_path(kind)}?limit=1")

    assert directory.status == 200
    assert [each["next_free"] is None for each in directory.body[kind.provider_model._meta.db_table]] == [True, False]
    assert earliest.body["slots"][0][kind.model.request_names["provider"]] == other.key
    assert visitor.get(slots_path(kind, odd)).status == 404


def test_unknown_calendar_closes_nothing(kind: Kind, visitor: Api) -> None:
    provider = open_daily(kind)
    kind.provider_model._default_manager.filter(pk=provider.pk).update(holiday_calendar="ZZ-9")

    answer = visitor.get(f"{slots_path(kind, provider)}?limit=1")

    assert (answer.status, starts(kind, answer)) == (200, ["07 09:00"])


def test_record_that_will_be_linked_is_not_offered_its_own_times(kind: Kind) -> None:
    provider, user = open_daily(kind), UserFactory.create(email=ADDRESS, verified_email=ADDRESS)
    kind.book(span(9, 10), attendee=kind.attendee(email=ADDRESS.upper()))

    answer = Api(user).get(f"{slots_path(kind, provider)}?limit=1")

    assert starts(kind, answer) == ["07 10:00"]


def test_address_of_somebody_else_hides_nothing(kind: Kind) -> None:
    provider, user = open_daily(kind), UserFactory.create(email=ADDRESS)  # nobody has confirmed it
    kind.book(span(9, 10), attendee=kind.attendee(email=ADDRESS))

    answer = Api(user).get(f"{slots_path(kind, provider)}?limit=1")

    assert starts(kind, answer) == ["07 09:00"]


def test_first_booking_locks_the_provider_before_the_record(kind: Kind) -> None:
    """Reschedules and approvals lock them in this order; the other one would meet them in a deadlock."""
    provider, user = open_daily(kind, day_limit=3), UserFactory.create(email=ADDRESS, verified_email=ADDRESS)
    kind.attendee(email=ADDRESS)
    booking = kind.build(span(9, 10), provider=provider, attendee_id=None)
    booking.end_at = booking.start_at + timedelta(minutes=30)
    if hasattr(booking, "duration"):
        booking.duration = 30

    with CaptureQueriesContext(connection) as queries:
        book_for_self(booking, by=Actor(user))

    tables = kind.provider_model._meta.db_table, kind.attendee_model._meta.db_table
    locking = [query["sql"] for query in queries if "NO KEY UPDATE" in query["sql"] or 'UPDATE "' in query["sql"]]
    assert tables[0] in locking[0]
    assert tables[1] in locking[1]


def test_directory_differs_by_who_asks(kind: Kind, visitor: Api) -> None:
    answer = visitor.get(kind.provider_model._meta.db_table)

    assert {"Authorization", "Cookie"} <= {name.strip() for name in answer.headers["Vary"].split(",")}
