"""One computation of a live tool, in a process that was forked for it: limits first, then the science, then one line as the answer."""

import json
import os
import resource
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn

from pipeline import tools
from pipeline.toolkit.confine import cpu_seconds, die_with_parent, lower
from pipeline.toolkit.execute import execute
from pipeline.toolkit.job import verdict

SAID = "said"
"""Name of the file that takes what a tool prints."""
MIB = 2**20


def compute(order: dict[str, Any], channel: int, parent: int) -> NoReturn:
    """Do what the order says, answer over the channel, and end this process."""

    def answer(message: dict[str, Any], code: int) -> NoReturn:
        with suppress(OSError):  # the limit on files may have been reached
            sys.stdout.flush()
        data = json.dumps(message).encode() + b"\n"
        while data:
            data = data[os.write(channel, data) :]
        os._exit(code)

    def fail(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        answer(verdict(error), 1)

    sys.excepthook = fail
    _confine(order, parent)
    known, started = set(sys.modules), time.perf_counter()
    tool, folder = tools()[order["tool"]], Path(order["folder"])
    execute(tool, {}, {}, order["parameters"], folder, seed=order["seed"], durable=False)
    seconds = time.perf_counter() - started
    answer({"done": True, "seconds": seconds, "loaded": [name for name in sys.modules if name not in known]}, 0)


def _confine(order: dict[str, Any], parent: int) -> None:
    """Put this process under its limits, where it hears and says nothing, and have it end with its parent."""
    os.setpgid(0, 0)
    die_with_parent(parent)
    lower(resource.RLIMIT_FSIZE, order["output_mib"] * MIB)
    lower(resource.RLIMIT_CPU, cpu_seconds(order["seconds"]))
    if sys.platform == "linux":
        lower(resource.RLIMIT_AS, order["memory_mib"] * MIB)
    os.chdir(order["scratch"])
    tempfile.tempdir = order["scratch"]
    said = os.open(SAID, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
    os.dup2(said, 1)
    os.dup2(said, 2)
