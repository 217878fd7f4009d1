"""The words for what can be done to a booking: on the pages, in the admin's lists and in the history."""

from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext_lazy as _

from bookings.core.lifecycle import Action

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

TAKE_BACK = "take_back"
"""Not an `Action`: it changes no state, only whether the booking may share its time."""


class ActionLabels(NamedTuple):
    """The words for one action, a field for each place where they appear."""

    button: "StrOrPromise"
    question: "StrOrPromise"
    """The title of the page that asks, or that has the form."""
    yes: "StrOrPromise"
    """The button of that page."""
    done: "StrOrPromise"
    selected: "StrOrPromise" = ""
    """In the menu of the admin's lists; empty for what is done to one booking at a time."""
    hint: "StrOrPromise" = ""
    """What to know before answering the question."""
    message: "StrOrPromise" = _("%(done)s: %(when)s.")
    """What a page says when it is done."""
    history: "StrOrPromise" = ""
    """In the history, where that is not `done`."""

    def tell_done(self, **names: str) -> str:
        """The message after the action; `names` fill in its placeholders."""
        return self.message % {"done": self.done, **names}


ACTION_LABELS: dict[str, ActionLabels] = {
    Action.CHECK_IN: ActionLabels(
        button=_("Check in"),
        question=_("Check in for this %(noun)s?"),
        yes=_("Yes, check in"),
        done=_("Checked in"),
        selected=_("Check in selected bookings"),
    ),
    Action.COMPLETE: ActionLabels(
        button=_("Complete"),
        question=_("Complete this %(noun)s?"),
        yes=_("Yes, it is over"),
        done=_("Completed"),
        selected=_("Complete selected bookings"),
        hint=_("Only the desk can undo this."),
    ),
    Action.NO_SHOW: ActionLabels(
        button=_("No-show"),
        question=_("Did nobody come to this %(noun)s?"),
        yes=_("Yes, nobody came"),
        done=_("Marked as no-show"),
        selected=_("Mark selected bookings as no-show"),
        hint=_("Only the desk can undo this."),
    ),
    Action.APPROVE: ActionLabels(
        button=_("Approve"),
        question=_("Approve this %(noun)s?"),
        yes=_("Yes, approve it"),
        done=_("Approved"),
        selected=_("Approve selected bookings"),
    ),
    Action.UNDO: ActionLabels(
        button=_("Undo"),
        question=_("Make this %(noun)s booked again?"),
        yes=_("Yes, undo"),
        done=_("Booked again"),
        selected=_("Undo: make selected bookings booked again"),
        history=_("Undone: booked again"),
    ),
    Action.RESCHEDULE: ActionLabels(
        button=_("Reschedule"),
        question=_("Reschedule this %(noun)s"),
        yes=_("Move it"),
        done=_("Rescheduled"),
        message=_("Moved from %(old)s to %(when)s."),
    ),
    TAKE_BACK: ActionLabels(
        button=_("Take back the overbooking"),
        question=_("Take back the overbooking of this %(noun)s?"),
        yes=_("Yes, take it back"),
        done=_("No longer overbooked"),
        selected=_("Take back the overbooking of selected bookings"),
        hint=_("It becomes an ordinary booking at the same time. Refused while another booking overlaps it."),
    ),
    Action.CANCEL: ActionLabels(
        button=_("Cancel"),
        question=_("Cancel this %(noun)s?"),
        yes=_("Yes, cancel it"),
        done=_("Cancelled"),
        selected=_("Cancel selected bookings"),
        hint=_("Its time becomes free at once. This cannot be undone."),
    ),
}
"""In the order of a page's buttons."""
