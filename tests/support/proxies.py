"""nginx and Caddy: found, installed where we may (`python -m tests.support.proxies`), and run."""

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.support.environment import BASE_DIR
from tests.support.packages import install_packages
from tests.support.processes import SECONDS
from tests.support.waiting import wait_until

PACKAGES = {"nginx": "nginx", "caddy": "caddy"}
EXAMPLE = (BASE_DIR / "deploy" / "nginx.conf").read_text()

MAIN = """
daemon off;
pid {place}/nginx.pid;
error_log {place}/error.log;
events {{}}
http {{
    include {types};
    client_body_temp_path {place}/body;
    proxy_temp_path {place}/proxy;
    fastcgi_temp_path {place}/fastcgi;
    uwsgi_temp_path {place}/uwsgi;
    scgi_temp_path {place}/scgi;
    include {place}/site.conf;
}}
"""


def find_proxy(name: str) -> str | None:
    """The executable; ordinary users of Debian have no /usr/sbin on their PATH."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def missing_proxy(name: str) -> str:
    """What to do when there is none."""
    return f"{name} is missing, behind which the site is tested: install it (Debian: apt-get install {PACKAGES[name]})."


def fill_in(example: str, values: Mapping[str, str]) -> str:
    """The example with an operator's values in place of the invented ones, each of which must be there."""
    for invented, real in values.items():
        assert invented in example, f"deploy/nginx.conf no longer says {invented!r}"
        example = example.replace(invented, real)
    return example


@contextmanager
def running_nginx(place: Path, values: Mapping[str, str], port: int) -> Iterator[None]:
    """nginx with the example filled in; it listens on this port. All that it writes lies in `place`."""
    program = find_proxy("nginx")
    assert program
    place.chmod(0o755)  # as root its workers run as another user
    (place / "site.conf").write_text(fill_in(EXAMPLE, values))
    (place / "main.conf").write_text(MAIN.format(place=place, types=_types_of(program)))
    command = [program, "-p", str(place), "-c", str(place / "main.conf"), "-e", str(place / "error.log")]
    tested = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stderr
    with subprocess.Popen(command) as nginx:
        try:
            wait_until(lambda: _listens(port) or nginx.poll() is not None)
            assert nginx.poll() is None, (place / "error.log").read_text()
            yield
        finally:
            nginx.terminate()
            nginx.wait(SECONDS)


def _types_of(program: str) -> Path:
    """The table of file types that comes with this nginx."""
    told = subprocess.run([program, "-V"], capture_output=True, text=True, check=True).stderr
    found = re.search(r"--conf-path=(\S+)", told)
    assert found, told
    return Path(found[1]).with_name("mime.types")


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def main() -> int:
    """Provide both; answers 1 in CI when one is missing, and only says so elsewhere."""
    if lacking := [PACKAGES[name] for name in PACKAGES if find_proxy(name) is None]:
        install_packages(*lacking)
    missing = [missing_proxy(name) for name in PACKAGES if find_proxy(name) is None]
    print(*missing, sep="\n", end="\n" if missing else "", file=sys.stderr)
    return 1 if missing and os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())
