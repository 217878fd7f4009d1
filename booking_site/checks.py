"""System checks of the project's settings."""

import shlex
import stat
from collections.abc import Sequence
from email.utils import parseaddr

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, register
from django.core.checks import Warning as CheckWarning

from booking_site.runtime.environment import env_file

NO_STAFF_MFA = "REQUIRE_STAFF_MFA is off: a password alone opens every patient's data."


@register(Tags.security)
def check_demo_mode(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    """Refuse demo mode on a real site: every visitor would act as the desk."""
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
    """Warn of a site that accepts every host: links in e-mails are made from the host of the request."""
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
    """Tell of a waived second factor at every check. Not as a warning, with which `serve` would refuse to start."""
    if not settings.REQUIRE_STAFF_MFA:
        return [
            Info(
                NO_STAFF_MFA,
                hint="Unset REQUIRE_STAFF_MFA.",
                id="booking_site.I001",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def check_sender(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    """Warn of a sender at localhost: mail servers refuse it, or file its mail as spam."""
    if parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower().endswith("@localhost"):
        return [
            CheckWarning(
                "DEFAULT_FROM_EMAIL is an address at localhost.",
                hint="Set an address of the practice, such as Booking <booking@example.org>.",
                id="booking_site.W002",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def check_env_file(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    """Tell of a `.env` that others can read. Not as a warning, with which `serve` would refuse to start."""
    path = env_file(settings.BASE_DIR)
    if path.is_file() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return [
            Info(
                f"{path} holds passwords and is open to other users of this machine.",
                hint=f"chmod 600 {shlex.quote(str(path))}",
                id="booking_site.I002",
            )
        ]
    return []
