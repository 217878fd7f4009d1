"""The paths that are tried while something is broken, and the bookings that are made on the way."""

import re
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random

from bench.errors import BenchError
from bench.faults.browser import Answer, Browser
from bench.faults.people import ATTENDEE, People
from tests.support.smtp import Mailbox

CODE = re.compile(r"\b\d{4}-\d{4}\b")
STYLESHEET = re.compile(r'href="(/static/site[^"]*\.css)"')
LENGTH = timedelta(minutes=20)
STEP = timedelta(minutes=30)
AT_ONCE = 4
"""As many as a web worker has threads: more would wait for each other instead of for the broken part."""
CROWD = ("sign-in code",) * 12 + ("booking page", "stylesheet")


@dataclass(frozen=True)
class Attempt:
    """A booking that is asked for, with the same key however often it is sent."""

    table: str
    start: datetime
    send: Callable[[], Answer]

    def is_done_by(self, answer: Answer) -> bool:
        """Whether the answer confirms the booking."""
        return answer.status in (201, 303)


@dataclass
class Visitors:
    """The users of the site, and the bookings that were asked for so far."""

    port: int
    people: People
    visitor: Browser
    attendee: Browser
    desk: Browser
    stylesheet: str
    own_page: str
    attempts: list[Attempt] = field(default_factory=list)
    _number: "count[int]" = field(default_factory=count)
    _random: Random = field(default_factory=lambda: Random(9))

    def ask_for_page(self) -> Answer:
        """`/booking`, as an anonymous visitor."""
        return self.visitor.get("/booking")

    def ask_for_directory(self) -> Answer:
        """The list of doctors, as an anonymous visitor."""
        return self.visitor.get("/api/v1/doctors")

    def ask_for_own_booking(self) -> Answer:
        """The page of a booking, as its attendee."""
        return self.attendee.get(self.own_page)

    def ask_for_admin(self) -> Answer:
        """The sign-in page to which `/admin` redirects."""
        return self.visitor.get("/sign-in/password?next=/admin/")

    def ask_for_stylesheet(self) -> Answer:
        """A static file, which needs no database."""
        return self.visitor.get(self.stylesheet)

    def ask_for_code(self) -> Answer:
        """A sign-in code, as a new user at an address of its own."""
        stranger = Browser(self.port, cookies={"csrftoken": self.visitor.cookies["csrftoken"]})
        return stranger.post_form("/sign-in", {"email": f"{uuid.uuid4().hex}@strangers.example"})

    def book_appointment(self) -> Answer:
        """Book by token, through the API."""
        start = self._next_start()
        parties = {"doctor_id": self.people.doctor, "patient_id": self.people.patient}
        times = {"start_at": start.isoformat(), "end_at": (start + LENGTH).isoformat()}
        return self._book("appointments", start, {"appointment": {**parties, **times, "note": self._note()}})

    def book_session(self) -> Answer:
        """Book by token, through the API."""
        start = self._next_start()
        parties = {"coach_hash_id": self.people.coach, "client_hash_id": self.people.client}
        times = {"start": start.isoformat(), "duration": LENGTH // timedelta(minutes=1)}
        return self._book("sessions", start, {"session": {**parties, **times, "note": self._note()}})

    def book_by_form(self) -> Answer:
        """Book by the page's form, as the attendee."""
        start = self._next_start()
        values = {
            "kind": "appointment",
            "uid": str(uuid.uuid4()),
            "provider": str(self.people.doctor),
            "day": f"{start:%Y-%m-%d}",
            "start": f"{start:%H:%M}",
            "end": f"{start + LENGTH:%H:%M}",
            "time_zone": "UTC",
            "note": self._note(),
        }
        return self._try(Attempt("appointments", start, lambda: self.attendee.post_form("/booking", values)))

    def _book(self, table: str, start: datetime, body: object) -> Answer:
        key = str(uuid.uuid4())
        return self._try(Attempt(table, start, lambda: self.desk.post_json(f"/api/v1/{table}", body, key)))

    def _try(self, attempt: Attempt) -> Answer:
        self.attempts.append(attempt)
        return attempt.send()

    def _next_start(self) -> datetime:
        """The next start that was not asked for before, from the day after tomorrow on."""
        day = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=2)
        return day + next(self._number) * STEP

    def _note(self) -> str:
        """A note of the greatest length that cannot be compressed, so that each booking needs room on the disk."""
        return "".join(chr(self._random.randrange(0x4E00, 0x9FFF)) for _ in range(2000))


Probe = Callable[[Visitors], Answer]
BOOKING_PROBES: dict[str, Probe] = {
    "appointment by token": Visitors.book_appointment,
    "session by token": Visitors.book_session,
    "booking by form": Visitors.book_by_form,
}
PROBES: dict[str, Probe] = {
    "booking page": Visitors.ask_for_page,
    **BOOKING_PROBES,
    "directory": Visitors.ask_for_directory,
    "own booking": Visitors.ask_for_own_booking,
    "sign-in code": Visitors.ask_for_code,
    "admin's sign-in": Visitors.ask_for_admin,
    "stylesheet": Visitors.ask_for_stylesheet,
}


def ask_all(visitors: Visitors) -> list[tuple[str, Answer]]:
    """Try all paths, a few at the same time, as different users do."""
    return _ask(visitors, tuple(PROBES), AT_ONCE)


def ask_as_crowd(visitors: Visitors) -> list[tuple[str, Answer]]:
    """Many strangers ask for sign-in codes at the same time, and one visitor for a page."""
    return _ask(visitors, CROWD, len(CROWD))


def _ask(visitors: Visitors, paths: Sequence[str], at_once: int) -> list[tuple[str, Answer]]:
    with ThreadPoolExecutor(at_once) as pool:
        asked = [(path, pool.submit(PROBES[path], visitors)) for path in paths]
        return [(path, future.result()) for path, future in asked]


def make_visitors(port: int, people: People, mailbox: Mailbox) -> Visitors:
    """All users; the attendee has signed in by a mailed code and booked once."""
    visitor = Browser(port)
    attendee = Browser(port)
    desk = Browser(port, token=people.desk_token)
    visitor.get("/sign-in")  # for its token against forgery
    page = visitor.get("/booking")
    if not (stylesheet := STYLESHEET.search(page.text)):
        raise BenchError(f"The booking page answered {page.status}, without a stylesheet.")
    attendee.get("/sign-in")
    attendee.post_form("/sign-in", {"email": ATTENDEE})
    if not mailbox.mails or not (code := CODE.search(str(mailbox.mails[-1].get_payload()))):
        raise BenchError("No sign-in code was mailed.")
    signed_in = attendee.post_form("/sign-in/code", {"code": code[0]})
    visitors = Visitors(port, people, visitor, attendee, desk, stylesheet[1], own_page="")
    booked = visitors.book_appointment()
    if (signed_in.status, booked.status) != (302, 201):
        raise BenchError(f"Signing in answered {signed_in.status}, booking {booked.status}: {booked.text[:300]}")
    visitors.own_page = booked.headers["Location"].replace("/api/v1", "/booking")
    return visitors
