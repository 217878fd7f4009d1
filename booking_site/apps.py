"""The project as an app: its checks and commands."""

from django.apps import AppConfig


class BookingSiteConfig(AppConfig):
    default = True
    name = "booking_site"
    verbose_name = "Booking site"

    def ready(self) -> None:
        from booking_site import checks  # noqa: F401  registers them


class StopConfig(AppConfig):
    """Its commands alone, for `settings_of_stop`."""

    name = "booking_site"
