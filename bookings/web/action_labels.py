"""What the pages call the things that can be done to a booking."""

from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

TAKE_BACK = "take_back"
"""Not one of `lifecycle.ACTIONS`: it changes no state, only whether the booking may share its time."""


class Words(NamedTuple):
    """The button; the page that asks, its button and its hint; what is said when it is done."""

    label: "StrOrPromise"
    question: "StrOrPromise"
    yes: "StrOrPromise"
    done: "StrOrPromise"
    hint: "StrOrPromise" = ""


WORDS: dict[str, Words] = {
    "check_in": Words(
        _("Check in"),
        _("Check in for this %(noun)s?"),
        _("Yes, check in"),
        _("Checked in: %(when)s."),
    ),
    "complete": Words(
        _("Complete"),
        _("Complete this %(noun)s?"),
        _("Yes, it is over"),
        _("Completed: %(when)s."),
        _("Only the desk can undo this."),
    ),
    "no_show": Words(
        _("No-show"),
        _("Did nobody come to this %(noun)s?"),
        _("Yes, nobody came"),
        _("Marked as no-show: %(when)s."),
        _("Only the desk can undo this."),
    ),
    "approve": Words(
        _("Approve"),
        _("Approve this %(noun)s?"),
        _("Yes, approve it"),
        _("Approved: %(when)s."),
    ),
    "undo": Words(
        _("Undo"),
        _("Make this %(noun)s booked again?"),
        _("Yes, undo"),
        _("Booked again: %(when)s."),
    ),
    "reschedule": Words(
        _("Reschedule"),
        _("Reschedule this %(noun)s"),
        _("Move it"),
        _("Moved from %(old)s to %(when)s."),
    ),
    TAKE_BACK: Words(
        _("Take back the overbooking"),
        _("Take back the overbooking of this %(noun)s?"),
        _("Yes, take it back"),
        _("No longer overbooked: %(when)s."),
        _("It becomes an ordinary booking at the same time. Refused while another booking overlaps it."),
    ),
    "cancel": Words(
        _("Cancel"),
        _("Cancel this %(noun)s?"),
        _("Yes, cancel it"),
        _("Cancelled: %(when)s."),
        _("Its time becomes free at once. This cannot be undone."),
    ),
}
"""In the order of the buttons."""
