"""The engine of `DATABASES` while the embedded database is on."""

from django.db.utils import OperationalError
from psycopg import OperationalError as NotConnected

from booking_site.runtime.embedded.configured import configured_server
from booking_site.runtime.embedded.errors import EmbeddedServerError
from booking_site.runtime.postgresql import base, driver, limits


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL whose server is started by the first connection, and by the first one after it was killed."""

    def __init__(self, settings_dict: dict[str, object], alias: str = "default") -> None:
        super().__init__(settings_dict, alias)
        self._server = configured_server()

    def get_connection_params(self) -> dict[str, object]:
        self.settings_dict["HOST"] = self._server.host
        return super().get_connection_params()

    def connect_once(self, conn_params: dict[str, object]) -> driver.Connection:
        """Connect; where that fails, make sure that the server runs and connect once more.

        A web process does not try to start a server that runs but is frozen or full: waiting for it would take too
        long.
        """
        try:
            return super().connect_once(conn_params)
        except NotConnected:
            if limits.are_on() and self._server.is_running():
                raise
            try:
                self._server.ensure_running()
            except EmbeddedServerError as error:
                raise OperationalError(str(error)) from error
            return super().connect_once(conn_params)
