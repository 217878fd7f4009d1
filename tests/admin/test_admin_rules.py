"""What the admin sets up: providers' rules for booking, and services. For both kinds."""

from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.support.booking_admin import model_url, signed_in
from tests.support.booking_admin import typed as booking_typed
from tests.support.booking_admin import url as booking_url
from tests.support.concurrency import in_thread
from tests.support.kinds import Kind, span

pytestmark = pytest.mark.django_db

MONDAY_AT_NINE = {"weekday": "0", "starts_at": "09:00", "minutes": "480", "valid_from": "", "valid_until": ""}
SAME_START = "These hours start at the same time as others of this day."


def typed(kind: Kind, rows: dict[str, list[dict[str, str]]] | None = None, /, **more: str) -> dict[str, str]:
    """A provider's form with nothing but what must be there, new rows of hours and time off, and `more`."""
    post = {"name": "Renamed", "time_zone": "UTC", "is_active": "on", "cancellation_window_minutes": "0"}
    post |= {"buffer_before_minutes": "0", "buffer_after_minutes": "0", "minimum_notice_minutes": "0"}
    post |= {kind.provider_model.key_field: "abc"}
    for name in ("working_hours", "extra_hours", "time_off"):
        new = (rows or {}).get(name, [])
        post |= {f"{name}-TOTAL_FORMS": str(len(new)), f"{name}-INITIAL_FORMS": "0"}
        for number, row in enumerate(new):
            post |= {f"{name}-{number}-{field}": value for field, value in row.items()}
    return post | more


def change(kind: Kind, admin_client: Client, provider: Any, post: dict[str, str]) -> Any:
    """Save the provider's page."""
    return admin_client.post(model_url(kind.provider_model, "change", provider.pk), post)


def complaints(response: Any) -> list[str]:
    """All that a page says is wrong, in its form and in the rows below it."""
    assert response.status_code == 200
    return [str(sentence) for part in response.context["errors"].data for sentence in part]


def test_rules_are_saved_but_not_another_id(kind: Kind, admin_client: Client) -> None:
    provider = kind.provider()
    rules = {"slot_minutes": "30", "slot_step_minutes": "15", "day_limit": "8", "attendee_day_limit": "1"}

    response = change(
        kind, admin_client, provider, typed(kind, **rules, holiday_calendar="DE-BY", buffer_after_minutes="5")
    )

    assert response.status_code == 302
    key = provider.key
    provider.refresh_from_db()
    assert (provider.name, provider.key, provider.buffer_after_minutes) == ("Renamed", key, 5)
    assert {name: str(getattr(provider, name)) for name in rules} == rules
    assert provider.holiday_calendar == "DE-BY"


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        ({"slot_step_minutes": "15"}, "A step needs a slot length: give that too."),
        ({"slot_minutes": "1441"}, "A slot is 1 to 1,440 minutes long."),
        ({"day_limit": "0"}, "Ensure this value is greater than or equal to 1."),
        ({"holiday_calendar": "DE-XX"}, "Give a country or region such as DE or DE-BY."),
    ],
)
def test_rules_out_of_bounds_are_one_sentence(
    kind: Kind, admin_client: Client, rules: dict[str, str], sentence: str
) -> None:
    response = change(kind, admin_client, kind.provider(), typed(kind, **rules))

    assert complaints(response) == [sentence]


def test_holidays_are_chosen_by_name(kind: Kind, admin_client: Client) -> None:
    page = admin_client.get(model_url(kind.provider_model, "add"))

    choices = dict(page.context["adminform"].form.fields["holiday_calendar"].widget.choices)
    assert (choices["DE"], choices["DE-BY"]) == ("Germany", "Germany, Bayern")
    assert next(iter(choices)) == ""


def test_hours_and_extra_hours_are_saved_with_a_new_provider(kind: Kind, admin_client: Client) -> None:
    summer = MONDAY_AT_NINE | {"valid_from": "2030-06-01", "valid_until": "2030-08-31"}
    winter = MONDAY_AT_NINE | {"valid_from": "2030-09-01"}
    extra = {"starts_on": "2030-01-05", "starts_at": "22:00", "minutes": "240"}

    response = admin_client.post(
        model_url(kind.provider_model, "add"), typed(kind, {"working_hours": [summer, winter], "extra_hours": [extra]})
    )

    assert response.status_code == 302
    provider: Any = kind.provider_model._default_manager.get()
    assert list(provider.working_hours.values_list("valid_from", "valid_until")) == [
        (date(2030, 6, 1), date(2030, 8, 31)),
        (date(2030, 9, 1), None),
    ]
    assert [str(hours) for hours in provider.extra_hours.all()] == ["2030-01-05 22:00-02:00"]


@pytest.mark.parametrize("is_stored", [True, False])
def test_hours_twice_from_the_same_time_are_one_sentence(kind: Kind, admin_client: Client, *, is_stored: bool) -> None:
    """Also when both are new: then the database says it."""
    provider = kind.provider()
    if is_stored:
        provider.working_hours.create(weekday=0, starts_at="09:00", minutes=60, valid_until=date(2030, 6, 1))
    until_june = MONDAY_AT_NINE | {"valid_until": "2030-06-01"}
    from_june = MONDAY_AT_NINE | {"valid_from": "2030-06-01"}
    new = [from_june] if is_stored else [until_june, from_june]

    response = change(kind, admin_client, provider, typed(kind, {"working_hours": new}))

    assert complaints(response) == [SAME_START]
    assert provider.working_hours.count() == is_stored


def test_hours_valid_backwards_are_an_error_at_their_row(kind: Kind, admin_client: Client) -> None:
    backwards = MONDAY_AT_NINE | {"valid_from": "2030-06-02", "valid_until": "2030-06-01"}

    response = change(kind, admin_client, kind.provider(), typed(kind, {"working_hours": [backwards]}))

    assert complaints(response) == ["The last day must not be before the first."]


# Services


def service_typed(*providers: Any, **more: str) -> dict[str, Any]:
    """A service's form as somebody fills it in."""
    return {
        "name": "First consultation",
        "duration_minutes": "45",
        "is_active": "on",
        "providers": [provider.pk for provider in providers],
        **more,
    }


def test_service_is_added_with_who_offers_it(kind: Kind, admin_client: Client) -> None:
    providers = [kind.provider(), kind.provider()]

    response = admin_client.post(
        model_url(kind.service_model, "add"), service_typed(*providers, buffer_after_minutes="0")
    )

    assert response.status_code == 302
    service: Any = kind.service_model._default_manager.get()
    assert (service.name, service.duration_minutes, service.is_active) == ("First consultation", 45, True)
    assert (service.buffer_before_minutes, service.buffer_after_minutes) == (None, 0)
    assert list(service.providers.order_by("pk")) == providers


def test_services_are_listed_with_how_many_offer_each(kind: Kind) -> None:
    offered = kind.service(kind.provider(), kind.provider(), name="Follow-up")
    withdrawn = kind.service(name="Long talk", is_active=False)

    response = signed_in(is_staff=True).get(model_url(kind.service_model, "changelist"))

    rows = response.context["cl"].result_list
    assert [(row.pk, row.providers_count) for row in rows] == [(offered.pk, 2), (withdrawn.pk, 0)]


def test_service_of_the_same_name_is_one_sentence(kind: Kind, admin_client: Client) -> None:
    kind.service(name="First Consultation")

    response = admin_client.post(model_url(kind.service_model, "add"), service_typed())

    assert complaints(response) == ["There is a service of this name already."]


def test_service_that_no_booking_names_is_deleted(kind: Kind, admin_client: Client) -> None:
    service = kind.service(kind.provider())
    page = model_url(kind.service_model, "delete", service.pk)

    assert "Are you sure" in admin_client.get(page).content.decode()
    admin_client.post(page, {"post": "yes"})

    assert not kind.service_model._default_manager.exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_service_that_a_booking_names_stays(kind: Kind, admin_client: Client, method: str) -> None:
    provider = kind.provider()
    service = kind.service(provider, name="Follow-up")
    kind.book(span(10, 11), provider=provider, service=service)

    response = getattr(admin_client, method)(
        model_url(kind.service_model, "delete", service.pk), {"post": "yes"}, follow=True
    )

    assert response.redirect_chain == [(model_url(kind.service_model, "change", service.pk), 302)]
    sentence = "Bookings name “Follow-up”, so it stays. To offer it no longer, untick “can be booked”."
    assert [str(message) for message in response.context["messages"]] == [sentence]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_service_named_while_it_is_deleted_stays(kind: Kind, admin_client: Client) -> None:
    service, booked = kind.service(), kind.book(span(10, 11))
    row, named = kind.model.objects.filter(pk=booked.pk), {"service": service}
    page = model_url(kind.service_model, "delete", service.pk)

    with in_thread(transaction.atomic(lambda: row.update(**named))) as booker:
        answer = booker.meanwhile(lambda: admin_client.post(page, {"post": "yes"}, follow=True))

    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    assert row.get().service == service


def test_desk_changes_and_deletes_no_service(kind: Kind) -> None:
    service, desk = kind.service(), signed_in(is_staff=True)

    changed = desk.post(model_url(kind.service_model, "change", service.pk), service_typed())
    deleted = desk.post(model_url(kind.service_model, "delete", service.pk), {"post": "yes"})

    assert (changed.status_code, deleted.status_code) == (403, 403)
    assert kind.service_model._default_manager.get() == service


# A booking's service


def test_booking_names_a_service_when_it_is_made_and_not_later(kind: Kind) -> None:
    desk, provider, attendee = signed_in(is_staff=True), kind.provider(), kind.attendee()
    service, other = kind.service(provider, name="Long talk", duration_minutes=60), kind.service(provider)

    offered = desk.get(booking_url(kind, "add"))
    added = desk.post(
        booking_url(kind, "add"), booking_typed(kind, provider, attendee, span(10, 11), service=str(service.pk))
    )
    booking = kind.model.objects.get()
    page = booking_url(kind, "change", booking.pk)
    shown = desk.get(page)
    moved = booking_typed(kind, provider, attendee, span(12, 13), service=str(other.pk), seen_revision="1")
    changed = desk.post(page, moved)

    assert (added.status_code, changed.status_code) == (302, 302)
    assert "Long talk, 60 minutes" in offered.content.decode()
    assert "Long talk" in shown.content.decode()
    assert "service" not in shown.context["adminform"].form.fields
    booking.refresh_from_db()
    assert (booking.service_id, booking.start_at) == (service.pk, span(12, 13).start)


def test_booking_names_no_withdrawn_service(kind: Kind) -> None:
    provider, attendee = kind.provider(), kind.attendee()
    withdrawn = kind.service(provider, duration_minutes=60, is_active=False)

    response = signed_in(is_staff=True).post(
        booking_url(kind, "add"), booking_typed(kind, provider, attendee, span(10, 11), service=str(withdrawn.pk))
    )

    assert list(response.context["adminform"].form.errors) == ["service"]
    assert not kind.model.objects.exists()
