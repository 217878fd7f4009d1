"""The headers of every kind of answer."""

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import Settings

PATHS = ["/booking", "/sign-in", "/nothing", "/api/v1/doctors", "/api/v1/sessions", "/api/v1/nothing", "/admin/"]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", PATHS)
def test_answer_allows_nothing_unsafe(client: Client, path: str) -> None:
    policy = client.get(path).headers["Content-Security-Policy"]

    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src 'self';" in policy
    assert "default-src 'none'" in policy


@pytest.mark.parametrize("path", PATHS)
def test_answer_is_kept_by_nobody(client: Client, path: str) -> None:
    assert "no-store" in client.get(path).headers["Cache-Control"]


@pytest.mark.parametrize("path", PATHS)
def test_answer_is_not_sniffed_framed_or_referred(client: Client, path: str) -> None:
    headers = client.get(path).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]


def test_cookies_are_for_http_only_and_this_site(client: Client) -> None:
    cookies = client.get("/sign-in").cookies

    assert cookies["csrftoken"]["samesite"] == "Lax"
    assert (settings.SESSION_COOKIE_HTTPONLY, settings.SESSION_COOKIE_SAMESITE) == (True, "Lax")


def test_other_origins_may_not_read_the_api(client: Client) -> None:
    answer = client.get("/api/v1/doctors", headers={"Origin": "https://elsewhere.example"})

    assert "Access-Control-Allow-Origin" not in answer.headers


def test_configured_origin_may_read_the_api_without_cookies(client: Client, settings: Settings) -> None:
    settings.MIDDLEWARE = ["corsheaders.middleware.CorsMiddleware", *settings.MIDDLEWARE]
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example"]

    allowed = client.get("/api/v1/doctors", headers={"Origin": "https://app.example"})
    refused = client.get("/api/v1/doctors", headers={"Origin": "https://elsewhere.example"})
    page = client.get("/booking", headers={"Origin": "https://app.example"})

    assert allowed.headers["Access-Control-Allow-Origin"] == "https://app.example"
    assert "Access-Control-Allow-Credentials" not in allowed.headers
    assert "Access-Control-Allow-Origin" not in refused.headers
    assert "Access-Control-Allow-Origin" not in page.headers


def test_api_over_plain_http_is_refused_not_redirected(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    path = "/api/v1/sessions"

    refused = client.post(path, {}, "application/json")

    assert (refused.status_code, "Location" in refused.headers) == (403, False)
    assert client.post(path, {}, "application/json", secure=True).status_code != 403


def test_api_over_plain_http_says_what_to_do(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True

    answer = client.get("/api/v1/doctors")

    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (answer.json()["code"], answer.json()["detail"]) == ("forbidden", "Use https.")
    assert "no-store" in answer.headers["Cache-Control"]
    assert client.get("/booking").status_code == 301
