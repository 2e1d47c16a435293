"""Faults of the site itself: counted by kind, and told to the people who run it, many in one mail.

A fault is an exception that nobody foresaw, or an analysis that failed for no fault of the person's. What is kept names types, files
and functions of the program: no message of an exception, since it may quote what somebody typed; the log has those, without secrets.
"""

import logging
import traceback
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from threading import Lock
from types import TracebackType

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col

from sciflask_reflex.db import insert, now, writing
from sciflask_reflex.jobs.causes import Cause
from sciflask_reflex.models import Analysis, Fault

ROOT = Path(__file__).resolve().parents[2]
OWN = ("sciflask_reflex", "pipeline")
LONGEST_TITLE = 300
LONGEST_DETAILS = 8_000
LIMITS = (Cause.TOOL, Cause.WALLTIME, Cause.CPU, Cause.OUTPUT)
"""Why analyses fail that says nothing against the site: the tool has told the person, or the analysis was too large."""

log = logging.getLogger(__name__)
_lock = Lock()
_pending: dict[str, "Met"] = {}
_threads = ThreadPoolExecutor(1, thread_name_prefix="faults")


@dataclass(frozen=True, slots=True)
class Met:
    """Faults of one kind that were met."""

    fingerprint: str
    title: str
    details: str = ""
    count: int = 1


def met(error: BaseException, where: str) -> Met:
    """Return what is kept of an exception: its type, the innermost function of ours that it came through, and the way there."""
    kind = type(error).__qualname__
    chain = _chain(error)
    place = next(filter(None, (_innermost(each.__traceback__) for each in reversed(chain))), where)
    details = "\nfrom\n".join(f"{type(each).__qualname__}\n{''.join(traceback.format_tb(each.__traceback__))}" for each in chain)
    title = f"{kind} in {place}" if place == where else f"{kind} in {place} ({where})"
    return Met(_digest(kind, place), title[:LONGEST_TITLE], details[-LONGEST_DETAILS:])


def record(error: BaseException, where: str) -> None:
    """Count an exception. Never raises: without a database it stays in the log, where it is already."""
    _save([met(error, where)])


def record_soon(error: BaseException, where: str) -> None:
    """As ``record``, but returns at once: for the event loop. Many of one kind at a time cost one write."""
    fault = met(error, where)
    with _lock:
        known = _pending.get(fault.fingerprint)
        _pending[fault.fingerprint] = fault if known is None else replace(known, count=known.count + 1)
        under_way = len(_pending) > 1 or known is not None
    if not under_way:
        _threads.submit(_flush)


def settle() -> None:
    """Return when everything met so far has been written."""
    _threads.submit(_flush).result()


def of_analysis(session: Session, analysis: Analysis) -> None:
    """Count a failed analysis within the transaction of its end, unless the person was told what to do about it."""
    if analysis.cause is None or analysis.cause in LIMITS:
        return
    lines = (analysis.traceback or "").splitlines()
    kind = lines[-1].partition(":")[0][:80] if lines and not lines[-1].startswith(" ") else ""
    frames = "\n".join(line for line in lines if line.startswith(("  ", "Traceback")))  # not the message: it may quote data
    known = kind if kind.isidentifier() or kind.replace(".", "").isidentifier() else ""
    title = f"Analyses of {analysis.tool} fail: {analysis.cause}{f' ({known})' if known else ''}"
    fault = Met(_digest("analysis", analysis.tool, analysis.cause, known), title[:LONGEST_TITLE], frames[-LONGEST_DETAILS:])
    try:
        with session.begin_nested():  # whatever becomes of the count, the end of the analysis stands
            _count(session, fault)
    except SQLAlchemyError as problem:
        log.warning("a failed analysis could not be counted: %s", type(problem).__name__)


def _flush() -> None:
    with _lock:
        faults = list(_pending.values())
        _pending.clear()
    if faults:
        _save(faults)


def _save(faults: Iterable[Met]) -> None:
    try:
        with writing() as session:
            for fault in faults:
                _count(session, fault)
    except (SQLAlchemyError, OSError) as problem:
        log.warning("a fault could not be counted: %s", type(problem).__name__)


def _count(session: Session, fault: Met) -> None:
    row = Fault(fingerprint=fault.fingerprint, title=fault.title, traceback=fault.details, count=fault.count)
    again = {"count": col(Fault.count) + fault.count, "last_at": now(), "title": fault.title, "traceback": fault.details}
    session.execute(insert(Fault).values(row.model_dump()).on_conflict_do_update(index_elements=["fingerprint"], set_=again))


def _chain(error: BaseException) -> list[BaseException]:
    """Return an exception after those that led to it, at most five, the first first."""
    chain: list[BaseException] = []
    each: BaseException | None = error
    while each is not None and each not in chain and len(chain) < 5:
        chain.insert(0, each)
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
    return chain


def _innermost(trace: TracebackType | None) -> str:
    """Return the innermost place in our own files, as in 'sciflask_reflex/db.py, writing'; empty if there is none."""
    found = ""
    for frame, _ in traceback.walk_tb(trace):
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(ROOT) and (own := path.relative_to(ROOT)).parts[0] in OWN:
            found = f"{own}, {frame.f_code.co_name}"
    return found


def _digest(*parts: str) -> str:
    return sha256("\x00".join(parts).encode("utf-8", "replace")).hexdigest()
