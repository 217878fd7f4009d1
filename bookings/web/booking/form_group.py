"""Several forms that a page shows and validates as one."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.forms.utils import ErrorList

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class FormGroup:
    """Several forms, or groups of them, whose fields have different names: shown, validated and refused as one."""

    def __init__(self, *parts: "forms.Form | FormGroup") -> None:
        self.parts = parts
        self._is_checked = False

    def __getitem__(self, name: str) -> forms.BoundField:
        return self._part_of(name)[name]

    @property
    def fields(self) -> dict[str, forms.Field]:
        """The fields of all parts, by name."""
        return {name: field for part in self.parts for name, field in part.fields.items()}

    @property
    def errors(self) -> dict[str, ErrorList]:
        """The errors by field; validates first."""
        found = self._part_errors()
        if self.is_bound and not self._is_checked:
            self._is_checked = True
            self.check()
            found = self._part_errors()
        return found

    @property
    def is_bound(self) -> bool:
        return any(part.is_bound for part in self.parts)

    @property
    def cleaned_data(self) -> dict[str, Any]:
        """The values of all parts. Of a validated group."""
        return {name: value for part in self.parts for name, value in part.cleaned_data.items()}

    def is_valid(self) -> bool:
        """Whether the group is bound and has no errors."""
        return self.is_bound and not self.errors

    def check(self) -> None:
        """Compare the parts after each was validated, and add errors."""

    def add_error(self, name: str | None, error: "StrOrPromise | list[str]") -> None:
        """Add an error to a field; for None to the whole form."""
        part = self.parts[0] if name is None else self._part_of(name)
        part.add_error(name, error)

    def visible_fields(self) -> list[forms.BoundField]:
        """The fields that people see, in order."""
        return [field for part in self.parts for field in part.visible_fields()]

    def non_field_errors(self) -> "list[forms.ValidationError | StrOrPromise]":
        """The errors that belong to no single field."""
        return [error for part in self.parts for error in part.non_field_errors()]

    def _part_of(self, name: str) -> "forms.Form | FormGroup":
        for part in self.parts:
            if name in part.fields:
                return part
        raise KeyError(name)

    def _part_errors(self) -> dict[str, ErrorList]:
        return {name: found for part in self.parts for name, found in part.errors.items()}


def remove_fields(form: forms.Form, names: Iterable[str]) -> None:
    """Remove these fields from the form, as far as it has them."""
    for name in names:
        form.fields.pop(name, None)


def renew(form: forms.Form, name: str, value: str) -> None:
    """Show this value in a renewable field instead of what was sent."""
    cast("Renewable", form.fields[name]).renewed = value


class Renewable:
    """A hidden field that can show another value than was sent, for the next try."""

    renewed: str | None = None

    def bound_data(self, data: object, initial: object) -> object:
        """The value that a sent form shows."""
        return data if self.renewed is None else self.renewed


class RenewableUUIDField(Renewable, forms.UUIDField):
    pass


class RenewableIntegerField(Renewable, forms.IntegerField):
    pass
