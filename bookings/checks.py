"""System checks of concrete booking models."""

from collections.abc import Sequence

from django.apps import AppConfig
from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.checks import CheckMessage, Error, register

from bookings.core.constraints import BUSY_TIME, OWN_TIME, no_overlap
from bookings.models import Booking
from bookings.models.booking import booking_models


@register()
def check_booking_models(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    """Every concrete booking model carries its guards and the indexes that its look-ups need."""
    return [message for model in booking_models() for message in check_guards(model)]


def check_guards(model: type[Booking]) -> list[CheckMessage]:
    """The errors of one booking model."""
    messages: list[CheckMessage] = []
    for party, during in (("provider", BUSY_TIME), ("attendee", OWN_TIME)):
        if not _has_guard(model, no_overlap(party, during)):
            what = f"has no guard against overlaps of its {party}"
            messages.append(_error(model, "E001", what, f'Add no_overlap("{party}", ...) to Meta.constraints.'))
        if [party, "start_at"] not in [list(index.fields) for index in model._meta.indexes]:
            what = f"has no index on its {party} and start"
            messages.append(_error(model, "E002", what, f'Add party_index("{party}") to Meta.indexes.'))
    own = {constraint.name for constraint in model._meta.constraints}
    for constraint in Booking._meta.constraints:
        if isinstance(constraint, ExclusionConstraint):  # E001 looks for these, whatever their names
            continue
        name = constraint.name % {"app_label": model._meta.app_label, "class": model.__name__.lower()}
        if name not in own:
            hint = "Begin Meta.constraints with *Booking.Meta.constraints."
            messages.append(_error(model, "E003", f"lacks the constraint {name}", hint))
    return messages


def _error(model: type[Booking], number: str, what: str, hint: str) -> Error:
    return Error(f"{model.__name__} {what}.", hint=hint, obj=model, id=f"bookings.{number}")


def _has_guard(model: type[Booking], guard: ExclusionConstraint) -> bool:
    """Whether the model has this constraint, under any name."""
    for constraint in model._meta.constraints:
        if isinstance(constraint, ExclusionConstraint):
            same = constraint.clone()
            same.name = guard.name
            if same == guard:
                return True
    return False
