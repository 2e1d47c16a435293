"""How a computation of a live tool ended, as an error with a sentence for whoever asked; nothing when it ended well."""

import logging
import signal
from pathlib import Path
from typing import Any

from pipeline.toolkit.forked import SAID
from sciflask_reflex.errors import Invalid, SciflaskError
from sciflask_reflex.jobs import faults
from sciflask_reflex.jobs.bounds import Bounds
from sciflask_reflex.jobs.sandbox import MEMORY_WORDS

SMALLER = "Try other values, such as smaller ones."
BROKEN = "Something went wrong inside the tool that was not foreseen. The people who run this site can see the details."
TOO_LONG = "time"
"""Why an order was told to end: its time was over."""
LONGEST_TAIL = 4_000

log = logging.getLogger(__name__)


class ToolBroke(SciflaskError):
    """Raised when a live tool did what nobody foresaw."""


def error_of(slug: str, answer: dict[str, Any], stopped: str, scratch: Path, bounds: Bounds) -> SciflaskError | None:
    """Return what the person is told, or None; what is no fault of the values is written down for the people who run the site."""
    if answer.get("done"):
        return None
    if sentence := answer.get("error"):
        return Invalid(sentence)
    said = _tail(scratch)
    sign = answer.get("signal")
    if stopped == TOO_LONG or sign == signal.SIGXCPU:
        return Invalid(f"This took longer than the {bounds.time_in_words} that a live computation may take. {SMALLER}")
    if "memory" in answer or any(word in said for word in MEMORY_WORDS):
        return Invalid(f"This needed more than the {bounds.memory_mib} MiB of memory that a live computation may use. {SMALLER}")
    if "output" in answer or sign == signal.SIGXFSZ:
        return too_much(bounds)
    details = answer.get("traceback") or f"It ended without a word: {answer}\n{said.decode(errors='replace')}"
    log.error("The live tool %s broke: %s", slug, details[-LONGEST_TAIL:])
    faults.record(ToolBroke(BROKEN), f"live tool {slug}")
    return ToolBroke(BROKEN)


def too_much(bounds: Bounds) -> Invalid:
    """Return the error for a result that is too large."""
    return Invalid(f"This wrote more than the {bounds.output_mib} MiB that a live computation may write. {SMALLER}")


def _tail(scratch: Path) -> bytes:
    try:
        with (scratch / SAID).open("rb") as file:
            file.seek(max(0, (scratch / SAID).stat().st_size - LONGEST_TAIL))
            return file.read()
    except FileNotFoundError:
        return b""
