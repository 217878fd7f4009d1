"""A browser without a screen: HTTPS from an address of its own, cookies kept, forms sent as a browser sends them."""

import http.client
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.cookies import Morsel, SimpleCookie
from typing import Any
from urllib.parse import urlencode

SECONDS = 60


@dataclass(frozen=True)
class Page:
    """An answer."""

    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Browser:
    """One visitor of https://127.0.0.1:<port>."""

    port: int
    trust: ssl.SSLContext
    address: str = "127.0.0.1"
    """From where it calls; on Linux all of 127.0.0.0/8 is this machine."""
    cookies: dict[str, "Morsel[str]"] = field(default_factory=dict)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Page:
        return self.call("GET", path, headers or {})

    def post(self, path: str, values: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Page:
        """Send a form with the token that a page before has brought."""
        token = self.cookies["csrftoken"].value
        given = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"https://127.0.0.1:{self.port}"}
        return self.call(
            "POST", path, {**given, **(headers or {})}, urlencode({"csrfmiddlewaretoken": token, **values})
        )

    def post_json(self, path: str, body: Any, headers: Mapping[str, str]) -> Page:
        return self.call("POST", path, {"Content-Type": "application/json", **headers}, json.dumps(body))

    def call(self, method: str, path: str, headers: Mapping[str, str], body: str | None = None) -> Page:
        """One request over a connection of its own; redirects are not followed."""
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=SECONDS, context=self.trust, source_address=(self.address, 0)
        )
        kept = "; ".join(f"{name}={cookie.value}" for name, cookie in self.cookies.items())
        try:
            connection.request(method, path, body, {**headers, **({"Cookie": kept} if kept else {})})
            answer = connection.getresponse()
            page = Page(answer.status, answer.headers, answer.read())
        finally:
            connection.close()
        for line in page.headers.get_all("Set-Cookie", []):
            cookies = {**self.cookies, **SimpleCookie(line)}
            self.cookies = {name: cookie for name, cookie in cookies.items() if cookie["max-age"] != "0"}
        return page
