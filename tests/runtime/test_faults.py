"""The short form of `make faults`: the served site while its database or mail server fails."""

import subprocess
import sys

import pytest

from tests.support.environment import BASE_DIR

NAMES = (
    "frozen",
    "frozen in a crowd",
    "away",
    "full",
    "read-only",
    "standby",
    "out of connections",
    "locked tables",
    "locked rows",
    "mail hangs",
)


@pytest.mark.faults
@pytest.mark.timeout(900)  # it serves a site and breaks it ten times, however slow the machine
def test_every_disaster_is_answered_and_survived() -> None:
    command = [sys.executable, "-m", "bench.faults", "--short"]
    with subprocess.Popen(command, cwd=BASE_DIR, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as run:
        try:
            output, _ = run.communicate(timeout=800)
        except subprocess.TimeoutExpired:
            run.terminate()  # it mends what it has broken
            output, _ = run.communicate()

    assert run.returncode == 0, output
    assert all(f"| **{name}**" in output for name in NAMES), output
    if skipped := [line for line in output.splitlines() if "| skipped: " in line]:
        pytest.skip(skipped[0])
