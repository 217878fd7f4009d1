"""The errors of the embedded database, each one sentence with a remedy."""


class EmbeddedServerError(Exception):
    """The embedded PostgreSQL cannot be used; the message says why and what to do."""
