"""Limits of a process that is about to run a tool. Run as a program: put them on this very process, then become the command that follows.

``python -I -S confine.py PARENT_PID MEMORY_BYTES CPU_SECONDS FILE_BYTES COMMAND...``

A program of its own, because code between fork and exec in a process with threads may deadlock. Imports the standard library only.
"""

import ctypes
import os
import resource
import signal
import sys

PR_SET_PDEATHSIG = 1
OPEN_FILES = 256
SPARE_CPU_SECONDS = 10
"""CPU time granted beyond the wall clock on every processor: the parent's clock speaks first, the kernel's when nobody watches."""
MORE_TASKS = 128
"""How many processes and threads the command may start beside those that the account already runs."""


def _tasks() -> int:
    """Count the processes and threads of this account, as the kernel does for its own limit."""
    count = 0
    for name in os.listdir("/proc"):  # noqa: PTH208 - pathlib would double the start-up time
        if name.isdigit():
            try:
                if os.stat(f"/proc/{name}").st_uid == os.getuid():  # noqa: PTH116
                    count += len(os.listdir(f"/proc/{name}/task"))  # noqa: PTH208
            except OSError:
                continue  # it ended meanwhile
    return count


def cpu_seconds(seconds: float) -> int:
    """Return the CPU time that goes with this much time by the clock: a tool may use every processor."""
    return int(seconds) * (os.cpu_count() or 1) + SPARE_CPU_SECONDS


def lower(what: int, soft: int, hard: int | None = None) -> None:
    """Lower a limit for good; a lower one that is set already stays."""
    _, ceiling = resource.getrlimit(what)
    hard = soft if hard is None else hard
    if ceiling != resource.RLIM_INFINITY:
        soft, hard = min(soft, ceiling), min(hard, ceiling)
    resource.setrlimit(what, (soft, hard))


def die_with_parent(parent: int) -> None:
    """Ask Linux to kill this process when its parent dies; leave at once if that has happened already."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def main(arguments: list[str]) -> None:
    """Confine this process and become the command."""
    parent, memory, seconds, size = (int(value) for value in arguments[:4])
    die_with_parent(parent)
    os.umask(0o077)
    os.nice(5)
    lower(resource.RLIMIT_CORE, 0)
    lower(resource.RLIMIT_NOFILE, OPEN_FILES)
    lower(resource.RLIMIT_FSIZE, size)
    lower(resource.RLIMIT_CPU, seconds, seconds + 5)
    if sys.platform == "linux":
        lower(resource.RLIMIT_NPROC, _tasks() + MORE_TASKS)
        lower(resource.RLIMIT_AS, memory)
    command = arguments[4:]
    os.execv(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
