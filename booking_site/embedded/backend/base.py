"""The engine of `DATABASES` while the embedded database is on."""

from typing import Any

from django.db.backends.postgresql import base
from django.db.utils import OperationalError
from psycopg import OperationalError as NotConnected

from booking_site.embedded.configured import configured_server
from booking_site.embedded.errors import EmbeddedServerError


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL whose server is started by the first connection, and by the first one after it was killed."""

    def __init__(self, settings_dict: dict[str, Any], alias: str = "default") -> None:
        super().__init__(settings_dict, alias)
        self._server = configured_server()

    def get_connection_params(self) -> dict[str, Any]:
        self.settings_dict["HOST"] = self._server.host
        return super().get_connection_params()

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect; where that fails, make sure that the server runs and connect once more."""
        try:
            return super().get_new_connection(conn_params)
        except NotConnected:
            try:
                self._server.ensure_running()
            except EmbeddedServerError as error:
                raise OperationalError(str(error)) from error
            return super().get_new_connection(conn_params)
