"""Plain HTTP calls to the served site, as the proxy in front of it passes them on."""

import http.client
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.cookies import SimpleCookie
from itertools import count
from urllib.parse import urlencode

PATIENCE_SECONDS = 40.0
ADDRESSES = count(1)


@dataclass(frozen=True)
class Answer:
    """An HTTP answer; status 0 stands for no answer at all."""

    status: int
    text: str
    headers: Message
    seconds: float


def _next_address() -> str:
    number = next(ADDRESSES)
    return f"198.18.{number // 250}.{number % 250 + 1}"


@dataclass
class Browser:
    """A client at an address of its own, with cookies or with a token."""

    port: int
    token: str = ""
    address: str = field(default_factory=_next_address)
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Answer:
        """Get a page without following redirects."""
        return self._call("GET", path, None, {})

    def post_form(self, path: str, values: Mapping[str, str]) -> Answer:
        """Send a form, with the CSRF token of the page before."""
        given = {**values, "csrfmiddlewaretoken": self.cookies.get("csrftoken", "")}
        return self._call("POST", path, urlencode(given), {"Content-Type": "application/x-www-form-urlencoded"})

    def post_json(self, path: str, body: object, key: str) -> Answer:
        """Send a document with an idempotency key."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        return self._call("POST", path, json.dumps(body), headers)

    def _call(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        began = time.monotonic()
        try:
            connection.request(method, path, body, {**self._headers(), **headers})
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
            for given in response.headers.get_all("Set-Cookie", []):
                self.cookies.update((name, morsel.value) for name, morsel in SimpleCookie(given).items())
            return Answer(response.status, text, response.headers, time.monotonic() - began)
        except (OSError, http.client.HTTPException) as error:
            return Answer(0, type(error).__name__, Message(), time.monotonic() - began)
        finally:
            connection.close()

    def _headers(self) -> dict[str, str]:
        headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": self.address}
        headers["Referer"] = f"https://127.0.0.1:{self.port}/"
        if self.token:
            headers["Authorization"] = f"Token {self.token}"
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return headers
