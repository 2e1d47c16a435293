"""Which processes this instance started, written down, so that the next start can clear what a crash left behind."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

PATIENCE_S = 5.0


def birth(pid: int) -> str | None:
    """Return something that tells this process from a later one with the same number; None if there is no such process."""
    if sys.platform == "linux":
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            return None
        return None if fields[0] == "Z" else fields[19]  # a zombie holds nothing
    shown = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S607 - ps has no fixed home
    return shown.stdout.strip() or None


def record(book: Path, pids: dict[str, int]) -> None:
    """Write down which processes run now, replacing what stood there in one step."""
    rows = [{"name": name, "pid": pid, "birth": birth(pid)} for name, pid in pids.items()]
    draft = book.with_suffix(".tmp")
    draft.write_text(json.dumps(rows))
    draft.replace(book)


def clear(book: Path) -> list[str]:
    """End what is still running of the recorded processes, groups and all, and return their names. Others are never touched."""
    ended = [row for row in _read(book) if _same(row)]
    for row in ended:
        _kill_group(row["pid"])
    deadline = time.monotonic() + PATIENCE_S
    while any(_same(row) for row in ended) and time.monotonic() < deadline:
        time.sleep(0.02)
    book.unlink(missing_ok=True)
    return [row["name"] for row in ended]


def _read(book: Path) -> list[dict]:
    try:
        return json.loads(book.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return []


def _same(row: dict) -> bool:
    return row["birth"] is not None and birth(row["pid"]) == row["birth"]


def _kill_group(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):  # the latter is what macOS says of a group of zombies
        os.killpg(pid, signal.SIGKILL)
