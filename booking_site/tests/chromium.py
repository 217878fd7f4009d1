"""The browser of the browser tests: found, or installed where we may. `python -m booking_site.tests.chromium`."""

import os
import shutil
import subprocess
import sys

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
    """Ask the system's package manager, where we may; a failure shows in that Chromium is still missing."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None or os.environ.get("CHROMIUM"):
        return
    print("Installing Chromium for the browser tests (apt-get) ...", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
        subprocess.run(["apt-get", "-qq", *arguments], env=environment, stdout=subprocess.DEVNULL, check=False)


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
