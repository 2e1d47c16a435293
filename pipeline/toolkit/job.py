"""Run as a program: read one JSON order, run one tool, say on standard output how it goes, one JSON object a line.

Order: ``{tool, inputs: {place: path}, labels, filenames: {place: name}, parameters, folder, seed, cluster}``, one line; ``cluster`` is null
or ``{address, folder, tls}``. Standard input stays open for as long as
somebody wants the result; when it closes, this program ends.
Lines: ``{"stage", "fraction"}``, ``{"log"}``, and at the end one of ``{"done": true, "peak_mib"}``, ``{"error": sentence}``,
``{"memory": true, "traceback"}``, ``{"output": true, "traceback"}``, ``{"traceback"}``.
What the tool itself prints goes to standard error.
"""

import errno
import json
import os
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.toolkit.cluster import Cluster

LONGEST_LINE = 500
LONGEST_TRACEBACK = 20_000
NO_ROOM = (errno.EFBIG, errno.ENOSPC, errno.EDQUOT)

Say = Callable[[dict[str, Any]], None]


def _open_channel() -> Say:
    """Keep the real standard output for us, and send what anybody prints to standard error."""
    handle = os.dup(1)
    os.dup2(2, 1)
    lock = threading.Lock()

    def say(message: dict[str, Any]) -> None:
        data = json.dumps(message).encode() + b"\n"
        with lock:
            while data:
                data = data[os.write(handle, data) :]

    return say


def _end_with_reader() -> None:
    """End as soon as nobody holds the other end of standard input any more."""
    while os.read(0, 4096):
        continue
    os._exit(3)


def _listener(say: Say) -> Callable[[str, float, str], None]:
    def tell(stage: str, fraction: float, line: str) -> None:
        say({"log": line[:LONGEST_LINE]} if line else {"stage": stage, "fraction": fraction})

    return tell


def _run(order: dict[str, Any], say: Say) -> None:
    from pipeline import tools
    from pipeline.toolkit.cluster import lending
    from pipeline.toolkit.execute import execute
    from pipeline.toolkit.progress import Progress

    inputs = {slot: Path(path) for slot, path in order["inputs"].items()}
    tool = tools()[order["tool"]]
    reporter = Progress(_listener(say))
    with lending(cluster_of(order.get("cluster"))):
        execute(
            tool, inputs, order["labels"], order["parameters"], Path(order["folder"]),
            filenames=order["filenames"], seed=order["seed"], progress=reporter,
        )  # fmt: skip


def cluster_of(named: dict[str, str | None] | None) -> "Cluster | None":
    """Return the machines that an order names, if it names any."""
    from pipeline.toolkit.cluster import Cluster

    if named is None:
        return None
    tls = named["tls"]
    return Cluster(str(named["address"]), Path(str(named["folder"])), Path(tls) if tls else None)


def verdict(error: BaseException) -> dict[str, Any]:
    """Say what an exception means, as a message for the parent."""
    from pipeline.toolkit.errors import ParameterError, ToolError

    if isinstance(error, ToolError | ParameterError):
        return {"error": str(error)}
    details = {"traceback": "".join(traceback.format_exception(error))[-LONGEST_TRACEBACK:]}
    if isinstance(error, MemoryError):
        return {"memory": True} | details
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return {"output": True} | details
    return details


def main() -> None:
    """Do what the order says, and end."""
    say = _open_channel()

    def fail(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        say(verdict(error))
        os._exit(1)

    sys.excepthook = fail
    order = json.loads(_first_line())
    threading.Thread(target=_end_with_reader, daemon=True).start()
    _run(order, say)
    say({"done": True, "peak_mib": _peak_mib()})
    sys.stderr.flush()
    os._exit(0)  # the result is on disk and synced: nothing is left to tidy up


def _peak_mib() -> float:
    """Return the most memory that this program has held; what the kernel counts for the process may have been its parent's."""
    status = Path("/proc/self/status")
    if status.is_file():
        return next(int(line.split()[1]) / 1024 for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


def _first_line() -> bytes:
    line = bytearray()
    while not line.endswith(b"\n") and (chunk := os.read(0, 65536)):
        line += chunk
    return bytes(line)


if __name__ == "__main__":
    main()
