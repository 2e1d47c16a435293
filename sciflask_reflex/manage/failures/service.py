"""What failed, of everybody: why, how often, and what only the people who run the site may read."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_
from sqlmodel import col, select

from sciflask_reflex import storage
from sciflask_reflex.db import reading
from sciflask_reflex.errors import NotFound
from sciflask_reflex.manage.queue.service import Job, jobs
from sciflask_reflex.models import Analysis, Fault, Status, utcnow

Read = Callable[[str], str]
PAGE = 25
MOST_FAULTS = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which failures: empty means any."""

    cause: str = ""
    tool: str = ""
    days: int = 30

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return it as SQL."""
        found = [col(Analysis.status) == Status.FAILED, col(Analysis.finished_at) > utcnow() - timedelta(days=self.days)]
        if self.cause:
            found.append(col(Analysis.cause) == self.cause)
        if self.tool:
            found.append(col(Analysis.tool) == self.tool)
        return found


@dataclass(frozen=True, slots=True)
class Group:
    """How many failed in one way."""

    cause: str
    tool: str
    count: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class FaultRow:
    """An error of the site itself that nobody had foreseen, and how often it came."""

    fingerprint: str
    title: str
    count: int
    first_at: datetime
    last_at: datetime


def failures(wanted: Wanted, *, after: tuple[datetime, str] | None = None, limit: int = PAGE) -> tuple[list[Job], bool]:
    """Return failures, newest first, and whether there are more; ``after`` is the (finished_at, id) of the last one seen."""
    conditions: list[Any] = wanted.conditions()
    if after is not None:
        finished, analysis_id = col(Analysis.finished_at), col(Analysis.id)
        conditions.append(or_(finished < after[0], and_(finished == after[0], analysis_id < after[1])))
    with reading() as session:
        found = jobs(session, *conditions, order=(col(Analysis.finished_at).desc(), col(Analysis.id).desc()), limit=limit + 1)
    return found[:limit], len(found) > limit


def groups(wanted: Wanted) -> list[Group]:
    """Return how many failed by each cause in each tool, the most first."""
    number = func.count()
    query = (
        select(Analysis.cause, Analysis.tool, number, func.max(Analysis.finished_at))
        .where(*wanted.conditions())
        .group_by(col(Analysis.cause), col(Analysis.tool))
        .order_by(number.desc())
        .limit(50)
    )
    with reading() as session:
        return [Group(cause or "unknown", tool, count, last) for cause, tool, count, last in session.exec(query) if last]


def traceback_of(analysis_id: str) -> str:
    """Return the technical details of a failed analysis.

    Raises:
        NotFound: If there is none.
    """
    if not storage.ID.fullmatch(analysis_id):
        raise NotFound("analysis")
    with reading() as session:
        found = session.exec(select(Analysis.traceback).where(Analysis.id == analysis_id, Analysis.status == Status.FAILED)).all()
    if not found:
        raise NotFound("analysis")
    return found[0] or ""


def faults() -> list[FaultRow]:
    """Return the errors that nobody had foreseen, newest first."""
    columns = (Fault.fingerprint, Fault.title, Fault.count, Fault.first_at, Fault.last_at)
    query = select(*columns).order_by(col(Fault.last_at).desc()).limit(MOST_FAULTS)  # pyright: ignore[reportCallIssue, reportArgumentType]
    with reading() as session:
        return [FaultRow(*row) for row in session.exec(query)]


def traceback_of_fault(fingerprint: str) -> str:
    """Return the technical details of an error.

    Raises:
        NotFound: If there is none.
    """
    with reading() as session:
        found = session.get(Fault, fingerprint)
    if found is None:
        raise NotFound("error")
    return found.traceback
