"""What the operating system says about a process: enough to signal only our own."""

import os

import psutil


def command_line(pid: int) -> str:
    """The arguments of a process joined by spaces; empty for one that is gone, a zombie, or not ours to ask about."""
    try:
        return " ".join(psutil.Process(pid).cmdline())
    except (psutil.Error, ValueError):  # the latter for a negative id, which PostgreSQL's single-user mode records
        return ""


def group_members(group: int) -> list[int]:
    """The ids of all processes in a process group, zombies included."""
    return [pid for pid in psutil.pids() if _group(pid) == group]


def is_alive(pid: int) -> bool:
    """Whether PostgreSQL would take this id for one in use: a zombie's, a stranger's, even a thread's.

    It asks kill(2), as we do here; psutil says no to a thread.
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
