"""The directories of the embedded server, derived from the var directory alone, except for root (see `Layout.of`)."""

import hashlib
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from booking_site.runtime.embedded.account import Account, server_account
from booking_site.runtime.embedded.errors import EmbeddedServerError

POINTER = "postgres-home"  # a file in var/ with the path of root's data, when they cannot be in var/ itself
ELSEWHERE = Path("/var/lib")
RUNTIME = Path("/tmp")  # noqa: S108  not TMPDIR: two shells must agree; ownership and mode are checked
SOCKET_FILE = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 99  # bytes; sun_path holds 103 on macOS, 107 on Linux
PLAIN_PATH = re.compile(r"[A-Za-z0-9._/+-]+")  # no space, quote, comma: safe in pg_ctl -o and in a libpq host list


@dataclass(frozen=True)
class Layout:
    """The directories of one embedded server."""

    account: Account
    home: Path
    sockets: Path

    @classmethod
    def of(cls, var_dir: Path) -> "Layout":
        """The layout for a var directory. For root this makes the directory, to see which account can enter it.

        Where root lends the server an account that cannot enter var/ (a checkout below a 0700 home), the data lie in
        `/var/lib/booking-site-<hash>` and `var/postgres-home` says so; `make clean` removes both.
        """
        account = server_account(_home(var_dir))
        if account.is_lent:
            var_dir.mkdir(parents=True, exist_ok=True)
            if not (var_dir / POINTER).exists() and not account.can_enter(var_dir):
                (var_dir / POINTER).write_text(f"{ELSEWHERE / _short_name(var_dir)}\n")
        home = _home(var_dir)
        return cls(account, home, _sockets(home, account))

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    @property
    def prepared(self) -> Path:
        """A marker file: role, extensions and database exist."""
        return self.home / "prepared"

    def make_directories(self) -> None:
        """Make the home and socket directories, 0700 and owned by the account. Refuses a directory of somebody else.

        With `trust` anybody who reaches the socket gets in, so the directory's mode is what protects the database.
        """
        for directory in (self.home, self.sockets):
            try:
                directory.mkdir(mode=0o700, parents=directory == self.home)
                os.chown(directory, self.account.uid, self.account.gid)
            except FileExistsError:
                pass
            except OSError as error:
                raise EmbeddedServerError(
                    f"Cannot make {directory} ({error.strerror}): give it to the user who runs this, or set VAR_DIR."
                ) from error
            status = directory.lstat()
            if not stat.S_ISDIR(status.st_mode) or status.st_uid != self.account.uid or status.st_mode & 0o077:
                raise EmbeddedServerError(
                    f"{directory} is not a private directory of the user who runs the database: "
                    "run `make clean` as the user who made it, or set VAR_DIR to another place."
                )


def _home(var_dir: Path) -> Path:
    pointer = var_dir / POINTER
    if os.geteuid() == 0 and pointer.exists():
        return Path(pointer.read_text().strip())
    return var_dir / "postgres"


def _sockets(home: Path, account: Account) -> Path:
    """The socket directory beside the data, or a short one elsewhere when that path is too long or not plain."""
    sockets = home / "run"
    if len(os.fsencode(sockets / SOCKET_FILE)) <= LONGEST_SOCKET_PATH and PLAIN_PATH.fullmatch(str(sockets)):
        return sockets
    return RUNTIME / f"{_short_name(home)}-{account.uid}"


def _short_name(path: Path) -> str:
    return f"booking-site-{hashlib.sha256(os.fsencode(path)).hexdigest()[:12]}"
