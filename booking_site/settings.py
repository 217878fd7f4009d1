"""Settings of the project. Each is read from the environment; `.env.example` names them all."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import django_stubs_ext
import pghistory
from django.core.exceptions import ImproperlyConfigured

from booking_site.headers import POLICY
from booking_site.runtime import environment as env
from booking_site.runtime.log_settings import logging_of

django_stubs_ext.monkeypatch()  # before any code of ours names what a class of Django is of: `ModelAdmin[User]`

BASE_DIR = Path(__file__).resolve().parent.parent
env.read_env_file(env.env_file(BASE_DIR))

DEBUG = env.flag("DEBUG", default=False)
DEMO_MODE = env.flag("DEMO_MODE", default=False)
VAR_DIR = env.directory("VAR_DIR", BASE_DIR / "var")

HOST = env.text("HOST", "127.0.0.1")
PORT = env.integer("PORT", 8000, least=1, most=65535)
WORKERS = env.integer("WORKERS", 2, least=1, most=64)

if DEBUG:
    SECRET_KEY = env.text("SECRET_KEY") or env.kept_secret(VAR_DIR / "secret-key")
    ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ("localhost", "127.0.0.1", "[::1]"))
else:
    SECRET_KEY = env.required("SECRET_KEY", "put 50 or more random characters into the environment or .env")
    env.required("ALLOWED_HOSTS", "name the site's host names, separated by commas")
    ALLOWED_HOSTS = env.words("ALLOWED_HOSTS")
    env.required("TRUSTED_PROXIES", "write how many proxies of yours stand in front, such as 1, or 0 for none")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "booking_site",
    "appointments",
    "scheduling",
    "bookings",
    "accounts",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "corsheaders",
    "rest_framework",
    "drf_spectacular",
    "knox",
    "pgtrigger",
    "pghistory",
]

MIDDLEWARE = [
    "booking_site.runtime.access_log.AccessMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "booking_site.headers.HeadersMiddleware",
    "booking_site.errors.refuse_insecure_api",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.second_factor.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "booking_site.errors.AnswerErrors",
]

ROOT_URLCONF = "booking_site.urls"
WSGI_APPLICATION = "booking_site.wsgi.application"
APPEND_SLASH = False  # a redirect loses a POST; every URL is served with and without the slash

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "bookings.web.context.actor",
            ],
        },
    },
]

# The database: a server's address, or the embedded PostgreSQL.
POSTGRES_BIN_DIR = Path(bin_dir) if (bin_dir := env.text("POSTGRES_BIN_DIR")) else None
EMBEDDED_DATABASE = env.flag("EMBEDDED_DATABASE", default=DEBUG and not env.text("DATABASE_URL"))
BEHIND_PGBOUNCER = env.flag("BEHIND_PGBOUNCER", default=False)
if EMBEDDED_DATABASE and env.text("DATABASE_URL"):
    raise ImproperlyConfigured("Both DATABASE_URL and EMBEDDED_DATABASE are set: keep one of them.")
if EMBEDDED_DATABASE:
    database: dict[str, object] = {
        "ENGINE": "booking_site.runtime.embedded.backend",
        "NAME": "booking_site",
        "USER": "app",
    }
else:
    env.required("DATABASE_URL", "write postgresql://user:password@host:5432/database")
    database = {**env.postgresql_url("DATABASE_URL"), "ENGINE": "booking_site.runtime.postgresql"}
DATABASES = {
    "default": {
        # PgBouncer in transaction mode refuses startup options: there the role carries them (ALTER ROLE ... SET).
        **(database if BEHIND_PGBOUNCER else env.with_session_timeouts(database)),
        "CONN_MAX_AGE": env.integer("DATABASE_CONN_MAX_AGE", 60, least=0, most=86400),  # seconds; a new one costs 8 ms
        "CONN_HEALTH_CHECKS": True,  # without it requests fail after a restart of the database
        "DISABLE_SERVER_SIDE_CURSORS": BEHIND_PGBOUNCER,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
ACCOUNTS_PEOPLE = "bookings.access.people.LinkedPeople"  # implements `accounts.people.People`
AUTHENTICATION_BACKENDS = ["accounts.backend.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_request_login_code"
LOGIN_REDIRECT_URL = "booking"
LOGOUT_REDIRECT_URL = "booking"

# Signing in, by allauth: its own pages are not served, only those in `accounts.urls`; its limits are ours.
REQUIRE_STAFF_MFA = env.flag("REQUIRE_STAFF_MFA", default=True)
STAFF_SESSION_HOURS = env.integer("STAFF_SESSION_HOURS", 12, least=1, most=168)
SESSION_DAYS = env.integer("SESSION_DAYS", 14, least=1, most=90)
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = STAFF_SESSION_HOURS * 3600  # until `accounts.adapters.limit_session` sets it by the user
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    name: f"accounts.forms.{form}"
    for name, form in (
        ("request_login_code", "RequestCodeForm"),
        ("confirm_login_code", "ConfirmCodeForm"),
        ("login", "PasswordForm"),
        ("reset_password", "ForgottenForm"),
        ("reset_password_from_key", "ResetPasswordForm"),
        ("change_password", "ChangePasswordForm"),
    )
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # a code confirms its address; nothing else does
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # `accounts.views.RequestCode` writes to those who get no code
ACCOUNT_RATE_LIMITS = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600  # seconds
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "dashed": True, "length": 8}
MFA_ADAPTER = "accounts.adapters.MfaAdapter"
MFA_FORMS = {
    "authenticate": "accounts.forms.SecondStepForm",
    "reauthenticate": "accounts.forms.SecondStepAgainForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # steps of 30 seconds, for clocks that are not exact
MFA_ALLOW_UNVERIFIED_EMAIL = True  # allauth's own table of addresses is not used
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG  # http://localhost

LANGUAGE_CODE = "en"
PRACTICE_NAME = env.text("PRACTICE_NAME")
PRACTICE_PHONE = env.text("PRACTICE_PHONE")
TIME_ZONE = env.time_zone("TIME_ZONE", "UTC")
USE_TZ = True

# At most so many calls per user, per token and (of strangers) per address; empty is no limit.
RATES = {
    "read": env.rate("RATE_READ", "600/minute"),
    "book": env.rate("RATE_BOOK", "120/minute"),
    "sign_in": env.rate("RATE_SIGN_IN", "10/minute"),
    "sign_in_address": env.rate("RATE_SIGN_IN_ADDRESS", "60/minute"),
    "code_mail": env.rate("RATE_CODE_MAIL", "5/hour"),
    "code_mail_address": env.rate("RATE_CODE_MAIL_ADDRESS", "30/hour"),
    "second_step_code": "1/day",  # of one user: a code works once
}
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_constraint=False, db_index=False)  # read by booking alone
OPEN_BOOKINGS_LIMIT = env.integer("OPEN_BOOKINGS_LIMIT", 10, least=1, most=10_000)  # of one patient or client, ahead
APPROVAL_HOURS = env.integer("APPROVAL_HOURS", 48, least=1, most=8760)  # then a booking that awaits approval expires

# Mail: one address says all, `accounts.mail` and whatever else sends it.
if not DEBUG:
    env.required("EMAIL_URL", "write smtp+tls://user:password@host:587, or filemail:///an/absolute/directory")
mail = env.email_url("EMAIL_URL", default=f"filemail://{VAR_DIR / 'mail'}")
EMAIL_BACKEND: str = mail["EMAIL_BACKEND"]
EMAIL_FILE_PATH: str = mail["EMAIL_FILE_PATH"]
EMAIL_HOST: str = mail["EMAIL_HOST"]
EMAIL_PORT: int = mail["EMAIL_PORT"]
EMAIL_HOST_USER: str = mail["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD: str = mail["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS: bool = mail["EMAIL_USE_TLS"]
EMAIL_USE_SSL: bool = mail["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = 3  # seconds for each answer of the mail server: somebody waits for the page
SSL_CERT_FILE = env.certificates("SSL_CERT_FILE")  # OpenSSL itself reads it from the environment, `.env` included
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Booking <booking@localhost>")

STATIC_URL = "static/"
STATIC_ROOT = env.directory("STATIC_ROOT", BASE_DIR / "static_root")
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_AUTOREFRESH = DEBUG  # with DEBUG files are served from where they lie, whatever the server
WHITENOISE_USE_FINDERS = DEBUG
if not DEBUG:
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }

# HTTPS: always, but with DEBUG.
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG
SECURE_REDIRECT_EXEMPT = [r"^api/"]  # a redirect loses a POST: `errors.refuse_insecure_api` refuses instead
SECURE_HSTS_SECONDS = 0 if DEBUG else env.integer("HSTS_SECONDS", 31_536_000, least=1, most=63_072_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.flag("HSTS_INCLUDE_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = env.flag("HSTS_PRELOAD", default=False)
# How many proxies of ours stand in front. Whoever reaches the site past them can forge what they say.
TRUSTED_PROXIES = env.integer("TRUSTED_PROXIES", 0, least=0, most=9)  # `rate_limits.client_address` counts by it, too
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
owners_decisions = {
    "security.W005": SECURE_HSTS_INCLUDE_SUBDOMAINS,  # the other hosts of the domain are not ours to decide for
    "security.W021": SECURE_HSTS_PRELOAD,  # a browser's preload list is hard to leave
}
SILENCED_SYSTEM_CHECKS = [check for check, is_on in owners_decisions.items() if not is_on]

SECURE_CSP = POLICY
# Pages of other sites that may call the API, by token: none unless named. Cookies never cross.
CORS_ALLOWED_ORIGINS = env.origins("CORS_ALLOWED_ORIGINS")
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_HEADERS = ["authorization", "content-type", "idempotency-key", "if-match", "if-none-match"]
CORS_EXPOSE_HEADERS = ["ETag", "Location", "Retry-After", "Idempotency-Replayed", "X-Request-ID"]
if CORS_ALLOWED_ORIGINS:
    MIDDLEWARE.insert(1, "corsheaders.middleware.CorsMiddleware")

KNOX_TOKEN_MODEL = "accounts.Token"  # noqa: S105  a model
TOKEN_DAYS = env.integer("TOKEN_DAYS", 365, least=1, most=3650)  # unless the token says otherwise
REST_KNOX = {"TOKEN_TTL": timedelta(days=TOKEN_DAYS), "TOKEN_PREFIX": "bks_"}  # the prefix is for secret scanners
MIGRATION_MODULES = {"knox": None}  # its own token table is swapped out; its migrations would create it

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "bookings.api.authentication.TokenAuthentication",
        "bookings.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_PARSER_CLASSES": ["bookings.api.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "bookings.api.negotiation.AlwaysJSON",
    "EXCEPTION_HANDLER": "bookings.api.problems.exception_handler",
    "DEFAULT_METADATA_CLASS": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "DEFAULT_SCHEMA_CLASS": "bookings.api.openapi.generator.Operations",
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Booking",
    "DESCRIPTION": "Book sessions and appointments: no double booking, retries that book once.",
    "VERSION": "1",
    "LICENSE": {"name": "MIT", "identifier": "MIT"},
    "SERVERS": [{"url": "/", "description": "The site that this document was read from."}],
    "OAS_VERSION": "3.1.0",
    "DEFAULT_GENERATOR_CLASS": "bookings.api.openapi.generator.Generator",
    "POSTPROCESSING_HOOKS": [],
    "COMPONENT_SPLIT_PATCH": False,
    "SORT_OPERATION_PARAMETERS": False,
    "DISABLE_DOCSTRING_DESCRIPTIONS": True,
    "PATH_CONVERTER_OVERRIDES": {"number": {"type": "integer", "minimum": 1, "maximum": 10**18 - 1}},
}

LOGGING = logging_of(env.choice("LOG_FORMAT", "text", "json"))
