"""A site of its own, served by real processes on an embedded database that a test may freeze, kill or demote."""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg

from booking_site.runtime.embedded.cluster import ADMIN
from booking_site.runtime.embedded.server import Server
from tests.support.api import Answer
from tests.support.environment import BASE_DIR
from tests.support.live_server import await_listening
from tests.support.waiting import wait_until

PATIENCE_SECONDS = 45  # a freeze ends after the answer, so without a limit of the site's this is how long it hangs

PREPARE = """
from accounts.models import User
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("seed", verbosity=0)
call_command("collectstatic", verbosity=0, interactive=False)
User.objects.create_superuser(email="desk@example.org", password="correct horse battery")
call_command("token", "create", user="desk@example.org", name="test")
"""

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass
class Site:
    """Where it is, and who calls."""

    env: Mapping[str, str]
    key: str = ""

    @property
    def server(self) -> Server:
        return Server(Path(self.env["VAR_DIR"]))

    def prepare(self) -> None:
        """Make the tables, the first people, a token of the desk and the static files."""
        command = [sys.executable, "manage.py", "shell", "-v0", "-c", PREPARE]
        done = subprocess.run(command, cwd=BASE_DIR, env=self.env, stdout=subprocess.PIPE, text=True, check=True)
        self.key = done.stdout.strip()

    @contextmanager
    def run_server(self) -> Iterator[None]:
        """One worker, so that each call meets the threads and connections of the one before."""
        options = ["--interface", "wsgi", "--port", self.env["PORT"], "--blocking-threads", "4", "--log-level", "error"]
        command = [sys.executable, "-m", "granian", *options, "--no-ws", "booking_site.wsgi:application"]
        server = subprocess.Popen(command, cwd=BASE_DIR, env=self.env, start_new_session=True)
        try:
            await_listening(int(self.env["PORT"]), server)
            yield
        finally:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()

    def call(self, method: str, path: str, body: object = None) -> Answer:
        """The answer to one call by the desk's token; the body is None for a page."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.env['PORT']}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"X-Forwarded-Proto": "https", "Content-Type": "application/json"},
        )
        if path.startswith("/api/"):
            request.add_header("Authorization", f"Token {self.key}")
        try:
            answer = DIRECT.open(request, timeout=PATIENCE_SECONDS)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            content, is_json = answer.read(), "json" in answer.headers["Content-Type"]
            headers = {name.title(): value for name, value in answer.headers.items()}
            return Answer(answer.status, json.loads(content) if is_json else None, headers)

    def book(self, hour: int) -> Answer:
        """An appointment with the first doctor and the first patient."""
        day = "2030-01-07"
        times = {"start_at": f"{day}T{hour:02}:00:00Z", "end_at": f"{day}T{hour:02}:30:00Z"}
        wanted = {"doctor_id": 1, "patient_id": 1, **times, "override": {"hours": True, "reason": "a test"}}
        return self.call("POST", "/api/v1/appointments", {"appointment": wanted})

    def await_answers(self) -> None:
        """Until the site is itself again."""
        wait_until(lambda: self.call("GET", "/api/v1/doctors").status == 200)

    @contextmanager
    def superuser(self) -> Iterator[psycopg.Connection[Any]]:
        """A connection of the database's administrator."""
        with psycopg.connect(host=self.server.host, user=ADMIN, dbname="booking_site", autocommit=True) as admin:
            yield admin

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Every process of the database stands still."""
        postmaster = int((self.server.layout.data / "postmaster.pid").read_text().partition("\n")[0])
        os.kill(postmaster, signal.SIGSTOP)  # first, so that it makes no more
        stopped = [postmaster, *(child.pid for child in psutil.Process(postmaster).children())]
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in stopped:
                os.kill(pid, signal.SIGCONT)

    @contextmanager
    def demoted(self) -> Iterator[None]:
        """The database takes no writes."""
        with self.superuser() as admin:
            admin.execute("ALTER SYSTEM SET default_transaction_read_only = on")
            admin.execute("SELECT pg_reload_conf()")
            wait_until(self.is_read_only)
            try:
                yield
            finally:
                admin.execute("ALTER SYSTEM RESET default_transaction_read_only")
                admin.execute("SELECT pg_reload_conf()")
                wait_until(lambda: not self.is_read_only())

    def is_read_only(self) -> bool:
        """As a new connection finds it."""
        with self.superuser() as admin:
            return admin.execute("SHOW default_transaction_read_only").fetchone() == ("on",)
