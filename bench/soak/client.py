"""A client process: one operation after the other, each repeated with its key until the answer is definite."""

import json
import signal
import time
from collections.abc import MutableSequence
from contextlib import suppress
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from random import Random
from typing import Any

from bench.soak.operations import Operations, Recent, Request
from bench.soak.plan import Effect, Outcome, World

PATIENCE_SECONDS = 90.0
"""For one operation. No time-out cuts a request short: it could still take effect later."""
PAUSE_SECONDS = 0.2


def work(
    world: World, seed: int, began_at: datetime, shared: dict[str, MutableSequence[int]], stop: Event, pipe: Connection
) -> None:
    """The main function of a client process, which sends its outcomes at the end. The parent handles Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    random = Random(seed)
    recent = {plural: Recent(numbers, random) for plural, numbers in shared.items()}
    operations = Operations(world, recent, random, began_at)
    caller = Caller(world.port, random)
    outcomes: list[Outcome] = []
    while not stop.is_set():
        request = operations.next()
        outcome = caller.perform(request, key=f"soak-{seed}-{len(outcomes)}")
        outcomes.append(outcome)
        for effect in outcome.effects:
            recent[effect.kind].add(effect)
    pipe.send(outcomes)
    pipe.close()


class Caller:
    """A persistent connection, made again when it is lost."""

    def __init__(self, port: int, random: Random) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        self._port = port
        self._random = random

    def perform(self, request: Request, key: str) -> Outcome:
        """Send the request until the answer is neither 503 nor `idempotency_in_progress`."""
        counts = {"unavailable": 0, "dropped": 0, "in_progress": 0}
        began = time.monotonic()
        while time.monotonic() - began < PATIENCE_SECONDS:
            status, body, is_replay = self._send(request, key)
            code = str(body.get("code", ""))
            why = _why_repeat(status, code)
            if not why:
                effects = _effects(request, body) if status < 300 else ()
                seconds = time.monotonic() - began
                return Outcome(key, request.action, status, code, effects, seconds, is_replay=is_replay, **counts)
            counts[why] += 1
            time.sleep(self._random.uniform(PAUSE_SECONDS / 4, PAUSE_SECONDS))
        seconds = time.monotonic() - began
        return Outcome(key, request.action, 0, "no definite answer", (), seconds, is_replay=False, **counts)

    def _send(self, request: Request, key: str) -> tuple[int, dict[str, Any], bool]:
        """The status (0: the connection was lost), the body, and whether it is a repeated answer."""
        headers = {
            "Authorization": f"Token {request.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
            "X-Forwarded-Proto": "https",  # what a proxy that ends HTTPS says
        }
        try:
            self._connection.request(request.method, request.path, request.body, headers)
            response = self._connection.getresponse()
            body = response.read()
        except (OSError, HTTPException):
            self._connection.close()
            return 0, {}, False
        return response.status, _parse(response, body), response.getheader("Idempotency-Replayed") == "true"


def _why_repeat(status: int, code: str) -> str:
    if code == "idempotency_in_progress":
        return "in_progress"
    return {0: "dropped", 503: "unavailable"}.get(status, "")


def _parse(response: HTTPResponse, body: bytes) -> dict[str, Any]:
    """The JSON object; empty for a page, such as that of a server error."""
    if "json" in response.getheader("Content-Type", ""):
        with suppress(ValueError):
            value: dict[str, Any] = json.loads(body)
            return value
    return {}


def _effects(request: Request, body: dict[str, Any]) -> tuple[Effect, ...]:
    """Every booking that was written according to the answer."""
    kind = request.kind
    if kind.envelope in body:
        return (kind.effect(body[kind.envelope]),)
    rows = body.get(kind.plural) or [row[kind.envelope] for row in body["results"] if row["status"] == 201]
    return tuple(kind.effect(row) for row in rows)
