"""Type aliases."""

from typing import Any

Json = dict[str, object]
"""A JSON object as it was sent or is answered: nothing is known of its members."""

Values = dict[str, Any]
"""A dict whose members are known where it is used: a serializer's values, a problem, the document."""

GIVEN: Any = None
"""Stands at a view's class attribute until `as_view` gives the value."""
