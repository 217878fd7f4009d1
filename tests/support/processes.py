"""Real processes for tests: this checkout's commands in an environment of their own."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

from tests.support.environment import BASE_DIR
from tests.support.waiting import wait_until

SECONDS = 300  # only a failure takes so long


def clean_env(**settings: str) -> dict[str, str]:
    """An empty environment with these settings; the developer's `.env` is not read."""
    return {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "ENV_FILE": os.devnull, **settings}


def production(**settings: str) -> dict[str, str]:
    """The settings of a real site, on the embedded database, behind a proxy."""
    real = {"SECRET_KEY": secrets.token_urlsafe(50), "ALLOWED_HOSTS": "127.0.0.1", "TRUSTED_PROXIES": "1"}
    real |= {"EMAIL_URL": "consolemail://", "DEFAULT_FROM_EMAIL": "Booking <booking@example.org>"}
    return clean_env(**real, EMBEDDED_DATABASE="1", **settings)


def manage(*args: str, env: dict[str, str], cwd: Path = BASE_DIR) -> subprocess.CompletedProcess[str]:
    """Run a management command to its end."""
    return subprocess.run(
        [sys.executable, "manage.py", *args],
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        stdin=subprocess.DEVNULL,
    )


class Background:
    """A management command that keeps running; its output goes to a file."""

    def __init__(self, *args: str, env: dict[str, str], log: Path, cwd: Path = BASE_DIR) -> None:
        self._log = log
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", *args], cwd=cwd, env=env, stdout=output, stderr=output
            )

    @property
    def output(self) -> str:
        return self._log.read_text()

    def await_output(self, text: str, *, times: int = 1) -> None:
        wait_until(
            lambda: self.output.count(text) >= times or self.process.poll() is not None,
            or_say=lambda: f"waited in vain for {text!r}: {self.output}",
            seconds=SECONDS,
        )
        assert self.output.count(text) >= times, self.output

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=SECONDS)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def status_of(url: str, **headers: str) -> int:
    """The status of a GET that follows no redirect; 0 when nobody answers."""

    class NoRedirect(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *args: object, **kwargs: object) -> None:
            return None

    opener = urllib.request.build_opener(NoRedirect, urllib.request.ProxyHandler({}))
    request = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with opener.open(request, timeout=SECONDS) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
    except OSError:
        return 0


def groups(env: dict[str, str]) -> list[int]:
    """The process groups on record, the one that serves first."""
    return [int(line) for line in (Path(env["VAR_DIR"]) / f"web-{env['PORT']}.pid").read_text().splitlines()]


def sign_in_url(env: dict[str, str]) -> str:
    """A page that needs the database."""
    return f"http://127.0.0.1:{env['PORT']}/sign-in"
