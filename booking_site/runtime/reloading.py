"""Serving without a gap: a new instance of the web server answers before the old one stops.

Both use the same listening socket, which belongs to their parent, so that a waiting connection is taken by the instance
that runs. The new instance is a fresh Python, which reads code, `.env` and settings again. If it does not start, the
old one goes on; else the old one first accepts no more connections (`web_process.Draining`), then ends.
"""

import logging
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from booking_site.runtime.web_errors import Refused, WebServerError
from booking_site.runtime.web_instance import Instance

START_SECONDS = 120  # then an instance that is not ready counts as failed
DRAIN_SECONDS = 3  # a kept connection that is used in this time is closed after its answer, an idle one at the end

log = logging.getLogger("booking_site")


class Reloads:
    """Requests for a reload, by SIGHUP. All that come during a reload make one more."""

    def __init__(self) -> None:
        self._asked = False

    @contextmanager
    def by_hangup(self) -> Iterator[None]:
        """Within the block SIGHUP asks for a reload."""

        def ask(number: int, frame: FrameType | None) -> None:
            self._asked = True

        before = signal.signal(signal.SIGHUP, ask)
        try:
            yield
        finally:
            signal.signal(signal.SIGHUP, before)

    def take(self) -> bool:
        """Whether a reload was asked for since the last call."""
        asked = self._asked
        self._asked = False
        return asked


class Supervisor:
    """Keeps one instance of the web server running; two while one takes over from the other."""

    def __init__(
        self,
        start: Callable[[], Instance],
        record: Callable[[list[int]], None],
        address: tuple[str, int],
        say: Callable[[str], None],
    ) -> None:
        self._start = start
        self._record = record
        self._address = address
        self._say = say
        self._instances: list[Instance] = []  # first the one that serves

    def serve(self, on_ready: Callable[[int], None], reloads: Reloads | None = None) -> None:
        """Serve until the web server ends. Raises WebServerError when that is a failure."""
        current = self._begin()
        if not current.await_ready(START_SECONDS) or current.plan is None:
            raise why_not_started(current)
        on_ready(current.plan.workers)
        with awakened() as sleep:
            while current.exit_code is None:
                if reloads and reloads.take():
                    current = self._replace(current)
                else:
                    sleep()
        if current.exit_code != 0:
            raise WebServerError(f"The web server ended by itself with exit code {current.exit_code}.")

    def stop(self) -> None:
        """Stop every instance, so that requests in flight are answered."""
        while self._instances:
            self._instances.pop().stop()

    def _begin(self) -> Instance:
        instance = self._start()
        self._instances.append(instance)
        self._record([each.group for each in self._instances])
        return instance

    def _end(self, instance: Instance) -> None:
        instance.stop()
        self._instances.remove(instance)
        self._record([each.group for each in self._instances])

    def _replace(self, old: Instance) -> Instance:
        """Let a new instance take over; returns the instance that serves afterwards."""
        self._say("Reloading: a new web server starts beside the old one.")
        new = self._begin()
        if not new.await_ready(START_SECONDS) or new.plan is None:
            log.error("Not reloaded, the old web server goes on. %s", why_not_started(new))
            self._end(new)
            return old
        if (new.plan.host, new.plan.port) != self._address:
            log.warning(
                "HOST and PORT have changed: that needs a restart, until then they are %s and %s.", *self._address
            )
        self._instances.reverse()
        self._record([each.group for each in self._instances])
        old.drain()
        time.sleep(DRAIN_SECONDS)
        self._end(old)
        self._say(f"Reloaded: {new.plan.workers} workers.")
        return new


def why_not_started(instance: Instance) -> WebServerError:
    """The reason why an instance did not start, as far as it is known here."""
    code = instance.exit_code
    if code is None:
        return WebServerError(f"The web server did not start within {START_SECONDS} seconds.")
    if code == 1:
        return Refused("The messages of the new one, above, say why.")
    return WebServerError(f"The web server ended with exit code {code} while it started.")


@contextmanager
def awakened() -> Iterator[Callable[[], object]]:
    """Yield a function that waits until a signal arrives, the end of a child included; pending ones count."""
    reader, writer = socket.socketpair()
    with reader, writer:
        writer.setblocking(False)  # noqa: FBT003  it takes no name
        before = signal.signal(signal.SIGCHLD, lambda number, frame: None)
        descriptor = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        try:
            yield lambda: reader.recv(4096)
        finally:
            signal.set_wakeup_fd(descriptor)
            signal.signal(signal.SIGCHLD, before)
