"""The embedded server that the settings describe."""

from contextlib import AbstractContextManager, nullcontext

from django.conf import settings

from booking_site.runtime.embedded.server import Server


def configured_server() -> Server:
    return Server(settings.VAR_DIR, settings.POSTGRES_BIN_DIR)


def database_held() -> AbstractContextManager[None]:
    """Use the embedded database within the block and stop it afterwards; nothing at all for a DATABASE_URL."""
    return configured_server().held() if settings.EMBEDDED_DATABASE else nullcontext()
