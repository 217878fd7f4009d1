"""The account of the server. PostgreSQL refuses to run as root, so root runs it as another account."""

import os
import pwd
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from booking_site.runtime.embedded.errors import EmbeddedServerError

LENT_ACCOUNTS = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """A user and group of the system; `is_lent` when it is not our own."""

    uid: int
    gid: int
    is_lent: bool

    def run(
        self,
        args: list[str],
        *,
        output: IO[bytes] | int = subprocess.DEVNULL,
        env: Mapping[str, str] | None = None,
    ) -> int:
        """Run a program as this account, and return its exit code.

        Raises PermissionError when the account cannot read the program. The output never goes to a pipe: a server
        that the program leaves behind would keep it open.
        """
        return subprocess.run(
            args,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC", **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            umask=0o077,
            check=False,
            user=self.uid if self.is_lent else None,
            group=self.gid if self.is_lent else None,
            extra_groups=[] if self.is_lent else None,
        ).returncode

    def can_enter(self, directory: Path) -> bool:
        """Whether the account may traverse every part of the path."""
        return not self.is_lent or self.run(["test", "-x", str(directory)]) == 0


def server_account(existing_data: Path) -> Account:
    """Our own account; for root the owner of existing data, else `postgres` or `nobody`."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), is_lent=False)
    if existing_data.exists() and (stat := existing_data.stat()).st_uid != 0:
        return Account(stat.st_uid, stat.st_gid, is_lent=True)
    for name in LENT_ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, is_lent=True)
    raise EmbeddedServerError(
        "PostgreSQL does not run as root and this system has neither a user `postgres` nor `nobody`: "
        "run as another user, or set DATABASE_URL."
    )
