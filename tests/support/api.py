"""A small client for the API's tests: JSON in, status and JSON out, signed in by token."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.utils import timezone

from accounts.models import Token, User
from tests.support.kinds import Kind

TIMES: dict[str, dict[str, Any]] = {
    "sessions": {"start": "2030-01-07T10:00:00Z", "duration": 60},
    "appointments": {"start_at": "2030-01-07T10:00:00Z", "end_at": "2030-01-07T11:00:00Z"},
}
LATER: dict[str, dict[str, Any]] = {
    "sessions": {"start": "2030-01-07T10:30:00Z", "duration": 60},
    "appointments": {"start_at": "2030-01-07T10:30:00Z", "end_at": "2030-01-07T11:30:00Z"},
}


@dataclass
class Answer:
    """What came back."""

    status: int
    body: Any
    headers: dict[str, str]


@dataclass
class Api:
    """Calls `/api/v1` as one user, or as nobody."""

    user: User | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.client = Client(raise_request_exception=False)
        if self.user:
            _token, key = Token.objects.create(self.user, name="test", last_used_at=timezone.now())
            self.headers = {**self.headers, "Authorization": f"Token {key}"}

    def call(self, method: str, path: str, body: Any = None, *, raw: bytes | None = None, **headers: str) -> Answer:
        """Send `body` as JSON, or `raw` as it is; `headers` with underscores for dashes."""
        data = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        content_type = given.pop("Content-Type", "application/json")
        response = self.client.generic(
            method,
            path if path.startswith("/") else f"/api/v1/{path}",
            data,
            content_type,
            headers={**self.headers, **given},
        )
        body = json.loads(response.content) if response.content else None
        return Answer(response.status_code, body, dict(response.headers))

    def get(self, path: str, **headers: Any) -> Answer:
        """GET."""
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: Any) -> Answer:
        """POST."""
        return self.call("POST", path, body, **headers)


def payload(kind: Kind, provider: Any, attendee: Any, **changes: Any) -> dict[str, Any]:
    """A booking request in its envelope: an hour in January 2030, with `changes`; None leaves a field out."""
    names = kind.model.request_names
    fields = {names["provider"]: provider.key, names["attendee"]: attendee.key, **TIMES[kind.plural], **changes}
    return {kind.envelope: {name: value for name, value in fields.items() if value is not None}}
