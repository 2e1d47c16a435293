"""The data check in a limited child process. However the child ends, the person gets a report."""

import json
import logging
import re
import sys
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from threading import BoundedSemaphore, Lock

from pipeline import tools
from pipeline.toolkit import Limits
from pipeline.toolkit.findings import error
from pipeline.toolkit.studies import kinds_of, words_of
from pipeline.toolkit.tables.report import CheckReport
from pipeline.toolkit.tables.source import Tell
from sciflask_reflex.errors import NotFound, Unavailable
from sciflask_reflex.jobs import sandbox
from sciflask_reflex.settings import settings

logger = logging.getLogger(__name__)

REPORT_MIB = 16
PART = re.compile(rb'^\{"part": ([0-9.]{1,8})\}$', re.MULTILINE)
AT_ONCE = 2
"""Checks that one process of the site runs at the same time; others wait for a place."""
REMEMBERED = 64
SMALLER = "Try a smaller file: leave out what you do not need."
SENTENCES = {
    "memory": ("The check needed more memory than one check may use.", SMALLER),
    "walltime": ("The check took longer than one check may take.", SMALLER),
    "cpu": ("The check took longer than one check may take.", SMALLER),
    "output": ("The check had more to say than fits into a report.", "Compare your file with the sample files on the help page."),
    "crash": ("The check broke down on this file.", "Compare it with the sample files on the help page. The people who run this site can read what happened."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Given:
    """One file that is to be checked: where it is, what the person calls it, and the hash of its bytes."""

    path: Path
    filename: str
    sha256: str


def limits() -> Limits:
    """Return how large and small inputs may be on this site."""
    values = settings()
    return Limits(
        max_file_bytes=values.max_file_bytes,
        max_samples=values.max_samples,
        max_features=values.max_features,
        min_features=values.min_features,
        min_shared_samples=values.min_shared_samples,
    )


class Memory:
    """The latest reports, by what was checked: the same bytes under the same rules give the same report."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._reports: OrderedDict[str, CheckReport] = OrderedDict()
        self._lock = Lock()

    def recall(self, key: str) -> CheckReport | None:
        """Return the report of a check, if it is still known."""
        with self._lock:
            if found := self._reports.get(key):
                self._reports.move_to_end(key)
            return found

    def keep(self, key: str, report: CheckReport) -> None:
        """Remember a report, and forget the oldest when there are too many."""
        with self._lock:
            self._reports[key] = report
            while len(self._reports) > self._most:
                self._reports.popitem(last=False)


_memory = Memory(REMEMBERED)
_places = BoundedSemaphore(AT_ONCE)


def run_check(tool: str, given: Mapping[str, Given], tell: Tell | None = None) -> CheckReport:
    """Check files (by place) for a tool, or recall what the check of these very bytes said; ``tell`` hears how much lies behind.

    Raises:
        NotFound: If a file is gone.
        Unavailable: If too many checks are running and none ends in time.
    """
    rules = asdict(limits())
    key = json.dumps([tool, rules, sorted((place, one.sha256, one.filename) for place, one in given.items())])
    if known := _memory.recall(key):
        return known
    order = {
        "tool": tool,
        "kinds": kinds_of(tools()[tool]) if tool in tools() else {},
        "words": words_of(tools()[tool]) if tool in tools() else [],
        "limits": rules,
        "progress": tell is not None,
        "files": {place: str(one.path) for place, one in given.items()},
        "filenames": {place: one.filename for place, one in given.items()},
    }
    report = _in_child(json.dumps(order).encode(), tell)
    if isinstance(report, CheckReport):
        _memory.keep(key, report)
        return report
    if not all(one.path.is_file() for one in given.values()):
        raise NotFound("upload")  # it was discarded, or became part of a study, meanwhile
    return CheckReport([error(*SENTENCES[report])], {place: {"filename": one.filename} for place, one in given.items()})


def _in_child(order: bytes, tell: Tell | None) -> CheckReport | str:
    """Return the report, or the cause that ended the child without one."""
    if not _places.acquire(timeout=settings().check_seconds):
        message = "Many files are being checked just now. Try again in a minute."
        raise Unavailable(message)
    try:
        outcome = sandbox.run(
            [sys.executable, "-m", "pipeline.toolkit.checking"],
            input=order,
            memory_mib=settings().check_memory_mib,
            seconds=settings().check_seconds,
            output_mib=REPORT_MIB,
            hear=None if tell is None else partial(_pass_on, tell),
        )
    finally:
        _places.release()
    if outcome.cause is not None:
        logger.warning("A data check ended by %s: %s", outcome.cause, outcome.stderr.decode(errors="replace")[-4000:])
        return outcome.cause
    return CheckReport.from_dict(json.loads(outcome.stdout.rsplit(b"\n", 1)[-1]))


def _pass_on(tell: Tell, said: bytes) -> None:
    """Tell the newest part that a child has told of, if there is one in what it said."""
    if found := PART.findall(said):
        tell(float(found[-1]))
