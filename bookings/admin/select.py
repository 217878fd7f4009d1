"""Choosing a person by search, also after something that is no id was posted."""

from collections.abc import Sequence

from django.contrib.admin.widgets import AutocompleteSelect

from bookings.models.search import is_number


class PersonSelect(AutocompleteSelect):
    """Shows a value that cannot be an id as no choice, where Django's widget would query the database for it."""

    def optgroups(
        self, name: str, value: Sequence[str], attr: dict[str, object] | None = None
    ) -> list[tuple[str | None, list[dict[str, object]], int | None]]:
        has_numbers = self.field.target_field.get_internal_type() == "BigAutoField"
        possible = [key for key in map(str, value) if (is_number(key) if has_numbers else "\x00" not in key)]
        return super().optgroups(name, possible, attr)
