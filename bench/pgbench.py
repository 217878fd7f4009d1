"""The database alone: pgbench sends the bare view's INSERT as a prepared statement, without Python or HTTP."""

import os
import subprocess
import tempfile
from pathlib import Path

from django.conf import settings

from bench.errors import BenchError
from bench.kinds import (
    CLIENTS,
    DAYS_A_RUN,
    OPENING,
    PROVIDERS_PER_CLIENT,
    SLOT_MINUTES,
    SLOTS_A_DAY,
    Kind,
)
from bench.load import Run
from booking_site.runtime.embedded.cluster import DATABASE, ROLE
from booking_site.runtime.embedded.programs import find_programs

BOOKING = f"""
\\set slot :n / {PROVIDERS_PER_CLIENT}
\\set person 1 + :client_id * {PROVIDERS_PER_CLIENT} + :n % {PROVIDERS_PER_CLIENT}
\\set minute (:slot / {SLOTS_A_DAY}) * 1440 + (:slot % {SLOTS_A_DAY}) * {SLOT_MINUTES}
\\set n :n + 1
"""
"""`kinds.nth_booking` for pgbench, which keeps `n` for each client."""


def run_pgbench(kind: Kind, host: str, user: int, *, run: int, seconds: int) -> Run:
    """Insert as 16 clients for so long; `host` is the server's socket directory. Raises BenchError."""
    with tempfile.TemporaryDirectory() as directory:
        script = Path(directory, "booking.sql")
        script.write_text(f"{BOOKING}{kind.insert(_placeholders(kind, user, run))};\n")
        command: list[str] = [
            *(str(_program()), "--no-vacuum", "--protocol=prepared", f"--client={CLIENTS}", "--jobs=2"),
            *(f"--time={seconds}", "--define=n=0", f"--file={script}", "--log", f"--log-prefix={directory}/log"),
            *(f"--host={host}", f"--username={ROLE}", DATABASE),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=directory)
        if done.returncode != 0:
            raise BenchError(f"pgbench failed: {done.stderr.strip()}")
        lines = [line for log in Path(directory).glob("log.*") for line in log.read_text().splitlines()]
    durations = [int(line.split()[2]) / 1e6 for line in lines]
    return Run(len(durations) / seconds, durations)


def has_pgbench() -> bool:
    """Whether PostgreSQL's programs include it."""
    return os.access(_program(), os.X_OK)


def _program() -> Path:
    return find_programs(settings.POSTGRES_BIN_DIR) / "pgbench"


def _placeholders(kind: Kind, user: int, run: int) -> dict[str, str]:
    start = f"timestamptz '{OPENING}' + interval '{run * DAYS_A_RUN} days' + :minute * interval '1 minute'"
    person = kind.id_in_pgbench
    return {
        "provider": person,
        "attendee": person,
        "start": start,
        "end": f"{start} + interval '{SLOT_MINUTES} minutes'",
        "user": str(user),
    }
