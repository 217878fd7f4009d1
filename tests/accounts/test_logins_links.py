"""One login is at most one person of each kind; and what stays of a login that is deleted. For both kinds."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from bookings.access.actor import Actor
from bookings.actions import cancel
from bookings.actions.delete_logins import delete_logins
from bookings.core.errors import Invalid
from bookings.core.transactions import unit_of_work
from bookings.models import Booking
from tests.support.factories import UserFactory
from tests.support.kinds import Kind, span

pytestmark = pytest.mark.django_db

TAKEN = "Somebody else of this kind has this login already."


def address_of(row: Any) -> str:
    """Its page in the admin."""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


@pytest.fixture(params=["provider", "attendee"])
def second(request: pytest.FixtureRequest, kind: Kind) -> Any:
    """A person without a login, and besides another of the same table with one."""
    make = getattr(kind, request.param)
    make(name="First", user=UserFactory.create())
    return make(name="Second")


def test_login_of_two_of_one_kind_is_refused(second: Any) -> None:
    people = type(second)._default_manager
    with pytest.raises(IntegrityError, match="_login"), transaction.atomic():
        people.filter(pk=second.pk).update(user=User.objects.get())


def test_login_of_two_of_one_kind_is_refused_in_words(second: Any) -> None:
    second.user = User.objects.get()
    with pytest.raises(Invalid, match=TAKEN):
        unit_of_work(second.save)()


def test_login_of_two_of_one_kind_is_an_error_at_the_field(second: Any, admin_client: Client) -> None:
    (login,) = User.objects.filter(is_staff=False)
    page = admin_client.get(address_of(second))
    form = page.context["adminform"].form
    typed = {name: value for name in form.fields if (value := form[name].value()) is not None}
    inlines = [inline.formset for inline in page.context["inline_admin_formsets"]]
    counts = {f"{rows.prefix}-{count}_FORMS": 0 for rows in inlines for count in ("TOTAL", "INITIAL")}

    response = admin_client.post(address_of(second), {**typed, **counts, "user": login.pk})

    assert response.context["adminform"].form.errors == {"user": [TAKEN]}


def test_login_may_be_one_of_each_kind(kind: Kind) -> None:
    user = UserFactory.create()
    assert kind.provider(user=user).user == kind.attendee(user=user).user


def test_keys_of_people_and_services_never_change(kind: Kind) -> None:
    """To change a column of a key is a lock that meets foreign keys: only ids are keys, which nobody changes.

    A key is to PostgreSQL every unique index that a foreign key could refer to.
    """
    for model in (kind.provider_model, kind.attendee_model, kind.service_model):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT attname FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY(indkey)"
                " WHERE indrelid = %s::regclass AND indisunique AND indimmediate"
                " AND indpred IS NULL AND indexprs IS NULL",
                [model._meta.db_table],
            )
            columns = {name for (name,) in cursor.fetchall()}
        assert columns == {"id", getattr(model, "key_field", "id")}


# Deleting


@pytest.fixture
def orphan(kind: Kind) -> Booking:
    """A booking made and cancelled by somebody whose login is deleted."""
    attendee = kind.attendee(user=UserFactory.create())
    booking = kind.book(span(10, 11), attendee=attendee, by=Actor(attendee.user))
    cancel(booking, by=Actor(attendee.user))
    assert delete_logins([attendee.user_id, 2**30]) == 1
    return booking


def test_deleted_login_leaves_the_person(kind: Kind, orphan: Booking) -> None:
    assert not User.objects.exists()
    assert kind.attendee_model._default_manager.get(pk=orphan.attendee.pk).user is None


def test_deleted_login_keeps_its_number_in_its_bookings(kind: Kind, orphan: Booking) -> None:
    stored = kind.model.objects.get(pk=orphan.pk)
    assert stored.booked_by_id == stored.cancelled_by_id == orphan.attendee.user_id


def test_page_of_a_booking_by_a_deleted_login_opens(orphan: Booking, admin_client: Client) -> None:
    page = admin_client.get(address_of(orphan))
    assert page.status_code == 200
    assert "booked by" in page.content.decode().lower()


def test_deleting_a_login_does_not_touch_bookings(kind: Kind) -> None:
    """They may be millions, and no index finds those of one login."""
    user = UserFactory.create(is_staff=True)
    kind.book(span(10, 11), by=Actor(user))
    with CaptureQueriesContext(connection) as queries:
        delete_logins([user.pk])
    assert not [query["sql"] for query in queries if f'"{kind.model._meta.db_table}"' in query["sql"]]
