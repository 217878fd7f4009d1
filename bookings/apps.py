"""The rules that both kinds of booking share."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BookingsConfig(AppConfig):
    name = "bookings"
    verbose_name = _("Bookings")

    def ready(self) -> None:
        from bookings import checks  # noqa: F401, PLC0415  start-up: registers them
