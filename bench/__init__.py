"""Measures booking over HTTP on a server of its own: `python -m bench`, or `make bench`."""
