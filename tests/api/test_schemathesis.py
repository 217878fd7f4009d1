"""schemathesis throws the OpenAPI document's corners, and what lies beyond, at a real server: every check and phase."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.models import Token
from tests.support.environment import BASE_DIR
from tests.support.factories import UserFactory
from tests.support.live_server import run_server

SECONDS = 45  # then it stops by itself, and says what is left to do


@pytest.mark.timeout(300)
@pytest.mark.django_db(transaction=True)
def test_no_check_fails(tmp_path: Path) -> None:
    call_command("seed", verbosity=0)  # the people that the document's examples name
    _token, key = Token.objects.create(UserFactory.create(is_staff=True), name="test")
    tool = [str(Path(sys.executable).parent / "schemathesis")]
    config = BASE_DIR / "tests" / "support" / "schemathesis.toml"

    with run_server(str(connection.settings_dict["NAME"]), workers=2) as port:
        run = [*tool, "--config-file", str(config), "run", f"http://127.0.0.1:{port}/api/v1/schema"]
        options = ["--checks", "all", "--phases", "examples,coverage,fuzzing,stateful", "--continue-on-failure"]
        bounds = ["--max-time", str(SECONDS)]
        header = ["--header", f"Authorization: Token {key}"]
        done = subprocess.run(
            [*run, *options, *bounds, *header], cwd=tmp_path, capture_output=True, text=True, timeout=250
        )

    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr
