"""SIGHUP to `manage.py serve`: new code and settings without a failed request, or the old ones go on."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from booking_site.runtime.processes import command_line, group_members
from booking_site.runtime.web_server import stop_left_behind
from tests.runtime.conftest import Launch
from tests.support.environment import BASE_DIR
from tests.support.light_load import light_load
from tests.support.processes import Background, groups, manage, sign_in_url, status_of
from tests.support.waiting import wait_until

pytestmark = pytest.mark.timeout(900)  # many processes, which a busy machine starts slowly

RELOADS = int(os.environ.get("RELOADS", "3"))
PACKAGES = ("accounts", "appointments", "booking_site", "bookings", "scheduling", "static", "templates")
NEW_PAGE = """
from django.http import HttpResponse
from django.urls import path
urlpatterns.insert(0, path("{}", lambda request: HttpResponse()))
"""


@pytest.fixture
def dotenv(deployed: dict[str, str], place: Path) -> Path:
    """The site's `.env`, to be changed while it runs."""
    path = place / ".env"
    path.touch()
    deployed["ENV_FILE"] = str(path)
    return path


@pytest.fixture
def served(deployed: dict[str, str], dotenv: Path, launch: Launch) -> Background:
    """A site that serves with two workers."""
    background = launch("serve", env=deployed)
    background.await_output("Serving on")
    return background


@pytest.fixture
def clone(place: Path, var_dir: Path) -> Iterator[Path]:
    """A checkout of its own, whose code may be changed."""
    path = place / "clone"
    for package in PACKAGES:
        shutil.copytree(BASE_DIR / package, path / package, ignore=shutil.ignore_patterns("tests", "__pycache__"))
    shutil.copy(BASE_DIR / "manage.py", path)
    yield path
    stop_left_behind(var_dir, path)


def reload(background: Background, times: int = 1) -> None:
    """Ask for a reload and wait for the end of the so-manieth."""
    background.process.send_signal(signal.SIGHUP)
    background.await_output("Reloaded: ", times=times)


@pytest.mark.timeout(1200)
def test_reloads_fail_no_request_of_a_light_load(served: Background, deployed: dict[str, str]) -> None:
    with light_load(int(deployed["PORT"])) as met:
        for number in range(1, RELOADS + 1):
            reload(served, times=number)
    print(RELOADS, "reloads:", dict(met))

    assert set(met) == {"new 200", "kept 200"}
    assert served.end(signal.SIGTERM) == 0


def test_reload_takes_up_settings(served: Background, deployed: dict[str, str], dotenv: Path) -> None:
    (before,) = groups(deployed)
    dotenv.write_text("WORKERS=3\nHOST=127.0.0.2\n")

    reload(served)

    assert "Reloaded: 3 workers." in served.output
    assert f"until then they are 127.0.0.1 and {deployed['PORT']}." in served.output
    (after,) = groups(deployed)
    assert (group_members(before), len(group_members(after))) == ([], 4)
    assert status_of(sign_in_url(deployed), X_Forwarded_Proto="https") == 200


def test_reload_takes_up_code_or_leaves_the_old(deployed: dict[str, str], clone: Path, launch: Launch) -> None:
    served = launch("serve", env=deployed, cwd=clone)
    served.await_output("Serving on")
    urls, base = clone / "booking_site" / "urls.py", f"http://127.0.0.1:{deployed['PORT']}"
    urls.write_text(urls.read_text() + NEW_PAGE.format("one"))
    assert status_of(f"{base}/one", X_Forwarded_Proto="https") == 404

    reload(served)
    assert status_of(f"{base}/one", X_Forwarded_Proto="https") == 200

    urls.write_text(urls.read_text() + NEW_PAGE.format("two") + "raise RuntimeError('half a file')\n")
    served.process.send_signal(signal.SIGHUP)
    served.await_output("Not reloaded, the old web server goes on.")
    assert "RuntimeError: half a file" in served.output
    assert status_of(f"{base}/one", X_Forwarded_Proto="https") == 200
    assert served.end(signal.SIGTERM) == 0


def test_reload_with_nonsense_in_env_leaves_the_old(served: Background, deployed: dict[str, str], dotenv: Path) -> None:
    before = groups(deployed)
    dotenv.write_text("no setting at all\n")

    served.process.send_signal(signal.SIGHUP)

    served.await_output("Not reloaded, the old web server goes on.")
    assert "line 1 is no setting" in served.output
    wait_until(lambda: groups(deployed) == before)
    assert status_of(sign_in_url(deployed), X_Forwarded_Proto="https") == 200
    dotenv.write_text("")
    reload(served)


def test_hangups_during_a_reload_make_one_more(served: Background, deployed: dict[str, str]) -> None:
    served.process.send_signal(signal.SIGHUP)
    served.await_output("Reloading: ")
    for _more in range(3):
        served.process.send_signal(signal.SIGHUP)

    served.await_output("Reloaded: ", times=2)

    assert served.end(signal.SIGTERM) == 0
    assert served.output.count("Reloading: ") == 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stopping_during_a_reload_ends_both(
    served: Background, deployed: dict[str, str], number: signal.Signals
) -> None:
    served.process.send_signal(signal.SIGHUP)
    wait_until(lambda: len(groups(deployed)) == 2)
    both = groups(deployed)

    assert served.end(number) == 0

    assert [group_members(group) for group in both] == [[], []]
    assert status_of(sign_in_url(deployed)) == 0
    assert "Traceback" not in served.output


def test_stop_ends_a_reloaded_site_whose_parent_was_killed(served: Background, deployed: dict[str, str]) -> None:
    reload(served)
    (group,) = groups(deployed)
    served.kill()
    assert status_of(sign_in_url(deployed), X_Forwarded_Proto="https") == 200

    done = manage("stop", env=deployed)

    assert (done.stdout, done.returncode) == ("Stopped: 1 web server(s), no embedded database.\n", 0), done.stderr
    assert [command_line(pid) for pid in group_members(group) if command_line(pid)] == []
    assert status_of(sign_in_url(deployed)) == 0
