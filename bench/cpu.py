"""Processor time of the web server and its database: the cost of a booking, also on a busy machine."""

import psutil

from booking_site.runtime.processes import group_members


def cpu_seconds(web_group: int, postmaster: int) -> float:
    """The processor time so far of a process group and of a database server with its backends."""
    backends = [child.pid for child in psutil.Process(postmaster).children()]
    return sum(_used(pid) for pid in {*group_members(web_group), postmaster, *backends})


def _used(pid: int) -> float:
    try:
        used = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return 0.0
    return used.user + used.system
