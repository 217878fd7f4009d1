"""The embedded server of the settings."""

from contextlib import AbstractContextManager, nullcontext

from django.conf import settings

from booking_site.runtime.embedded.server import Server


def configured_server() -> Server:
    return Server(settings.VAR_DIR, settings.POSTGRES_BIN_DIR)


def database_held() -> AbstractContextManager[None]:
    """Run the embedded database during the block, and stop it afterwards. Does nothing with a DATABASE_URL."""
    return configured_server().held() if settings.EMBEDDED_DATABASE else nullcontext()
