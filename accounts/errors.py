"""Errors that are raised before it is known who is calling."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop


class Throttled(Exception):
    """Too many requests. Please wait a moment."""

    code = "throttled"
    default_message = gettext_noop("Too many requests. Please wait a moment.")

    def __init__(self, *, retry_after: int = 1) -> None:
        """`retry_after` is in whole seconds."""
        self.retry_after = retry_after
        self.message = _(self.default_message)
        super().__init__(self.message)
