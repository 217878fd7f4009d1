"""The request that is being answered, as far as log lines and answers name it. The project's middleware sets it."""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CurrentRequest:
    id: str = ""
    method: str = ""
    path: str = ""  # percent-encoded, without the query string


current_request: ContextVar[CurrentRequest] = ContextVar("current_request", default=CurrentRequest())  # noqa: B039  frozen


def request_id() -> str:
    """The id under which the request's log lines are found; empty outside of a request."""
    return current_request.get().id
