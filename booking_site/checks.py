"""System checks of the project's settings."""

from collections.abc import Sequence

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, register
from django.core.checks import Warning as CheckWarning


@register(Tags.security)
def check_demo_mode(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    """In demo mode every visitor acts as the desk: never on a real site."""
    if settings.DEMO_MODE and not settings.DEBUG:
        return [
            Error(
                "DEMO_MODE is on without DEBUG.",
                hint="Unset DEMO_MODE.",
                id="booking_site.E001",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def check_hosts(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    """Links in e-mails are made from the host of the request."""
    if "*" in settings.ALLOWED_HOSTS:
        return [
            CheckWarning(
                "ALLOWED_HOSTS accepts every host name.",
                hint="Name the site's own ones.",
                id="booking_site.W001",
            )
        ]
    return []


@register(Tags.security)
def check_staff_mfa(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    """A waived second factor is said by every check; no warning, which `serve` would refuse to start with."""
    if not settings.REQUIRE_STAFF_MFA:
        return [
            Info(
                "REQUIRE_STAFF_MFA is off: a password alone opens every patient's data.",
                hint="Unset REQUIRE_STAFF_MFA.",
                id="booking_site.I001",
            )
        ]
    return []
