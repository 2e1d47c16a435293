"""When an analysis will be ready, as far as the past tells: the usual run of its tool, and how many stand before it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import func
from sqlmodel import Session, col, select

from sciflask_reflex.jobs import presence
from sciflask_reflex.jobs.queues import queue_of, waits_in
from sciflask_reflex.models import Analysis, Status, utcnow
from sciflask_reflex.quotas import OCCUPYING

MOST_RUNS = 20
LEAST_RUNS = 3
"""Fewer are no evidence."""
DAYS = 30


def usual_seconds(session: Session, tool: str) -> float | None:
    """Return the median of a tool's newest runs that came to their end; None when there are too few of the last weeks."""
    times = select(Analysis.started_at, Analysis.finished_at).where(
        Analysis.status == Status.DONE, Analysis.tool == tool, col(Analysis.finished_at) > utcnow() - timedelta(days=DAYS)
    )
    ended = session.exec(times.order_by(col(Analysis.finished_at).desc()).limit(MOST_RUNS)).all()
    runs = [(end - start).total_seconds() for start, end in ended if start and end]
    return median(runs) if len(runs) >= LEAST_RUNS else None


@dataclass
class Outlook:
    """When analyses will be ready, for one look at some of them: what they share is asked once."""

    session: Session
    _usual: dict[str, float | None] = field(default_factory=dict)
    _busy: dict[str, int] = field(default_factory=dict)

    def workers(self, queue: str) -> int | None:
        """Return how many workers serve a queue; None when that is not known."""
        return presence.roll.serving(queue)

    def seconds_left(self, analysis: Analysis, place: int | None) -> float | None:
        """Return after how many seconds an analysis that waits or runs is probably ready; None when nobody can tell.

        What waits is ready after as many usual runs as there are analyses before it and with it, shared by the workers that serve its
        queue; never sooner than after one.
        """
        if analysis.status not in (Status.QUEUED, Status.RUNNING) or (usual := self._usual_of(analysis.tool)) is None:
            return None
        if analysis.status == Status.RUNNING:
            return _rest(usual, analysis.started_at)
        queue = queue_of(analysis.tool)
        if not place or not (workers := self.workers(queue)):
            return None
        return usual * max(1.0, (self._busy_in(queue) + place) / workers)

    def _usual_of(self, tool: str) -> float | None:
        if tool not in self._usual:
            self._usual[tool] = usual_seconds(self.session, tool)
        return self._usual[tool]

    def _busy_in(self, queue: str) -> int:
        if queue not in self._busy:
            busy = select(func.count()).select_from(Analysis).where(col(Analysis.status).in_(OCCUPYING), waits_in(queue))
            self._busy[queue] = self.session.exec(busy).one()
        return self._busy[queue]


def _rest(usual: float, since: datetime | None) -> float | None:
    """Return what is left of a usual run; None once it has taken longer than that."""
    left = usual - (utcnow() - since).total_seconds() if since else 0.0
    return left if left > 0 else None
