"""Errors that are raised before it is known who is calling."""

from django.utils.translation import gettext as _


class Throttled(Exception):
    """Too many requests. Please wait a moment."""

    code = "throttled"

    def __init__(self, *, retry_after: int = 1) -> None:
        """`retry_after` is in whole seconds."""
        self.retry_after = retry_after
        self.message = _("Too many requests. Please wait a moment.")
        super().__init__(self.message)
