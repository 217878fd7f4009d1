"""What makes a benchmark worthless."""


class BenchError(Exception):
    """A wrong result or a missing part; the message says which. Slowness is none."""
