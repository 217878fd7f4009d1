"""The README is true: its commands exist, its calls work as they stand, its folders and links are there."""

import json
import re
import shlex
import subprocess

import pytest
from django.core.management import call_command, get_commands
from django.test import Client
from pytest_django import Settings

from booking_site.demo import example_calls
from tests.support.environment import BASE_DIR

README = (BASE_DIR / "README.md").read_text()
BLOCKS = re.findall(r"^```\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
LINES = [line for block in BLOCKS for line in block.replace("\\\n", " ").splitlines() if line.strip()]


def curl_calls() -> list[list[str]]:
    """The words of each curl command."""
    return [words for line in LINES if (words := shlex.split(line, comments=True))[:1] == ["curl"]]


def send(client: Client, words: list[str]) -> int:
    """Do what a curl command of the README does; its status."""
    path = "/" + next(word for word in words if word.startswith("http")).split("/", 3)[3]
    if "-X" not in words:
        return client.get(path).status_code
    body = words[words.index("-d") + 1]
    assert (words[words.index("-X") + 1], "Content-Type: application/json" in words) == ("POST", True)
    return client.post(path, json.loads(body), "application/json").status_code


@pytest.mark.django_db
def test_calls_work_as_they_stand(settings: Settings) -> None:
    settings.DEBUG = settings.DEMO_MODE = True
    call_command("seed", verbosity=0)
    client, calls = Client(), curl_calls()

    assert [send(client, words) for words in calls] == [201, 201, 200]
    assert [send(client, words) for words in calls[:2]] == [409, 409]


def test_calls_are_those_that_run_prints() -> None:
    printed = [shlex.split(call) for call in example_calls(8000)]

    assert curl_calls()[:2] == printed


@pytest.mark.parametrize("target", sorted(set(re.findall(r"(?:^|`|=\d+ )make ([a-z]+)", README, re.MULTILINE))))
def test_make_target_exists(target: str) -> None:
    asked = subprocess.run(["make", "--dry-run", target], cwd=BASE_DIR, capture_output=True, text=True, check=False)

    assert asked.returncode == 0, asked.stderr
    assert "\n" in asked.stdout.strip() or not asked.stdout.startswith("make: ")  # "Nothing to be done for": a folder


def test_management_commands_exist() -> None:
    named = set(re.findall(r"manage\.py ([a-z_]+)", README))

    assert named
    assert named <= set(get_commands())


def test_files_and_folders_exist() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    folders = [
        name for row in re.findall(r"^\| (`.*?) \|", README, re.MULTILINE) for name in re.findall(r"`(.*?)`", row)
    ]

    assert links
    assert folders
    assert [name for name in [*links, *folders] if not (BASE_DIR / name).exists()] == []


def test_it_fits_on_a_few_screens() -> None:
    assert README.count("\n") <= 150
