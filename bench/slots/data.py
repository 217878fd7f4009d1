"""The bookings among which slots are looked for: equally dense at every size, larger ones only cover more days.

200 providers work on weekdays from eight to four, in half-hours; twelve of a day's sixteen are booked, in another
pattern each day. A small table cannot hold that for everybody: then all have their first three working days from
`Layout.monday` on, and those that are asked about have all of the asked days. Rows lie in the table in the order of
time, as in life, so that those of one provider are spread over many pages.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import psycopg

from bench.errors import BenchError
from bench.slots.guards import without_guards

ZONE = "Asia/Jakarta"
PROVIDERS = 200
ASKED = 11
"""The slots of 30 days are asked of the providers 1 to 11."""
DAYS = 30
WORKING_DAYS = 22
"""The working days among 30 days that begin on a Monday."""
SLOT_MINUTES = 30
SLOTS_A_DAY = 16
BOOKED_A_DAY = 12
FULL_DAYS = WORKING_DAYS + 1
"""The working days on which the asked providers are booked: the day after the last one may matter for long bookings."""
FREE_SLOTS = WORKING_DAYS * (SLOTS_A_DAY - BOOKED_A_DAY)
OPENS_AT = time(8)
SOON_DAYS = 3
"""The days from `monday` on in which every provider is booked at every size."""
BOOKINGS_A_PATIENT = 25
A_DAY = PROVIDERS * BOOKED_A_DAY
TABLE = "appointments"


@dataclass(frozen=True)
class Layout:
    """How a number of bookings is spread over days."""

    rows: int
    monday: date
    """The first of the asked days."""

    @property
    def ahead(self) -> int:
        """The number of working days from `monday` on on which all providers are booked."""
        half = self.rows // A_DAY // 2
        return half if half >= FULL_DAYS else SOON_DAYS

    @property
    def asked_alone(self) -> int:
        """The number of further working days on which only the asked providers are booked."""
        return max(0, FULL_DAYS - self.ahead)

    @property
    def before(self) -> int:
        """The number of bookings before `monday`: all others. Raises BenchError when there are too few for that."""
        rest = self.rows - self.ahead * A_DAY - self.asked_alone * ASKED * BOOKED_A_DAY
        if rest < 0:
            raise BenchError(f"{self.rows} bookings are too few: slots are looked for among 10,000 and more.")
        return rest

    @property
    def patients_each(self) -> int:
        """The number of patients of each provider, who book with no other provider."""
        return max(1, self.rows // PROVIDERS // BOOKINGS_A_PATIENT)

    @property
    def opens(self) -> datetime:
        """When work begins on the first asked day."""
        return datetime.combine(self.monday, OPENS_AT, ZoneInfo(ZONE)).astimezone(UTC)

    @property
    def window(self) -> tuple[datetime, datetime]:
        """The asked days, as instants."""
        start = datetime.combine(self.monday, time.min, ZoneInfo(ZONE)).astimezone(UTC)
        return start, start + timedelta(days=DAYS)

    def free_starts(self, provider: int, working_days: int = WORKING_DAYS) -> list[datetime]:
        """The right answer for one provider and the asked days, by the pattern of FILL."""
        starts = []
        first = self.opens
        for day in range(working_days):
            opens = first + timedelta(days=day // 5 * 7 + day % 5)
            slots = range((day + provider) % 4, SLOTS_A_DAY, 4)
            starts += [opens + timedelta(minutes=slot * SLOT_MINUTES) for slot in slots]
        return starts

    def earliest_free(self, providers: int, limit: int) -> list[tuple[datetime, int]]:
        """The right answer for the first `limit` slots over so many providers."""
        numbers = range(1, providers + 1)
        return sorted((start, n) for n in numbers for start in self.free_starts(n, working_days=1))[:limit]


def coming_monday(today: date) -> date:
    """A Monday at least a week ahead, so that stored data can be used again for some days."""
    return today + timedelta(days=14 - today.weekday())


FILL = f"""
    INSERT INTO {TABLE} (created_at, updated_at, status, revision, uid, is_overbooked, is_outside_hours,
                         override_reason, note, cancel_reason, doctor_id, patient_id,
                         start_at, end_at, busy_from, busy_until)
    WITH booked (day, nth, provider) AS (
        SELECT -1 - n / {A_DAY}, n %% {A_DAY} / {PROVIDERS}, 1 + n %% {PROVIDERS}
          FROM generate_series(%(before)s::int - 1, 0, -1) n
        UNION ALL
        SELECT n / {A_DAY}, n %% {A_DAY} / {PROVIDERS}, 1 + n %% {PROVIDERS}
          FROM generate_series(0, %(ahead)s::int * {A_DAY} - 1) n
        UNION ALL
        SELECT %(ahead)s::int + n / {ASKED * BOOKED_A_DAY}, n %% {ASKED * BOOKED_A_DAY} / {ASKED}, 1 + n %% {ASKED}
          FROM generate_series(0, %(asked_alone)s::int * {ASKED * BOOKED_A_DAY} - 1) n
    ), placed AS (
        SELECT day, nth, provider,
               floor(day / 5.0)::int * 7 + (day %% 5 + 5) %% 5 AS date,
               -- one of four slots stays free: another one each day and for each provider
               nth / 3 * 4 + nth %% 3 + (nth %% 3 >= (day + provider + 5000000) %% 4)::int AS slot
          FROM booked
    ), timed AS (
        SELECT *, %(opens)s::timestamptz + make_interval(days => date, mins => slot * {SLOT_MINUTES}) AS start
          FROM placed
    )
    SELECT start - interval '14 days', start - interval '14 days',
           CASE WHEN day < 0 THEN 'fulfilled' ELSE 'booked' END, 1, gen_random_uuid(), false, false, '', '', '',
           provider, (provider - 1) * %(patients)s::int + 1 + ((day * {BOOKED_A_DAY} + nth) %% %(patients)s::int
                                                               + %(patients)s::int) %% %(patients)s::int,
           start, start + interval '{SLOT_MINUTES} minutes', start, start + interval '{SLOT_MINUTES} minutes'
      FROM timed
"""

PATIENTS = """
    INSERT INTO patients (id, created_at, updated_at, name, email, phone, time_zone)
    SELECT n, now(), now(), '', '', '', %(zone)s FROM generate_series(1, %(patients)s::int) n
"""


def fill(connection: "psycopg.Connection", layout: Layout) -> None:
    """Make the patients and bookings of the existing providers; guards and indexes are there again afterwards."""
    values = {
        "before": layout.before,
        "ahead": layout.ahead,
        "asked_alone": layout.asked_alone,
        "patients": layout.patients_each,
        "opens": layout.opens,
    }
    connection.execute("SET TIME ZONE 'UTC'")
    connection.execute("SET maintenance_work_mem = '1GB'")
    connection.execute("SET synchronous_commit = off")
    connection.execute(PATIENTS, {"patients": layout.patients_each * PROVIDERS, "zone": ZONE})
    with without_guards(connection, TABLE):
        connection.execute(FILL, values)
    connection.execute("CREATE TABLE bench_slots AS SELECT %s::int AS rows, %s::date AS monday", _row(layout))
    connection.execute("VACUUM (ANALYZE)")


def layout_of(connection: "psycopg.Connection") -> Layout | None:
    """The layout of a filled database; None of an empty one."""
    if connection.execute("SELECT to_regclass('bench_slots')").fetchone() == (None,):
        return None
    row = connection.execute("SELECT rows, monday FROM bench_slots").fetchone()
    return Layout(*row) if row else None


def _row(layout: Layout) -> tuple[int, date]:
    return layout.rows, layout.monday
