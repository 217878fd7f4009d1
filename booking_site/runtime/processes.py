"""What the operating system says about a process: enough to signal only our own."""

import os
import subprocess
from pathlib import Path

PROC = Path("/proc")  # absent on macOS and the BSDs: there ps(1) answers


def command_line(pid: int) -> str:
    """The arguments of a process joined by spaces; empty for one that is gone or a zombie."""
    if (PROC / "self").exists():
        try:
            return (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    done = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def group_members(group: int) -> list[int]:
    """The ids of all processes in a process group, zombies included."""
    if (PROC / "self").exists():
        return [int(entry.name) for entry in PROC.glob("[0-9]*") if _group(int(entry.name)) == group]
    rows = subprocess.run(["ps", "-A", "-o", "pid=,pgid="], capture_output=True, text=True, check=False).stdout
    return [int(row.split()[0]) for row in rows.splitlines() if int(row.split()[1]) == group]


def is_alive(pid: int) -> bool:
    """Whether any process has this id, a zombie or a stranger's included."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _group(pid: int) -> int | None:
    try:
        return os.getpgid(pid)
    except OSError:
        return None
