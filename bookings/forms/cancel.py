"""Cancelling a booking."""

from django import forms
from django.utils.translation import gettext_lazy as _

REASON_LIMIT = 500
REVISION_LIMIT = 2**31 - 1


class CancelForm(forms.Form):
    """The reason, and the revision that the person saw when deciding."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=REVISION_LIMIT)
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=REASON_LIMIT,
        help_text=_("Optional. Everybody in this booking can read it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
