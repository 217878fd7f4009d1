"""An operator who sets the site up for real: does what README says, line by line, in a fresh copy of the code."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg

from booking_site.runtime.embedded.cluster import ADMIN
from booking_site.runtime.embedded.server import Server
from tests.support.environment import BASE_DIR
from tests.support.processes import SECONDS
from tests.support.waiting import wait_until

README = (BASE_DIR / "README.md").read_text()
CHECKLIST = README.partition("\n## For real\n")[2].partition("\n## ")[0]
BLOCKS = re.findall(r"^```\n(.*?)^```", CHECKLIST, re.DOTALL | re.MULTILINE)
LINES = [line for block in BLOCKS for line in block.splitlines()]
PASSWORD = "correct horse battery"
NOT_IN_A_CLONE = shutil.ignore_patterns(
    ".git", ".venv", ".env", "var", "static_root", "__pycache__", ".*_cache", ".hypothesis"
)


@dataclass
class Operator:
    """Somebody with a folder, an own PostgreSQL, and values for the settings."""

    folder: Path
    postgres: Server
    settings: dict[str, str]
    done: list[str] = field(default_factory=list)
    """The lines of README that have been carried out."""
    served: "subprocess.Popen[bytes] | None" = None

    def set_up(self) -> None:
        """From the copy to the site that serves."""
        shutil.copytree(BASE_DIR, self.folder, ignore=NOT_IN_A_CLONE)
        self._share_installed_packages()
        for line in LINES:
            self.carry_out(line)
            self.done.append(line)

    def carry_out(self, line: str) -> None:
        """Do what a line says, and answer what it asks."""
        words = shlex.split(line)
        if words[:5] == ["sudo", "-u", "postgres", "psql", "-c"]:
            self._tell_postgres(words[5])
        elif words[-1] == "serve":
            self._serve(words)
        else:
            self.run([*words, *(["--noinput"] if words[-1] == "createsuperuser" else [])])
        if words[-1] == ".env":
            self._fill_in_settings()

    def run(self, words: list[str], **environment: str) -> str:
        """A command's output; it must succeed."""
        done = self.try_to_run(words, **environment)
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return done.stdout

    def try_to_run(self, words: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words,
            cwd=self.folder,
            env={**self._environment, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def manage(self, *words: str, **environment: str) -> str:
        return self.run([".venv/bin/python", "manage.py", *words], **environment)

    def stop(self) -> None:
        """End the site, however far it came."""
        if self.served:
            self.served.terminate()
            self.served.wait()
        self.run(["make", "stop"])

    @property
    def output(self) -> str:
        """What the site has said."""
        return self._log.read_text()

    @property
    def database_url(self) -> str:
        return f"postgresql://booking:{quote(PASSWORD)}@{quote(self.postgres.host, safe='')}/booking"

    @property
    def _log(self) -> Path:
        return self.folder.with_name("site.log")

    @property
    def _environment(self) -> dict[str, str]:
        admin = {"DJANGO_SUPERUSER_EMAIL": "admin@example.org", "DJANGO_SUPERUSER_PASSWORD": PASSWORD}
        return {"PATH": os.environ["PATH"], "HOME": "/nonexistent", **admin}

    def _share_installed_packages(self) -> None:
        """Make finds a virtual environment that is whole: the packages are those which run this test."""
        python = self.folder / ".venv" / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n')
        python.chmod(0o755)
        (self.folder / ".venv" / ".installed").touch()

    def _tell_postgres(self, command: str) -> None:
        with psycopg.connect(host=self.postgres.host, user=ADMIN, dbname="postgres", autocommit=True) as connection:
            if command == r"\password booking":
                command = f"ALTER ROLE booking PASSWORD '{PASSWORD}'"
            connection.execute(command.encode())

    def _fill_in_settings(self) -> None:
        """Each setting stands in the file, set to nothing or after a #; those of the checklist must be named there."""
        path = self.folder / ".env"
        content = path.read_text()
        for name, value in {**self.settings, "DATABASE_URL": self.database_url}.items():
            (line,) = re.findall(rf"^#?{name}=.*$", content, re.MULTILINE)
            content = content.replace(f"{line}\n", f"{name}={value}\n")
        path.write_text(content)

    def _serve(self, words: list[str]) -> None:
        with self._log.open("wb") as output:
            served = subprocess.Popen(words, cwd=self.folder, env=self._environment, stdout=output, stderr=output)
        self.served = served
        wait_until(lambda: "Serving on" in self.output or served.poll() is not None, seconds=SECONDS)
        assert served.poll() is None, self.output
