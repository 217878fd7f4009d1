"""Native inputs of days and times of day, for all forms of the pages."""

from datetime import date
from typing import TYPE_CHECKING

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

FIRST_DAY = date(1900, 1, 2)  # between these two days arithmetic with any zone stays in range
LAST_DAY = date(2200, 12, 30)
TIME_ATTRIBUTES = {"type": "time", "autocomplete": "off"}


def time_field(label: "StrOrPromise", *, required: bool = True, help_text: "StrOrPromise" = "") -> forms.TimeField:
    """A native input of a time of day."""
    widget = forms.TimeInput(format="%H:%M", attrs=TIME_ATTRIBUTES)
    return forms.TimeField(label=label, widget=widget, required=required, help_text=help_text)


def day_field(label: "StrOrPromise", *, required: bool = True, help_text: "StrOrPromise" = "") -> forms.DateField:
    """A native input of a date with which any zone can compute."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "off"})
    bounds = [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]
    return forms.DateField(label=label, widget=widget, validators=bounds, required=required, help_text=help_text)
