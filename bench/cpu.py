"""Processor time of the web server and its database: it tells what a booking costs on a busy machine too."""

import os
from pathlib import Path

from booking_site.runtime.processes import PROC, group_members


def cpu_seconds(web_group: int, postmaster: int) -> float:
    """Used so far by a process group and by a database server with its backends; 0 where the system has no /proc."""
    if not (PROC / "self").exists():
        return 0.0
    processes = {*group_members(web_group), postmaster, *_children(postmaster)}
    return sum(_used(pid) for pid in processes)


def _children(parent: int) -> list[int]:
    return [int(entry.name) for entry in PROC.glob("[0-9]*") if _fields(entry)[1:2] == [str(parent)]]


def _used(pid: int) -> float:
    used = _fields(PROC / str(pid))[11:13]  # utime and stime, proc_pid_stat(5)
    return sum(map(int, used)) / os.sysconf("SC_CLK_TCK")


def _fields(process: Path) -> list[str]:
    """The numbers after the name in parentheses, from the state on; none for a process that is gone."""
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
