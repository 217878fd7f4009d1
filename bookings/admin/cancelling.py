"""The action that cancels bookings, after a page that asks."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bookings.admin.roles import actor
from bookings.booking import cancel
from bookings.errors import BookingError
from bookings.models import Booking
from bookings.models.booking import REASON_LIMIT
from bookings.wording import describe_span

if TYPE_CHECKING:
    from bookings.admin.bookings import BookingAdmin

MOST_AT_ONCE = 100


class ReasonForm(forms.Form):
    """Why; everybody in the booking can read it."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=REASON_LIMIT,
        help_text=gettext_lazy("Optional. Everybody in these bookings can read it."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )


@admin.action(description=gettext_lazy("Cancel selected bookings"), permissions=["cancel"])
def cancel_selected(model_admin: "BookingAdmin", request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
    """Ask first; then cancel each in its own unit of work, and say of each what became of it."""
    bookings = list(queryset.with_parties()[: MOST_AT_ONCE + 1])  # type: ignore[attr-defined]
    if len(bookings) > MOST_AT_ONCE:
        text = _("Please select at most %(count)s bookings at once. Nothing was changed.")
        model_admin.message_user(request, text % {"count": MOST_AT_ONCE}, messages.ERROR)
        return None
    form = ReasonForm(request.POST if "confirmed" in request.POST else None)
    if not form.is_valid():
        return _ask(model_admin, request, bookings, form)
    for booking in bookings:
        _cancel_one(model_admin, request, booking, form.cleaned_data["reason"])
    return None


def _cancel_one(model_admin: "BookingAdmin", request: HttpRequest, booking: Booking, reason: str) -> None:
    name = f"{booking}, {describe_span(booking.span)}"
    try:
        cancel(booking, by=actor(request), reason=reason)
    except BookingError as error:
        model_admin.message_user(request, f"{name}: {error.message}", messages.ERROR)
    else:
        model_admin.log_change(request, booking, "Cancelled.")
        model_admin.message_user(request, _("%(booking)s: cancelled.") % {"booking": name}, messages.SUCCESS)


def _ask(
    model_admin: "BookingAdmin", request: HttpRequest, bookings: list[Booking], form: ReasonForm
) -> TemplateResponse:
    """The page in between: what cannot be undone is confirmed."""
    question = ngettext("Cancel %(count)s booking?", "Cancel %(count)s bookings?", len(bookings))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": question % {"count": len(bookings)},
        "opts": model_admin.opts,
        "media": model_admin.media,
        "bookings": bookings,
        "form": form,
        "action": cancel_selected.__name__,
        "action_checkbox_name": helpers.ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "admin/cancel_bookings.html", context)
