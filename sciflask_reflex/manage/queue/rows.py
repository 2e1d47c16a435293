"""What the queue's page may show of an analysis: frozen shapes, with everything in words."""

from dataclasses import dataclass, field

from pipeline import tools
from sciflask_reflex import routes
from sciflask_reflex.manage.queue.service import Board, Job, QueueRow, WorkerRow
from sciflask_reflex.manage.queue.statistics import ToolRow
from sciflask_reflex.models import FINAL, Status, utcnow
from sciflask_reflex.shell.numbers import shown_seconds


@dataclass(frozen=True, slots=True)
class JobView:
    """One analysis of anybody."""

    id: str
    name: str
    tool: str
    person: str
    owner_id: str
    url: str
    status: str
    percent: str
    fraction: float
    stage: str
    attempt: str
    worker: str
    note: str
    cause: str
    error: str
    created: str
    started: str
    finished: str
    took: str
    can_cancel: bool


@dataclass(frozen=True, slots=True)
class WorkerView:
    """One worker."""

    name: str
    analysis: str
    heard: str
    is_late: bool
    queues: str = ""


@dataclass(frozen=True, slots=True)
class QueueView:
    """One queue, and who serves it."""

    name: str
    waiting: int
    workers: str
    is_served: bool


@dataclass(frozen=True, slots=True)
class ToolView:
    """How a tool fared lately."""

    tool: str
    count: int
    wait: str
    run: str
    failed: str


@dataclass(frozen=True, slots=True)
class BoardView:
    """The whole queue, as a tab gets it."""

    waiting: list[JobView]
    running: list[JobView]
    failed: list[JobView]
    workers: list[WorkerView]
    waiting_count: int
    at: str
    queues: list[QueueView] = field(default_factory=list)


def tool_title(slug: str) -> str:
    """Return what a tool is called; one that is gone by its slug."""
    tool = tools().get(slug)
    return tool.title if tool else slug


def job_view(job: Job) -> JobView:
    """Return what a list shows of an analysis."""
    return JobView(
        id=job.id,
        name=job.name,
        tool=tool_title(job.tool),
        person=job.person,
        owner_id=job.owner_id,
        url=routes.analysis(job.id),
        status=str(job.status),
        percent=f"{job.fraction:.0%}",
        fraction=round(job.fraction, 3),
        stage=job.stage,
        attempt=f"Attempt {job.attempt}" if job.attempt > 1 else "",
        worker=job.worker,
        note=_note(job),
        cause=job.cause,
        error=job.error,
        created=job.created_at.isoformat(),
        started=job.started_at.isoformat() if job.started_at else "",
        finished=job.finished_at.isoformat() if job.finished_at else "",
        took=shown_seconds((job.finished_at - job.started_at).total_seconds()) if job.finished_at and job.started_at else "",
        can_cancel=job.status not in FINAL and job.status != Status.CANCELLING,
    )


def _note(job: Job) -> str:
    """Say what is out of the ordinary: a crash, a pause before the next attempt, a lease that ran out."""
    now = utcnow()
    if job.not_before and job.not_before > now:
        pause = f"tried again in {shown_seconds((job.not_before - now).total_seconds())}"
        return f"{_crashes(job)}; {pause}" if job.crashes else pause.capitalize()
    if job.status == Status.RUNNING and job.lease_until and job.lease_until < now:
        return "No sign of life; it is taken back soon"
    return _crashes(job) if job.crashes else ""


def _crashes(job: Job) -> str:
    return "Crashed once" if job.crashes == 1 else f"Crashed {job.crashes} times"


def board_view(board: Board) -> BoardView:
    """Return what a tab gets of the queue."""
    return BoardView(
        waiting=[job_view(job) for job in board.waiting],
        running=[job_view(job) for job in board.running],
        failed=[job_view(job) for job in board.failed],
        workers=[_worker(row) for row in board.workers],
        waiting_count=board.waiting_count,
        at=board.at.isoformat(),
        queues=[_queue(row) for row in board.queues],
    )


def _worker(row: WorkerRow) -> WorkerView:
    heard = f"{shown_seconds(row.heard_seconds_ago)} ago" if row.heard_seconds_ago >= 1 else "just now"
    return WorkerView(row.name, row.analysis or "Nothing", heard, row.is_late, ", ".join(row.queues))


def _queue(row: QueueRow) -> QueueView:
    return QueueView(row.name, row.waiting, "not known" if row.workers is None else f"{row.workers:,}", row.workers != 0)


def tool_view(row: ToolRow) -> ToolView:
    """Return what the table of tools shows."""
    return ToolView(
        tool_title(row.tool), row.count, shown_seconds(row.wait_seconds), shown_seconds(row.run_seconds), f"{row.failure_rate:.1%}"
    )
