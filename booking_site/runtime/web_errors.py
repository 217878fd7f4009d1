class WebServerError(Exception):
    """The web server cannot serve; the message says why and what to do."""


class Refused(WebServerError):
    """The web server did not start, and has printed the reason itself."""
