"""Where the words of the processes go: each to a file of its own, and most of them to the terminal too."""

import logging
import sys
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path

FILE_BYTES = 5 * 1024 * 1024
FILES_KEPT = 3


class _Terminal(logging.StreamHandler):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging calls it so
        """Go on: the file has the line."""


def say(text: str) -> None:
    """Tell the person at the terminal; that the terminal is gone is no reason to fail."""
    with suppress(OSError):
        print(text, flush=True)


def make_log(name: str, folder: Path, *, on_terminal: bool = True) -> logging.Logger:
    """Return the log of one process: ``folder/name.log``, rotated, and lines headed by the name on the terminal."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    log = logging.Logger(name, logging.INFO)  # noqa: LOG001 - apart from the tree of this program's own logs
    file = RotatingFileHandler(folder / f"{name}.log", maxBytes=FILE_BYTES, backupCount=FILES_KEPT, encoding="utf-8")
    file.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    log.addHandler(file)
    if on_terminal:
        terminal = _Terminal(sys.stdout)
        terminal.setFormatter(logging.Formatter(f"{name:<10} | %(message)s"))
        log.addHandler(terminal)
    return log
