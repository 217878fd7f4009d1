"""What ruff and xenon cannot say themselves: exceptions have one of the known reasons, and nothing is left out."""

import re
import subprocess
from pathlib import Path

from tests.support.environment import BASE_DIR

SOURCES = ("accounts", "appointments", "bench", "booking_site", "bookings", "scheduling", "tests")
INSIDE = re.compile(r"# noqa: (?:[A-Z]+\d+, )*PLC0415(?P<reason>.*)")
REASON = re.compile(r"  (cycle|start-up|optional)(: .+)?")


def source_files() -> list[Path]:
    return [path for name in SOURCES for path in (BASE_DIR / name).rglob("*.py") if path != Path(__file__)]


def test_imports_inside_functions_say_why() -> None:
    found = [(path, match) for path in source_files() for match in INSIDE.finditer(path.read_text())]

    assert found
    assert [(path, match[0]) for path, match in found if not REASON.fullmatch(match["reason"])] == []


def test_lint_measures_the_complexity_of_every_package() -> None:
    """xenon exits with 0 when it is given a path that does not exist."""
    done = subprocess.run(["make", "--dry-run", "lint"], cwd=BASE_DIR, capture_output=True, text=True, check=True)

    command = next(line for line in done.stdout.splitlines() if " -m xenon " in line).split()
    assert command[2:5] == ["xenon", "--max-absolute", "B"]
    assert "--exclude" not in command
    assert {name for name in SOURCES if name != "tests"} <= set(command[5:])
    assert [name for name in command[5:] if not (BASE_DIR / name).exists()] == []
