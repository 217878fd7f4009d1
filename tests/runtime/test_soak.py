"""The short form of `make soak`: the whole site under random use while its processes are killed."""

import re
import signal
import subprocess
import sys
from contextlib import suppress

import psutil
import pytest

from tests.support.environment import BASE_DIR

pytestmark = pytest.mark.soak

SECONDS = 20


def start(*args: str) -> "subprocess.Popen[str]":
    """The soak, as `make soak` starts it."""
    command = [sys.executable, "-m", "bench.soak", *args]
    return subprocess.Popen(command, cwd=BASE_DIR, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def counted(name: str, output: str) -> int:
    """The first number of a row of the summary."""
    found = re.search(rf"^\| {re.escape(name)} \| \**([\d,]+)", output, re.MULTILINE)
    assert found, output
    return int(found[1].replace(",", ""))


def test_soak_with_faults_finds_no_violation() -> None:
    soak = start("--seconds", str(SECONDS), "--faults")
    output, _ = soak.communicate(timeout=110)
    assert soak.returncode == 0, output
    assert counted("**violations**", output) == 0
    assert counted("deadlocks", output) == 0
    killed = re.search(r"worker: (\d+), postmaster: (\d+)", output)
    assert killed
    assert all(int(number) > 0 for number in killed.groups())
    assert counted("operations", output) > 100
    assert counted("conflicts (409, the time is taken)", output) > 10
    assert counted("retries", output) > 0


def test_soak_interrupted_leaves_nothing_behind() -> None:
    with start("--seconds", "60") as soak:
        assert soak.stdout
        line = soak.stdout.readline()
        place = BASE_DIR / "var" / line.rpartition(" ")[2].strip()
        was_there = place.is_dir()
        soak.send_signal(signal.SIGINT)
        output, _ = soak.communicate(timeout=60)
    assert was_there, line + output
    assert soak.returncode == 130, output
    assert not place.exists()
    assert not any(place.name in told for told in _environments_and_arguments())


def _environments_and_arguments() -> list[str]:
    """Of every process there is, but ours."""
    ours = psutil.Process()
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            found.append(f"{process.environ()} {process.cmdline()}" if process != ours else "")
    return found
