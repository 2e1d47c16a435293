"""How fast the queue moves: what ended in each hour or day, and each tool's usual wait and run."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median

from sqlalchemy import Float, Integer, cast, func, type_coerce
from sqlmodel import col, select

from sciflask_reflex.db import reading
from sciflask_reflex.models import Analysis, Status, utcnow

DAYS = 7
MOST_RUNS = 2_000
"""Medians are of so many runs, the newest ones."""
ENDED = (Status.DONE, Status.FAILED)


@dataclass(frozen=True, slots=True)
class ToolRow:
    """What the last week's runs of a tool were like."""

    tool: str
    count: int
    wait_seconds: float
    run_seconds: float
    failed: int

    @property
    def failure_rate(self) -> float:
        """Which part of them failed."""
        return self.failed / self.count


def per_tool() -> list[ToolRow]:
    """Return the usual wait, run and failure of each tool: of the newest runs of the last week."""
    columns = (Analysis.tool, Analysis.status, Analysis.created_at, Analysis.started_at, Analysis.finished_at)
    query = (
        select(*columns)  # pyright: ignore[reportCallIssue, reportArgumentType]
        .where(col(Analysis.status).in_(ENDED), col(Analysis.finished_at) > utcnow() - timedelta(days=DAYS))
        .order_by(col(Analysis.finished_at).desc())
        .limit(MOST_RUNS)
    )
    waits, runs, failed = defaultdict[str, list[float]](list), defaultdict[str, list[float]](list), defaultdict[str, int](int)
    with reading() as session:
        for tool, status, created, started, finished in session.exec(query):
            waits[tool].append(((started or finished) - created).total_seconds())
            runs[tool].append((finished - (started or finished)).total_seconds())
            failed[tool] += status == Status.FAILED
    return sorted(
        (ToolRow(tool, len(runs[tool]), median(waits[tool]), median(runs[tool]), failed[tool]) for tool in runs),
        key=lambda row: (-row.count, row.tool),
    )


def throughput(*, seconds: int, back: int) -> list[tuple[datetime, int, int]]:
    """Return (start, done, failed) of the last ``back`` stretches of so many seconds, oldest first; the last one is not over."""
    newest = int(utcnow().timestamp()) // seconds
    stretch = cast(func.floor(type_coerce(col(Analysis.finished_at), Float) / seconds), Integer)
    since = datetime.fromtimestamp((newest - back + 1) * seconds, UTC)
    query = (
        select(stretch, Analysis.status, func.count())
        .where(col(Analysis.status).in_(ENDED), col(Analysis.finished_at) >= since)
        .group_by(stretch, col(Analysis.status))
    )
    with reading() as session:
        found = {(number, str(status)): count for number, status, count in session.exec(query)}
    return [
        (datetime.fromtimestamp(n * seconds, UTC), found.get((n, "done"), 0), found.get((n, "failed"), 0))
        for n in range(newest - back + 1, newest + 1)
    ]
