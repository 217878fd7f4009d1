"""What the operating system says about a process, so that we signal only our own."""

import os

import psutil


def command_line(pid: int) -> str:
    """The arguments of a process joined by spaces; empty for one that is gone, a zombie, or not readable for us."""
    try:
        return " ".join(psutil.Process(pid).cmdline())
    except (psutil.Error, ValueError):  # the latter for a negative id, which PostgreSQL's single-user mode records
        return ""


def group_members(group: int) -> list[int]:
    """The ids of all processes in a process group, zombies included."""
    return [pid for pid in psutil.pids() if _group(pid) == group]


def is_alive(pid: int) -> bool:
    """Whether PostgreSQL would take this id as in use: also by a zombie, a foreign process, even a thread.

    PostgreSQL asks kill(2), and so do we; psutil does not know threads.
    """
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
