"""What every test has: a database that ends with the suite, no network, and a browser or the reason why not."""

import os
from contextlib import ExitStack

import pytest

from booking_site.embedded.configured import database_held
from booking_site.tests.chromium import MISSING, find_chromium

suite = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # the controller of pytest-xdist outlives its workers
        suite.enter_context(database_held())


def pytest_unconfigure() -> None:
    suite.close()


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser") and find_chromium() is None:
        if os.environ.get("CI"):
            pytest.fail(MISSING, pytrace=False)
        pytest.skip(MISSING)
