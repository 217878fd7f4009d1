"""The Makefile and its scripts, in a small checkout whose path has a space."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.environment import BASE_DIR

MANAGE = "import os, sys; print(sys.argv[1], os.environ.get('DEBUG'), os.environ.get('DEMO_MODE'))"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Makefile and scripts as they are; nothing to install, and a manage.py that says how it was called."""
    path = tmp_path / "my checkout"
    shutil.copytree(BASE_DIR / "scripts", path / "scripts")
    shutil.copy(BASE_DIR / "Makefile", path)
    (path / "requirements.txt").touch()
    (path / "manage.py").write_text(MANAGE)
    return path


def make(checkout: Path, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", *args],
        cwd=checkout,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", **env},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_run_sets_up_once_and_repairs(checkout: Path) -> None:
    first, second = make(checkout, "run"), make(checkout, "run")
    (checkout / ".venv" / "bin" / "python").unlink()
    (checkout / ".venv" / "half-made").touch()
    third = make(checkout, "run")

    installing = "Installing requirements.txt (about a minute the first time) ...\n"
    assert first.stdout == f"{installing}run 1 1\n", first.stderr
    assert second.stdout == "run 1 1\n"
    assert third.stdout == f"{installing}run 1 1\n"
    assert not (checkout / ".venv" / "half-made").exists()


@pytest.mark.parametrize(
    ("dotenv", "env", "expected"),
    [
        ("", {}, "1 1"),
        ("", {"DEBUG": "0"}, "0 None"),
        ("", {"DEMO_MODE": "0"}, "1 0"),
        ("", {"DEBUG": "on"}, "on 1"),
        ("DEBUG=0\n", {}, "None None"),
        ("export DEBUG='yes'\n", {}, "None 1"),
        ("# DEBUG=0\nDEBUG=\nDEMO_MODE=0\n", {}, "1 None"),
        ((BASE_DIR / ".env.example").read_text(), {}, "1 1"),
        ("DATABASE_URL=\n", {}, "1 1"),
        ("DATABASE_URL='postgresql://app@db/site'\n", {}, "1 None"),
        ("", {"DATABASE_URL": "postgresql://app@db/site"}, "1 None"),
        ("", {"DATABASE_URL": "postgresql://app@db/site", "DEMO_MODE": "1"}, "1 1"),
    ],
)
def test_demo_is_on_unless_said_otherwise(checkout: Path, dotenv: str, env: dict[str, str], expected: str) -> None:
    (checkout / ".env").write_text(dotenv)
    done = subprocess.run(
        ["sh", "scripts/with_demo.sh", "python3", "manage.py", "run"],
        cwd=checkout,
        env={"PATH": os.environ["PATH"], **env},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"run {expected}\n"
    is_off = "postgresql" in f"{dotenv}{env}" and expected == "1 None"
    sentence = "Demo mode is off, because DATABASE_URL is set; the production server is `make serve`.\n"
    assert done.stderr == (sentence if is_off else "")


def test_old_python_is_one_sentence(checkout: Path) -> None:
    done = make(checkout, "run", PYTHON3="no-such-python")

    assert done.returncode == 2
    assert done.stderr.splitlines()[0].startswith("Python 3.11 or newer is needed and was not found: ")
    assert not (checkout / ".venv").exists()


def test_clean_asks_first(checkout: Path) -> None:
    (checkout / "var").mkdir()
    done = make(checkout, "clean")

    assert done.returncode == 2
    assert "FORCE=1" in done.stderr
    assert (checkout / "var").exists()


def test_forced_clean_removes_only_its_own(checkout: Path, tmp_path: Path) -> None:
    (checkout / "var").mkdir()
    (tmp_path / "precious").mkdir()
    (checkout / "var" / "postgres-home").write_text(f"{tmp_path}/precious\n")
    (checkout / ".venv").mkdir()

    assert make(checkout, "clean", FORCE="1").returncode == 0
    assert sorted(path.name for path in checkout.iterdir()) == ["Makefile", "manage.py", "requirements.txt", "scripts"]
    assert (tmp_path / "precious").exists()
