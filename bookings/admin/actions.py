"""The actions on selected bookings: at once, or, where an action cannot be undone, after a page that asks."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from django import forms
from django.contrib import messages
from django.contrib.admin import helpers
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bookings.actions import change_state, take_back_overbooking
from bookings.admin.lists import of_bookings
from bookings.admin.roles import actor
from bookings.core.action_labels import ACTION_LABELS, TAKE_BACK
from bookings.core.errors import BookingError
from bookings.core.formatting import describe_span
from bookings.core.lifecycle import Action
from bookings.models import Booking
from bookings.models.booking import REASON_LIMIT

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from bookings.admin.bookings import BookingAdmin

MOST_AT_ONCE = 100


class ReasonForm(forms.Form):
    """The reason of a cancellation; everybody in the booking can read it."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=REASON_LIMIT,
        help_text=gettext_lazy("Optional. Everybody in these bookings can read it."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )


class Question(NamedTuple):
    """The page that asks: its title, warning, buttons and form."""

    title: Callable[[int], str]
    warning: "StrOrPromise"
    yes: "StrOrPromise"
    no: "StrOrPromise"
    form: type[forms.Form] = forms.Form


class SelectedAction:
    """An action of the admin's list: asks where it must, then writes each booking in its own unit of work."""

    allowed_permissions = ("act",)

    def __init__(self, name: str, write: Callable[..., Booking], question: Question | None = None) -> None:
        """`write` is one of `bookings.actions`; `name` tells which of `ACTION_LABELS` it is."""
        self.labels = ACTION_LABELS[name]
        self.write = write
        self.question = question
        self.__name__ = f"{name}_selected"  # the action's name in the posted form
        self.short_description = self.labels.selected

    def __call__(
        self, model_admin: "BookingAdmin", request: HttpRequest, queryset: QuerySet[Booking]
    ) -> HttpResponse | None:
        """Act on each selected booking, and show a message about each."""
        bookings = list(of_bookings(queryset).with_parties()[: MOST_AT_ONCE + 1])
        if len(bookings) > MOST_AT_ONCE:
            text = _("Please select at most %(count)s bookings at once. Nothing was changed.")
            model_admin.message_user(request, text % {"count": MOST_AT_ONCE}, messages.ERROR)
            return None
        given: dict[str, object] = {}
        if self.question:
            form = self.question.form(request.POST if "confirmed" in request.POST else None)
            if not form.is_valid():
                return self._ask(model_admin, request, bookings, form, self.question)
            given = form.cleaned_data
        for booking in bookings:
            self._do(model_admin, request, booking, given)
        return None

    def _do(
        self, model_admin: "BookingAdmin", request: HttpRequest, booking: Booking, given: dict[str, object]
    ) -> None:
        name = f"{booking}, {describe_span(booking.span)}"
        try:
            self.write(booking, by=actor(request), **given)
        except BookingError as error:
            reasons = [sentence for sentences in error.errors.values() for sentence in sentences]
            model_admin.message_user(request, f"{name}: {' '.join([error.message, *reasons])}", messages.ERROR)
        else:
            model_admin.log_change(request, booking, f"{self.labels.done}.")
            model_admin.message_user(request, f"{name}: {self.labels.done}.", messages.SUCCESS)

    def _ask(
        self,
        model_admin: "BookingAdmin",
        request: HttpRequest,
        bookings: list[Booking],
        form: forms.Form,
        question: Question,
    ) -> TemplateResponse:
        """The page that asks before an action that cannot be undone."""
        context = {
            **model_admin.admin_site.each_context(request),
            "title": question.title(len(bookings)),
            "opts": model_admin.opts,
            "media": model_admin.media,
            "bookings": bookings,
            "form": form,
            "question": question,
            "action": self.__name__,
            "action_checkbox_name": helpers.ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/act_on_bookings.html", context)


def _cancel_title(count: int) -> str:
    return ngettext("Cancel %(count)s booking?", "Cancel %(count)s bookings?", count) % {"count": count}


def _take_back_title(count: int) -> str:
    one = "Take back %(count)s overbooking?"
    many = "Take back %(count)s overbookings?"
    return ngettext(one, many, count) % {"count": count}


TAKE_BACK_QUESTION = Question(
    _take_back_title,
    gettext_lazy("They become ordinary bookings at the same times. Refused while another booking overlaps."),
    gettext_lazy("Yes, take it back"),
    gettext_lazy("No, leave them"),
)
CANCEL_QUESTION = Question(
    _cancel_title,
    gettext_lazy("Their times become free at once. This cannot be undone."),
    gettext_lazy("Yes, cancel them"),
    gettext_lazy("No, keep them"),
    ReasonForm,
)

AT_ONCE = (Action.APPROVE, Action.CHECK_IN, Action.COMPLETE, Action.NO_SHOW, Action.UNDO)
SELECTED_ACTIONS = [
    *(SelectedAction(action, partial(change_state, action)) for action in AT_ONCE),
    SelectedAction(TAKE_BACK, take_back_overbooking, TAKE_BACK_QUESTION),
    SelectedAction(Action.CANCEL, partial(change_state, Action.CANCEL), CANCEL_QUESTION),
]
