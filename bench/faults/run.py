"""One disaster after the other on a running site: break, try every path, mend, and check that all is well."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.faults.browser import PATIENCE_SECONDS, Answer
from bench.faults.cluster import NO_SMALL_DISK
from bench.faults.disasters import UNAVAILABLE, WELL, Disaster, Stage
from bench.faults.probes import Attempt, ask_all, ask_as_crowd
from bench.site import web_group
from bench.soak.checks import find_violations
from booking_site.runtime.processes import command_line, group_members

MEND_SECONDS = 60.0
PAUSE_SECONDS = 0.1


@dataclass(frozen=True)
class Limits:
    """How long an answer may take, and how often each path is tried."""

    rounds: int
    seconds: float
    quick_seconds: float
    """The limit for paths that need nothing that is broken."""


LONG = Limits(rounds=3, seconds=5.0, quick_seconds=2.0)
SHORT = Limits(rounds=2, seconds=30.0, quick_seconds=30.0)
"""For a busy machine: the answers are checked, their time hardly."""


@dataclass
class Result:
    """The observations during one disaster."""

    disaster: Disaster
    skipped: str = ""
    statuses: dict[str, set[int]] = field(default_factory=dict)
    slowest: float = 0.0
    slowest_path: str = ""
    seconds_to_work: float = 0.0
    cause: str = ""
    violations: list[str] = field(default_factory=list)

    def add(self, path: str, answer: Answer) -> None:
        """Record an answer's status and time."""
        self.statuses.setdefault(path, set()).add(answer.status)
        if answer.seconds > self.slowest:
            self.slowest = answer.seconds
            self.slowest_path = path

    def wrong(self, sentence: str) -> None:
        """Record a sentence about a violation."""
        told = f"{self.disaster.name}: {sentence}"
        if told not in self.violations:  # each round may see it
            self.violations.append(told)


@dataclass(frozen=True)
class Trial:
    """The running site, the parts that can be broken, and the limits."""

    stage: Stage
    port: int
    var_dir: Path
    limits: Limits

    def strike(self, disaster: Disaster) -> Result:
        """Cause the disaster, try all paths, end it, and check."""
        result = Result(disaster)
        if disaster.needs_small_disk and not self.stage.cluster.has_small_disk:
            result.skipped = NO_SMALL_DISK
            return result
        logged = len(self._log())
        workers = self._workers()
        before = len(self.stage.visitors.attempts)
        with disaster.happens(self.stage):
            if disaster.has_crowd:
                self._crowd(result)
            for _ in range(self.limits.rounds):
                for path, answer in ask_all(self.stage.visitors):
                    allowed = disaster.expected[path]
                    is_well = UNAVAILABLE not in allowed and path != "sign-in code"
                    self._judge(result, path, answer, allowed, is_quick=is_well)
        log = self._log()[logged:]
        result.cause = disaster.cause_in(log)
        if not result.cause:
            result.wrong(f"the log does not name the cause ({disaster.log}); it ends: {log[-300:]!r}")
        self._mend(result, self.stage.visitors.attempts[before:])
        if self._workers() != workers:
            result.wrong("a web worker was started anew")
        return result

    def _judge(self, result: Result, path: str, answer: Answer, allowed: frozenset[int], *, is_quick: bool) -> None:
        result.add(path, answer)
        if answer.status == 0:
            result.wrong(f"{path} has no answer after {PATIENCE_SECONDS:g} s: {answer.text}")
            return
        if answer.status not in allowed:
            said = " ".join(answer.text.split())[:120]
            result.wrong(f"{path} answered {answer.status} in place of {sorted(allowed)}: {said}")
        if answer.status == UNAVAILABLE and "Retry-After" not in answer.headers:
            result.wrong(f"{path} answered without Retry-After")
        limit = self.limits.quick_seconds if is_quick else self.limits.seconds
        if answer.seconds > limit:
            result.wrong(f"{path} answered {answer.status} after {answer.seconds:.1f} s; {limit:g} s are allowed")

    def _crowd(self, result: Result) -> None:
        """Many requests at once. Where they need only mail, the other visitors must not wait with them."""
        expected = result.disaster.expected
        is_page_well = UNAVAILABLE not in expected["booking page"]
        for path, answer in ask_as_crowd(self.stage.visitors):
            is_quick = is_page_well and path != "sign-in code"
            self._judge(result, f"{path} in a crowd", answer, expected[path], is_quick=is_quick)

    def _mend(self, result: Result, attempts: Sequence[Attempt]) -> None:
        """Repeat these bookings, each with its key, until each exists once; then try all paths again."""
        began = time.monotonic()
        for attempt in attempts:
            if not self._is_done(attempt, began):
                result.wrong(f"a booking cannot be repeated afterwards: {attempt.table} at {attempt.start}")
            result.seconds_to_work = result.seconds_to_work or time.monotonic() - began
        for path, answer in self._ask_when_mended(began):
            if answer.status not in WELL[path]:
                result.wrong(f"{path} answers {answer.status} afterwards")
        for sentence in self._count():
            result.wrong(sentence)

    def _ask_when_mended(self, began: float) -> list[tuple[str, Answer]]:
        """The answers of all paths, once none is 503 any more: on a busy machine that takes a moment."""
        before = len(self.stage.visitors.attempts)
        answers = ask_all(self.stage.visitors)
        while UNAVAILABLE in {answer.status for _path, answer in answers} and time.monotonic() - began < MEND_SECONDS:
            time.sleep(PAUSE_SECONDS)
            answers = ask_all(self.stage.visitors)
        for attempt in self.stage.visitors.attempts[before:]:
            self._is_done(attempt, began)
        return answers

    def _is_done(self, attempt: Attempt, began: float) -> bool:
        while not attempt.is_done_by(attempt.send()):
            if time.monotonic() - began > MEND_SECONDS:
                return False
            time.sleep(PAUSE_SECONDS)
        return True

    def _count(self) -> list[str]:
        """Check in plain SQL that each booking exists once, and all that must hold at any moment."""
        asked = [(attempt.table, attempt.start) for attempt in self.stage.visitors.attempts]
        with self.stage.cluster.connect() as connection:
            rows = [
                (table, start)
                for table, column in (("appointments", "start_at"), ("sessions", "start"))
                for (start,) in connection.execute(f"SELECT {column} FROM {table}").fetchall()
            ]
            found = list(find_violations(connection))
        if sorted(rows) != sorted(asked):
            missing = len(set(asked) - set(rows))
            more = len(rows) - len(set(asked) & set(rows))
            found.append(f"{missing} bookings are lost, {more} are too many")
        return found

    def _log(self) -> str:
        return (self.var_dir / "web.log").read_text(errors="replace")

    def _workers(self) -> Mapping[int, str]:
        """The command lines of the web server's processes, by id."""
        return {pid: command_line(pid) for pid in group_members(web_group(self.port, self.var_dir))}
