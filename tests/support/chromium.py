"""The browser of the browser tests: found, or installed where we may. `python -m tests.support.chromium`."""

import os
import shutil
import sys

from tests.support.packages import install_packages

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = (
    "Chromium is missing, which the browser tests drive: install it (Debian: apt-get install chromium) "
    "or name a Chromium or Chrome in CHROMIUM."
)


def find_chromium() -> str | None:
    """The executable that CHROMIUM names, or the first one on PATH."""
    if chosen := os.environ.get("CHROMIUM"):
        return shutil.which(chosen)
    return next(filter(None, map(shutil.which, NAMES)), None)


def install_chromium() -> None:
    """Install it, unless CHROMIUM names another; a failure shows in that Chromium is still missing."""
    if not os.environ.get("CHROMIUM"):
        install_packages("chromium")


def main() -> int:
    """Provide Chromium; answers 1 in CI when there is none, and only says so elsewhere."""
    if find_chromium() is None:
        install_chromium()
    if find_chromium() is None:
        print(MISSING, file=sys.stderr)
        return 1 if os.environ.get("CI") else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
