"""What can go wrong with the embedded database, each as one sentence with a remedy."""


class EmbeddedServerError(Exception):
    """The embedded PostgreSQL cannot be used; the message says why and what to do."""
