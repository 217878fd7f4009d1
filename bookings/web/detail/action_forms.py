"""The forms that are sent with a button."""

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.models.booking import REASON_LIMIT

REVISION_LIMIT = 2**31 - 1
LIST = "list"


def revision_field() -> forms.IntegerField:
    """The revision that the person saw when deciding."""
    return forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=REVISION_LIMIT)


class ActionForm(forms.Form):
    """The revision that the person saw, and the page to return to: `list`, or the booking's page."""

    revision = revision_field()
    back = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def kwargs(self) -> dict[str, object]:
        """What the writer takes besides the revision. Of a valid form."""
        return {}


class CancelForm(ActionForm):
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=REASON_LIMIT,
        help_text=_("Optional. Everybody in this booking can read it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    @property
    def kwargs(self) -> dict[str, object]:
        return {"reason": self.cleaned_data["reason"]}
