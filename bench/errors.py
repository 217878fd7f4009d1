"""The error of a benchmark without a valid result."""


class BenchError(Exception):
    """A wrong result or a missing part; the message says which. Slowness is no error."""
