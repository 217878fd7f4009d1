"""What every test has: a database that ends with the suite, no network, and a browser or the reason why not."""

import os
from contextlib import ExitStack

import pytest

from booking_site.runtime.embedded.configured import database_held
from tests.support.chromium import MISSING, find_chromium
from tests.support.proxies import find_proxy, missing_proxy

suite = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # the controller of pytest-xdist outlives its workers
        suite.enter_context(database_held())


def pytest_unconfigure() -> None:
    suite.close()


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser") and find_chromium() is None:
        lack(MISSING)
    for marker in item.iter_markers("proxy"):
        if find_proxy(marker.args[0]) is None:
            lack(missing_proxy(marker.args[0]))


def lack(reason: str) -> None:
    """Fail in CI, skip elsewhere."""
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
