"""README's checklist, done as it says, ends in a site behind nginx where people sign in and book over HTTPS."""

import gzip
import re
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pytest

from booking_site.demo import EXAMPLES
from booking_site.runtime.embedded.server import Server
from tests.support.certificates import Certificates
from tests.support.environment import BASE_DIR
from tests.support.guest import CODE
from tests.support.https_browser import Browser, Page
from tests.support.operator import CHECKLIST, LINES, Operator
from tests.support.processes import free_port, status_of
from tests.support.proxies import find_proxy, running_nginx
from tests.support.smtp import Mailbox, mail_server

pytestmark = [pytest.mark.proxy("nginx"), pytest.mark.timeout(600)]

CODES_AN_HOUR = 30  # RATE_CODE_MAIL_ADDRESS


@dataclass
class Site:
    """The site as its operator and its visitors have it."""

    operator: Operator
    mailbox: Mailbox
    certificates: Certificates
    https_port: int
    http_port: int

    def visitor(self, address: str = "127.0.0.1") -> Browser:
        return Browser(self.https_port, self.certificates.of_a_client(), address)


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A directory that every account can enter."""
    path = Path(tempfile.mkdtemp(prefix="bs-", dir="/tmp")).resolve()
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def certificates(place: Path) -> Certificates:
    return Certificates.made_in(place)


@pytest.fixture(scope="module")
def site(place: Path, certificates: Certificates) -> Iterator[Site]:
    """Everything of the checklist, in its order; mail goes to a server with an authority of its own."""
    with ExitStack() as stack:
        mailbox = stack.enter_context(mail_server(certificates.of_a_server()))
        postgres = Server(place / "postgres")
        stack.callback(lambda: shutil.rmtree(postgres.layout.home, ignore_errors=True))
        stack.enter_context(postgres.held())
        postgres.ensure_running()
        port, https_port, http_port = free_port(), free_port(), free_port()
        operator = Operator(place / "booking-site", postgres, settings_of_a_real_site(mailbox, certificates, port))
        stack.callback(operator.stop)
        operator.set_up()
        operator.manage("seed")
        values = nginx_values(place, certificates, site_port=port, https_port=https_port, http_port=http_port)
        (place / "nginx").mkdir()
        stack.enter_context(running_nginx(place / "nginx", values, https_port))
        yield Site(operator, mailbox, certificates, https_port, http_port)


def settings_of_a_real_site(mailbox: Mailbox, certificates: Certificates, port: int) -> dict[str, str]:
    """Those that README names, DATABASE_URL aside, and the port, which is another for each test."""
    return {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "127.0.0.1",
        "EMAIL_URL": f"smtp+tls://127.0.0.1:{mailbox.port}",
        "DEFAULT_FROM_EMAIL": "Booking <booking@example.org>",
        "TRUSTED_PROXIES": "1",
        "SSL_CERT_FILE": str(certificates.authority),
        "PORT": str(port),
    }


def nginx_values(
    place: Path, certificates: Certificates, *, site_port: int, https_port: int, http_port: int
) -> dict[str, str]:
    """What an operator replaces in the example, and what nobody but a test does: ports and the log's path."""
    return {
        "/etc/letsencrypt/live/booking.example.org/fullchain.pem": str(certificates.certificate),
        "/etc/letsencrypt/live/booking.example.org/privkey.pem": str(certificates.key),
        "server_name booking.example.org;": "server_name 127.0.0.1;",
        "/srv/booking-site/": f"{place}/booking-site/",
        "/var/log/nginx/booking-site.log": f"{place}/nginx/access.log",
        "127.0.0.1:8000;": f"127.0.0.1:{site_port};",
        "listen 80;": f"listen 127.0.0.1:{http_port};",
        "listen [::]:80;": "",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{https_port} ssl http2;",
        "listen [::]:443 ssl http2;": "",
    }


def ask_for_code(visitor: Browser, email: str, headers: dict[str, str] | None = None) -> Page:
    visitor.get("/sign-in")
    return visitor.post("/sign-in", {"email": email}, headers)


def expect_code(mailbox: Mailbox, email: str) -> str:
    """The code in the newest mail to an address."""
    texts = [str(mail.get_payload()) for mail in mailbox.mails if mail["To"] == email]
    assert texts, f"no mail for {email}"
    found = CODE.search(texts[-1])
    assert found, texts[-1]
    return found[0]


def input_value(page: Page, name: str) -> str:
    """The value of the first input of this name that has one: of a list of radio buttons the first."""
    value = re.search(rf'<input[^>]*name="{name}"\s+value="([^"]+)"', page.text)
    assert value, page.text
    return unescape(value[1])


def test_checklist_is_carried_out_as_it_stands(site: Site) -> None:
    assert site.operator.done == LINES
    assert [name for name in {*site.operator.settings, "DATABASE_URL"} - {"PORT"} if f"`{name}" not in CHECKLIST] == []
    assert "Trusts 1 proxy in front: its X-Forwarded-Proto and X-Forwarded-For count.\n" in site.operator.output
    assert "booking_site.I002" not in site.operator.output  # `.env` is its owner's alone
    assert [mail["From"] for mail in site.mailbox.mails if mail["To"] == "you@example.org"] == [
        "Booking <booking@example.org>"
    ]


def test_plain_http_is_sent_to_https_once_and_refused_to_the_api(site: Site) -> None:
    plain = f"http://127.0.0.1:{site.http_port}"

    assert status_of(f"{plain}/booking") == 301
    assert status_of(f"{plain}/api/v1/doctors") == 403
    assert site.visitor().get("/booking").status == 200
    assert site.visitor().get("/api/v1/doctors").status == 200


def test_client_cannot_claim_https(site: Site) -> None:
    plain = f"http://127.0.0.1:{site.http_port}"

    assert status_of(f"{plain}/booking", X_Forwarded_Proto="https") == 301
    assert status_of(f"{plain}/api/v1/doctors", X_Forwarded_Proto="https") == 403


def test_stranger_signs_in_by_mailed_code_and_books_on_the_page(site: Site) -> None:
    visitor = site.visitor("127.0.0.60")
    asked = ask_for_code(visitor, "ann@example.org")
    entered = visitor.post("/sign-in/code", {"code": expect_code(site.mailbox, "ann@example.org")})
    form = visitor.get("/booking?kind=appointment")
    chosen = {name: input_value(form, name) for name in ("uid", "slot")}
    booked = visitor.post("/booking", {"kind": "appointment", "name": "Ann", **chosen})
    kept = visitor.cookies

    assert (asked.status, asked.headers["Location"]) == (302, "/sign-in/code")
    assert (entered.status, entered.headers["Location"]) == (302, "/booking")
    assert booked.status == 303, booked.text
    assert "Booked: " in visitor.get(booked.headers["Location"]).text
    assert {name: bool(cookie["secure"]) for name, cookie in kept.items()} == dict.fromkeys(kept, True)
    assert kept.keys() >= {"csrftoken", "sessionid"}
    assert kept["sessionid"]["httponly"]


def test_form_of_another_site_is_refused(site: Site) -> None:
    visitor = site.visitor()
    visitor.get("/sign-in")

    answer = visitor.post("/sign-in", {"email": "ann@example.org"}, {"Origin": "https://elsewhere.example.org"})

    assert answer.status == 403


def test_token_books_over_the_api(site: Site) -> None:
    key = site.operator.manage("token", "create", "--user", "admin@example.org", "--name", "Desk").strip()
    program = site.visitor()
    authorization = {"Authorization": f"Token {key}", "Content-Type": "application/json"}

    found = [program.call("POST", "/api/v1/sessions", authorization, EXAMPLES["sessions"]).status for _call in range(2)]

    assert found == [201, 409]


def test_strangers_do_not_share_a_limit(site: Site) -> None:
    """More of them than one address may ask for codes, each from its own."""
    emails = {f"127.0.0.{number}": f"stranger{number}@example.org" for number in range(2, 35)}

    answers = [ask_for_code(site.visitor(address), email).status for address, email in emails.items()]

    assert len(emails) == 33
    assert answers == [302] * len(emails)
    assert len({expect_code(site.mailbox, email) for email in emails.values()}) == len(emails)


def test_forged_address_does_not_help_around_the_limit(site: Site) -> None:
    """In twice as many tries one hour or the next is used up."""
    statuses: list[int] = []
    while 429 not in statuses and len(statuses) <= 2 * CODES_AN_HOUR:
        number = len(statuses)
        forged = {"X-Forwarded-For": f"192.0.2.{number}", "X_Forwarded_For": f"198.51.100.{number}"}
        statuses.append(ask_for_code(site.visitor("127.0.0.70"), f"forger{number}@example.org", forged).status)

    assert statuses[:CODES_AN_HOUR] == [302] * CODES_AN_HOUR
    assert statuses[-1] == 429


def test_static_files_come_compressed_and_are_kept(site: Site) -> None:
    visitor = site.visitor()
    found = re.search(r'href="(/static/site\.[0-9a-f]{12}\.css)"', visitor.get("/booking").text)
    assert found

    plain, packed = visitor.get(found[1]), visitor.get(found[1], {"Accept-Encoding": "gzip"})
    without_digest = visitor.get("/static/site.css")

    assert (plain.status, plain.headers["Content-Type"]) == (200, "text/css")
    assert plain.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert gzip.decompress(packed.body) == plain.body
    assert (without_digest.status, without_digest.headers["Cache-Control"]) == (200, "public, max-age=60")


def test_access_log_has_neither_query_nor_address(site: Site, place: Path) -> None:
    site.visitor("127.0.0.80").get("/booking?kind=session&note=secret")

    log = (place / "nginx" / "access.log").read_text()
    assert " GET /booking 200 " in log
    assert [word for word in ("secret", "127.0.0") if word in log] == []


def test_private_authority_must_be_named(site: Site) -> None:
    done = site.operator.try_to_run(
        [".venv/bin/python", "manage.py", "sendtestemail", "nobody@example.org"], SSL_CERT_FILE=""
    )

    assert done.returncode == 1
    assert "CERTIFICATE_VERIFY_FAILED" in done.stderr
    assert [mail for mail in site.mailbox.mails if mail["To"] == "nobody@example.org"] == []


def test_answer_of_the_site_itself_goes_through(site: Site) -> None:
    """While the database is away the API says so in a problem document, not nginx in its page."""
    site.operator.postgres.stop()
    try:
        answer = site.visitor().get("/api/v1/doctors")
    finally:
        site.operator.postgres.ensure_running()

    assert (answer.status, answer.headers["Content-Type"]) == (503, "application/problem+json")
    assert answer.headers["Retry-After"]


@pytest.mark.parametrize("send", [lambda v: v.get("/booking"), lambda v: v.post_json("/api/v1/sessions", {}, {})])
def test_site_that_is_away_is_told(
    place: Path, certificates: Certificates, tmp_path: Path, send: Callable[[Browser], Page]
) -> None:
    https_port = free_port()
    values = nginx_values(place, certificates, site_port=free_port(), https_port=https_port, http_port=free_port())
    checkout = place / f"checkout-{https_port}"  # without spaces, which nginx would want escaped
    checkout.symlink_to(BASE_DIR)
    values["/srv/booking-site/"] = f"{checkout}/"
    values["/var/log/nginx/booking-site.log"] = f"{tmp_path}/access.log"
    with running_nginx(tmp_path, values, https_port):
        answer = send(Browser(https_port, certificates.of_a_client()))

    assert (answer.status, answer.headers["Retry-After"]) == (503, "30")
    assert "Nothing was booked twice" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.proxy("caddy")
def test_caddyfile_is_valid(tmp_path: Path) -> None:
    program = find_proxy("caddy")
    assert program
    command = [program, "validate", "--adapter", "caddyfile", "--config", str(BASE_DIR / "deploy" / "Caddyfile")]
    homes = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}

    done = subprocess.run(command, env=homes, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
