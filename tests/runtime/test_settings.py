"""Settings: nonsense is refused by name, production is safe by default."""

import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import override_settings

from booking_site.checks import check_demo_mode, check_hosts
from booking_site.runtime.proxies import describe_trust
from tests.support.environment import BASE_DIR, hermetic_environment, setting_names
from tests.support.processes import clean_env, manage, production
from tests.support.read_settings import REAL, read_setting


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "banana"),
        ("DEMO_MODE", "2"),
        ("PORT", "abc"),
        ("PORT", "70000"),
        ("PORT", "0"),
        ("PORT", "-1"),
        ("PORT", "٣٠٠٠"),
        ("WORKERS", "1.5"),
        ("DATABASE_CONN_MAX_AGE", "None"),
        ("HSTS_SECONDS", "0"),
        ("TIME_ZONE", "Mars/Phobos"),
        ("TIME_ZONE", "../etc/passwd"),
        ("VAR_DIR", "var"),
        ("TRUSTED_PROXIES", "-1"),
        ("TRUSTED_PROXIES", "10"),
        ("TRUSTED_PROXIES", "one"),
        ("SSL_CERT_FILE", "/nowhere.pem"),
        ("SSL_CERT_FILE", "/dev/null"),
        ("LOG_FORMAT", "xml"),
    ],
)
def test_nonsense_is_refused_by_name(name: str, value: str) -> None:
    sentence = read_setting("'accepted'", clean_env(**REAL) | {name: value})

    assert sentence.startswith(f"{name}={value} is ")
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    "url",
    ["banana", "mysql://app@localhost/site", "postgres://localhost", "postgres://h:port/site", "postgis://h/site"],
)
def test_database_that_is_not_postgresql_is_refused(url: str) -> None:
    sentence = read_setting("'accepted'", clean_env(**REAL) | {"DATABASE_URL": url})

    assert sentence.startswith("DATABASE_URL is no address of a PostgreSQL database: ")
    assert url not in sentence.partition(":")[0]


@pytest.mark.parametrize("name", sorted(REAL))
def test_missing_without_debug_is_refused(name: str) -> None:
    env = clean_env(**{other: value for other, value in REAL.items() if other != name})
    done = manage("check", env=env)

    assert done.returncode == 1
    assert re.fullmatch(rf"Error: {name} is not set: .*, or set DEBUG=1 for development\.\n", done.stderr)


def test_two_databases_are_refused() -> None:
    sentence = read_setting("'accepted'", clean_env(**REAL, EMBEDDED_DATABASE="1"))

    assert sentence == "Both DATABASE_URL and EMBEDDED_DATABASE are set: keep one of them."


def test_database_url_is_read_and_bounded() -> None:
    read = "[settings.DATABASES['default'][k] for k in ('USER', 'PASSWORD', 'HOST', 'PORT', 'NAME', 'OPTIONS')]"

    assert read_setting(read, clean_env(**REAL)) == str(
        [
            "app",
            "p@ss",
            "db.example.org",
            5433,
            "site",
            {
                "sslmode": "require",
                "options": "-c lock_timeout=3000 -c idle_in_transaction_session_timeout=5000 -c jit=off",
            },
        ]
    )


def test_pgbouncer_gets_no_startup_options() -> None:
    read = "settings.DATABASES['default']['OPTIONS'], settings.DATABASES['default']['DISABLE_SERVER_SIDE_CURSORS']"

    assert read_setting(read, clean_env(**REAL, BEHIND_PGBOUNCER="1")) == "({'sslmode': 'require'}, True)"


def test_environment_wins_over_env_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=3001\nWORKERS=5\n")
    env = clean_env(**REAL, PORT="3002") | {"ENV_FILE": str(tmp_path / ".env")}

    assert read_setting("settings.PORT, settings.WORKERS", env) == "(3002, 5)"


@pytest.mark.parametrize(
    "line",
    [
        b"PASSWORD hunter2",
        b"PORT = hunter2",
        b"PORT= hunter2",
        b" PORT=hunter2",
        b'PORT="hunter2',
        b"PORT='hunter2' # x",
        b"9PORT=hunter2",
        b"PORT=\0hunter2",
    ],
)
def test_env_file_line_is_refused_by_number_alone(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / ".env"
    path.write_bytes(b"# ours\n\n  # indented\nWORKERS=5\n" + line + b"\n")

    sentence = read_setting("'accepted'", clean_env(**REAL) | {"ENV_FILE": str(path)})

    assert sentence == f"{path}: line 5 is no setting: write NAME=value, without blanks around the sign."


def test_env_file_takes_quotes_exports_and_odd_ends(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_bytes(b"export PORT='3001'\r\nPRACTICE_NAME=\"St. John's\" \nPRACTICE_PHONE=\n   \nWORKERS=5  ")
    env = clean_env(**REAL) | {"ENV_FILE": str(path)}

    read = "settings.PORT, settings.PRACTICE_NAME, settings.PRACTICE_PHONE, settings.WORKERS"
    assert read_setting(read, env) == "(3001, \"St. John's\", '', 5)"


def test_env_file_in_another_encoding_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_bytes("PRACTICE_NAME=Müller\n".encode("latin-1"))

    sentence = read_setting("'accepted'", clean_env(**REAL) | {"ENV_FILE": str(path)})

    assert sentence == f"{path} is not UTF-8: save it in that encoding."


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("postgresql://app@%2FTmp%2Fa%20b/site", "/Tmp/a b"),
        ("postgresql://app:p%40ss@%2FTmp:5433/site", "/Tmp"),
        ("postgresql:///site?host=/Tmp", "/Tmp"),
    ],
)
def test_socket_directory_in_the_url(url: str, host: str) -> None:
    read = "settings.DATABASES['default']['HOST'] or settings.DATABASES['default']['OPTIONS']['host']"

    assert read_setting(read, clean_env(**REAL) | {"DATABASE_URL": url}) == host


def test_copied_example_is_development_and_demo_on_the_embedded_database(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text((BASE_DIR / ".env.example").read_text())
    script = "from booking_site import settings as s; print(s.DEBUG, s.DEMO_MODE, s.EMBEDDED_DATABASE)"
    done = subprocess.run(
        ["sh", "scripts/with_demo.sh", sys.executable, "-c", script],
        cwd=BASE_DIR,
        env=clean_env(VAR_DIR=str(tmp_path / "var")) | {"ENV_FILE": str(tmp_path / ".env")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.stdout, done.stderr) == ("True True True\n", "")


def test_example_names_every_setting_with_its_default() -> None:
    source = (BASE_DIR / "booking_site" / "settings.py").read_text()
    everything = (
        "{k: __import__('re').sub(' at 0x[0-9a-f]+', '', str(v)) for k, v in vars(settings).items() if k.isupper()}"
    )
    env = clean_env(**REAL)

    assert setting_names() == set(re.findall(r'env\.\w+\("([A-Z_]+)"', source))
    assert read_setting(everything, env | {"ENV_FILE": str(BASE_DIR / ".env.example")}) == read_setting(everything, env)


def test_production_settings_have_no_finding(var_dir: Path) -> None:
    done = manage("check", "--deploy", "--fail-level", "INFO", env=production(VAR_DIR=str(var_dir)))

    assert (done.returncode, done.stderr) == (0, "")


def test_development_has_no_secure_cookies(var_dir: Path) -> None:
    read = "settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.SECURE_SSL_REDIRECT"

    assert read_setting(read, clean_env(DEBUG="1", VAR_DIR=str(var_dir))) == "(False, False, False)"


def test_development_key_is_kept_and_private(var_dir: Path) -> None:
    env = clean_env(DEBUG="1", VAR_DIR=str(var_dir))
    first, second = read_setting("settings.SECRET_KEY", env), read_setting("settings.SECRET_KEY", env)

    assert first == second
    assert len(first) >= 50
    assert stat.S_IMODE((var_dir / "secret-key").stat().st_mode) == 0o600


@pytest.mark.parametrize(("debug", "ids"), [(True, []), (False, ["booking_site.E001"])])
def test_demo_mode_needs_debug(debug: bool, ids: list[str]) -> None:  # noqa: FBT001  a case
    with override_settings(DEBUG=debug, DEMO_MODE=True):
        assert [message.id for message in check_demo_mode(None)] == ids


def test_every_host_is_a_finding() -> None:
    with override_settings(ALLOWED_HOSTS=["example.org", "*"]):
        assert [message.id for message in check_hosts(None)] == ["booking_site.W001"]


@pytest.mark.parametrize("sender", ["Booking <booking@localhost>", "booking@LOCALHOST"])
def test_sender_at_localhost_is_a_finding(sender: str, var_dir: Path) -> None:
    env = production(VAR_DIR=str(var_dir)) | {"DEFAULT_FROM_EMAIL": sender}
    done = manage("check", "--deploy", "--fail-level", "WARNING", env=env)

    assert done.returncode == 1
    assert re.findall(r"\((.*)\) DEFAULT_FROM_EMAIL", done.stderr) == ["booking_site.W002"]


@pytest.mark.parametrize(("mode", "ids"), [(0o600, []), (0o400, []), (0o604, ["I002"]), (0o640, ["I002"])])
def test_env_file_open_to_others_is_told_with_the_remedy(
    mode: int, ids: list[str], var_dir: Path, tmp_path: Path
) -> None:
    path = tmp_path / "our settings"
    path.touch()
    path.chmod(mode)
    env = production(VAR_DIR=str(var_dir)) | {"ENV_FILE": str(path)}
    done = manage("check", "--deploy", "--fail-level", "WARNING", env=env)

    assert done.returncode == 0  # a start that fails would not help
    assert re.findall(r"\(booking_site\.(.*)\)", done.stderr) == ids
    assert (f"chmod 600 '{path}'" in done.stderr) == bool(ids)


@pytest.mark.parametrize(("count", "header"), [("0", "None"), ("1", "('HTTP_X_FORWARDED_PROTO', 'https')")])
def test_trusted_proxy_says_whether_it_was_https(count: str, header: str) -> None:
    env = clean_env(**REAL) | {"TRUSTED_PROXIES": count}

    assert read_setting("getattr(settings, 'SECURE_PROXY_SSL_HEADER', None)", env) == header


def test_browsers_insist_on_https_for_a_year() -> None:
    assert read_setting("settings.SECURE_HSTS_SECONDS", clean_env(**REAL)) == str(365 * 24 * 3600)


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "Trusts no proxy: X-Forwarded-Proto and X-Forwarded-For count for nothing. "),
        (1, "Trusts 1 proxy in front: its X-Forwarded-Proto and X-Forwarded-For count."),
        (2, "Trusts 2 proxies in front: their X-Forwarded-Proto and X-Forwarded-For count."),
    ],
)
def test_trust_is_told(count: int, said: str) -> None:
    with override_settings(TRUSTED_PROXIES=count):
        assert describe_trust().startswith(said)


def test_suite_ignores_the_developers_settings() -> None:
    kept = hermetic_environment({"PORT": "1", "DEMO_MODE": "1", "DATABASE_URL": "postgres://h/d", "PATH": "/bin"})

    assert "PORT" not in kept
    assert "DEMO_MODE" not in kept
    assert (kept["DATABASE_URL"], kept["PATH"], kept["DEBUG"]) == ("postgres://h/d", "/bin", "1")
