"""Readers of settings: the environment, then `.env`. A wrong value is refused with the setting's name and a remedy."""

import io
import os
import re
import secrets
import ssl
from contextlib import suppress
from pathlib import Path
from typing import Any, TypedDict
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import environ
from django.core.exceptions import ImproperlyConfigured

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off"})
POSTGRESQL_SCHEMES = frozenset({"postgres", "postgresql"})
# In milliseconds; every statement is short, and compiling one costs more than it saves.
SESSION_SETTINGS = "-c lock_timeout=3000 -c idle_in_transaction_session_timeout=5000 -c jit=off"

INHERITED = dict(os.environ)  # before `.env` is read: for child processes, which read the file themselves

ENV_LINE = re.compile(
    r"""(?:export\ )?[A-Za-z_][A-Za-z0-9_]*=  # no blanks around the sign: scripts/with_demo.sh reads the file, too
    (?:'[^\x00]*'|"[^\x00]*"|(?![\s'"])[^\x00]*|)""",
    re.VERBOSE,
)


def env_file(base_dir: Path) -> Path:
    """The file that ENV_FILE names, or `.env` in the project's folder. It need not exist."""
    return Path(os.environ.get("ENV_FILE", base_dir / ".env"))


def read_env_file(path: Path, *, is_strict: bool = True) -> None:
    """Add the settings of a `.env` file, if there is one. Variables that the environment has already stay.

    Raises ImproperlyConfigured for a malformed line; the message has only its number, because the line may hold a
    password. Unless `is_strict`, malformed lines are ignored.
    """
    if not path.is_file():
        return
    try:
        content = path.read_text("utf-8", errors="strict" if is_strict else "replace")
    except UnicodeDecodeError as error:
        raise ImproperlyConfigured(f"{path} is not UTF-8: save it in that encoding.") from error
    except OSError as error:
        raise ImproperlyConfigured(f"Cannot read {path} ({error.strerror}): give yourself the right to.") from error
    usable = []
    for number, line in enumerate(map(str.rstrip, content.splitlines()), start=1):
        if ENV_LINE.fullmatch(line):
            usable.append(line)
        elif is_strict and line and not line.lstrip().startswith("#"):
            raise ImproperlyConfigured(
                f"{path}: line {number} is no setting: write NAME=value, without blanks around the sign."
            )
    environ.Env.read_env(io.StringIO("\n".join(usable)))


def text(name: str, default: str = "") -> str:
    """The setting without surrounding space; an empty one counts as unset."""
    return os.environ.get(name, "").strip() or default


def required(name: str, remedy: str) -> str:
    if not (value := text(name)):
        raise ImproperlyConfigured(f"{name} is not set: {remedy}, or set DEBUG=1 for development.")
    return value


def flag(name: str, *, default: bool) -> bool:
    value = text(name, "1" if default else "0").lower()
    if value not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name}={value} is neither on nor off: write 1 or 0.")
    return value in TRUE


def integer(name: str, default: int, *, least: int, most: int) -> int:
    value = text(name, str(default))
    if not (value.isascii() and value.isdecimal() and len(value) <= 18 and least <= int(value) <= most):
        raise ImproperlyConfigured(f"{name}={value} is not usable: write a whole number from {least} to {most}.")
    return int(value)


def choice(name: str, default: str, *others: str) -> str:
    """A setting that must be one of these words."""
    value = text(name, default)
    if value not in (default, *others):
        raise ImproperlyConfigured(f"{name}={value} is not usable: write {' or '.join((default, *others))}.")
    return value


def words(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """A setting that is a comma-separated list."""
    return [word.strip() for word in text(name).split(",") if word.strip()] or list(default)


def origins(name: str) -> list[str]:
    """Comma-separated origins of web pages: scheme, host and port, nothing else."""
    found = words(name)
    for origin in found:
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or not parts.netloc or origin != f"{parts.scheme}://{parts.netloc}":
            raise ImproperlyConfigured(f"{name}={origin} is no origin: write for example https://app.example.com.")
    return found


def directory(name: str, default: Path) -> Path:
    """An absolute path. A relative one is refused: it would mean another place for each working directory."""
    path = Path(text(name, str(default)))
    if not path.is_absolute():
        raise ImproperlyConfigured(f"{name}={path} is relative: write a path that begins with a slash.")
    return path


def certificates(name: str) -> str:
    """A file of certificates. An unusable one is refused here, because OpenSSL would ignore it silently."""
    if value := text(name):
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(value)
        except OSError as error:
            raise ImproperlyConfigured(f"{name}={value} is no file of PEM certificates that can be read.") from error
    return value


def time_zone(name: str, default: str) -> str:
    value = text(name, default)
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ImproperlyConfigured(f"{name}={value} is no IANA time zone: write one such as Asia/Jakarta.") from error
    return value


def postgresql_url(name: str) -> dict[str, object]:
    """Django's database settings from a URL. Messages never repeat the URL: it may hold a password."""
    url = text(name)
    remedy = "write postgresql://user:password@host:5432/database, with special characters percent-encoded"
    try:
        parts = urlsplit(url)
        is_usable = parts.scheme in POSTGRESQL_SCHEMES and len(parts.path) > 1 and parts.port != 0
    except ValueError:
        is_usable = False
    if not is_usable:
        raise ImproperlyConfigured(f"{name} is no address of a PostgreSQL database: {remedy}.")
    database = dict(environ.Env.db_url_config(url))
    host = re.sub(r":[0-9]*$", "", parts.netloc.rpartition("@")[2])
    if "%" in host:  # libpq's way to write a socket's directory, whose letters have cases
        database["HOST"] = unquote(host)
    return database


def with_session_timeouts(database: dict[str, Any]) -> dict[str, Any]:
    """The same settings, with time-outs of a few seconds for locks and for idle transactions."""
    options = dict(database.get("OPTIONS", {}))
    options["options"] = f"{options.get('options', '')} {SESSION_SETTINGS}".strip()
    return {**database, "OPTIONS": options}


def kept_secret(path: Path) -> str:
    """A secret that is made at first use and kept in a file that only its owner may read.

    For development only. A fixed key would be public, and a fresh one would end all sessions at each restart.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            draft = path.with_name(f"{path.name}-{secrets.token_hex(8)}")
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_urlsafe(50))
            with suppress(FileExistsError):
                os.link(draft, path)  # atomic: of two processes the first one wins
            draft.unlink()
        return path.read_text()
    except OSError as error:
        raise ImproperlyConfigured(
            f"Cannot keep a key in {path} ({error.strerror}): set SECRET_KEY, or VAR_DIR to a directory of yours."
        ) from error


def rate(name: str, default: str) -> str:
    """So many calls in a span of time, such as `60/minute`; `off` is no limit and returned as an empty text."""
    value = text(name, default).lower()
    if value == "off":
        return ""
    if not re.fullmatch(r"[1-9][0-9]{0,6}/(second|minute|hour|day)", value):
        raise ImproperlyConfigured(
            f"{name}={value} is no rate: write for example 60/minute (second, hour, day), or off."
        )
    return value


class MailSettings(TypedDict):
    """Django's settings of these names."""

    EMAIL_BACKEND: str
    EMAIL_FILE_PATH: str
    EMAIL_HOST: str
    EMAIL_PORT: int
    EMAIL_HOST_USER: str
    EMAIL_HOST_PASSWORD: str
    EMAIL_USE_TLS: bool
    EMAIL_USE_SSL: bool


def email_url(name: str, default: str) -> MailSettings:
    """Django's mail settings from a URL. Messages never repeat the URL: it may hold a password."""
    remedy = "write smtp+tls://user:password@host:587, filemail:///an/absolute/directory or consolemail://"
    config = _mail_config(text(name, default))
    if config is None:
        raise ImproperlyConfigured(
            f"{name} is no address of a mail server: {remedy}, special characters percent-encoded."
        )
    is_tls = bool(config.get("EMAIL_USE_TLS"))
    is_ssl = bool(config.get("EMAIL_USE_SSL"))
    encrypted_port = 587 if is_tls else 465
    port = encrypted_port if is_tls or is_ssl else 25
    return {
        "EMAIL_BACKEND": config["EMAIL_BACKEND"],
        "EMAIL_FILE_PATH": f"/{config['EMAIL_FILE_PATH']}",
        "EMAIL_HOST": config["EMAIL_HOST"] or "",
        "EMAIL_PORT": config["EMAIL_PORT"] or port,
        "EMAIL_HOST_USER": config["EMAIL_HOST_USER"] or "",
        "EMAIL_HOST_PASSWORD": config["EMAIL_HOST_PASSWORD"] or "",
        "EMAIL_USE_TLS": is_tls,
        "EMAIL_USE_SSL": is_ssl,
    }


def _mail_config(url: str) -> dict[str, Any] | None:
    """What django-environ reads from the URL; None unless all of it can be used."""
    try:
        parts = urlsplit(url)
        port = parts.port
        config = dict(environ.Env.email_url_config(url))
    except (ValueError, ImproperlyConfigured):
        return None
    needs_host = parts.scheme.startswith("smtp")
    lacks_directory = parts.scheme == "filemail" and len(parts.path) <= 1
    if bool(parts.hostname) != needs_host or port == 0 or config.get("OPTIONS") or lacks_directory:
        return None
    return config
