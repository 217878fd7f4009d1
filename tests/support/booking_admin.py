"""The admin as somebody who has signed in uses it, most of all for bookings. For both kinds."""

from typing import Any

from django.db.models import Model
from django.test import Client
from django.urls import reverse

from bookings.core.interval import Interval
from tests.support.factories import UserFactory
from tests.support.kinds import SESSIONS, Kind


def signed_in(**roles: bool) -> Client:
    client = Client()
    client.force_login(UserFactory.create(**roles))
    return client


def model_url(model: type[Model], page: str, *args: object) -> str:
    """An admin page of this model."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def url(kind: Kind, page: str, *args: object) -> str:
    """An admin page of this kind's bookings."""
    return model_url(kind.model, page, *args)


def typed(kind: Kind, provider: Any, attendee: Any, when: Interval, **more: str) -> dict[str, Any]:
    """The add form as somebody fills it in."""
    length = str(int(when.length.total_seconds() // 60))
    end = (
        {"duration": length}
        if kind is SESSIONS
        else {"end_at_0": f"{when.end:%Y-%m-%d}", "end_at_1": f"{when.end:%H:%M}"}
    )
    return {
        "provider": provider.key,
        "attendee": attendee.key,
        "start_at_0": f"{when.start:%Y-%m-%d}",
        "start_at_1": f"{when.start:%H:%M}",
        **({"duration": length} if kind is SESSIONS else end),
        **more,
    }


def errors(response: Any) -> dict[str, list[str]]:
    """What the form says, by field."""
    assert response.status_code == 200
    form = response.context["adminform"].form
    return {field: list(sentences) for field, sentences in form.errors.items()}
