"""What waits, runs and ended lately, of everybody; and the two things that admins do about it."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from sciflask_reflex import audit, storage
from sciflask_reflex.analyses import service as analyses
from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import NotFound, Refused, SciflaskError
from sciflask_reflex.identity.models import Account
from sciflask_reflex.jobs import presence, queues
from sciflask_reflex.manage.people import called
from sciflask_reflex.models import FINAL, Analysis, Owner, Status, utcnow
from sciflask_reflex.settings import settings

MOST_WAITING = 50
MOST_FAILED = 10
IN_HAND = (Status.RUNNING, Status.CANCELLING)


@dataclass(frozen=True, slots=True)
class Job:
    """An analysis of anybody, as the queue shows it."""

    id: str
    name: str
    tool: str
    owner_id: str
    person: str
    status: Status
    attempt: int
    crashes: int
    stage: str
    fraction: float
    worker: str
    lease_until: datetime | None
    not_before: datetime | None
    cause: str
    error: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """A worker: one with an analysis in its hands, by the database, or one that has said that it lives."""

    name: str
    analysis: str
    heard_seconds_ago: float
    is_late: bool
    queues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One queue: how many wait in it, and how many workers serve it; None when that is not known."""

    name: str
    waiting: int
    workers: int | None


@dataclass(frozen=True, slots=True)
class Board:
    """The queue at one moment."""

    waiting: list[Job]
    waiting_count: int
    running: list[Job]
    failed: list[Job]
    workers: list[WorkerRow]
    at: datetime
    queues: list[QueueRow] = field(default_factory=list)


COLUMNS = (
    Analysis.id, Analysis.name, Analysis.tool, Analysis.owner_id, Owner.role, Owner.name, Account.email, Analysis.status, Analysis.attempt,
    Analysis.crashes, Analysis.stage, Analysis.fraction, Analysis.lease_owner, Analysis.lease_until, Analysis.not_before, Analysis.cause,
    Analysis.error, Analysis.created_at, Analysis.started_at, Analysis.finished_at,
)  # fmt: skip


OLDEST_FIRST = (col(Analysis.created_at) + 0, col(Analysis.id))
"""Plus nothing: SQLite would else walk through all analyses in this order to find the few that wait."""


def jobs(session: Session, *conditions: Any, order: tuple[Any, ...], limit: int) -> list[Job]:
    """Return analyses of anybody; results, logs and tracebacks stay in the database."""
    query = (
        select(*COLUMNS)  # pyright: ignore[reportCallIssue, reportArgumentType]
        .select_from(Analysis)
        .outerjoin(Owner, col(Owner.id) == col(Analysis.owner_id))  # "outer" so that no database begins with the owners
        .outerjoin(Account, col(Account.owner_id) == col(Owner.id))
        .where(*conditions)
        .order_by(*order)
        .limit(limit)
    )
    return [_job(*row) for row in session.exec(query)]


def _job(*row: Any) -> Job:
    head, (role, owner_name, email), rest = row[:4], row[4:7], row[7:]
    analysis_id, name, tool, owner_id = head
    status, attempt, crashes, stage, fraction, worker, lease_until, not_before, cause, error, created, started, finished = rest
    return Job(
        analysis_id, name, tool, owner_id, called(owner_id, role, owner_name, email), Status(status), attempt, crashes, stage, fraction,
        worker or "", lease_until, not_before, cause or "", error or "", created, started, finished,
    )  # fmt: skip


def board() -> Board:
    """Return what waits, what runs and what failed last."""
    waits = Analysis.status == Status.QUEUED
    with reading() as session:
        running = jobs(session, col(Analysis.status).in_(IN_HAND), order=(col(Analysis.started_at),), limit=200)
        return Board(
            waiting=jobs(session, waits, order=OLDEST_FIRST, limit=MOST_WAITING),
            waiting_count=session.exec(select(func.count()).select_from(Analysis).where(waits)).one(),
            running=running,
            failed=jobs(
                session, Analysis.status == Status.FAILED, col(Analysis.finished_at) > utcnow() - timedelta(days=7),
                order=(col(Analysis.finished_at).desc(), col(Analysis.id).desc()), limit=MOST_FAILED,
            ),
            workers=_workers(running),
            at=utcnow(),
            queues=_queues(session),
        )  # fmt: skip


def _workers(running: list[Job]) -> list[WorkerRow]:
    now = utcnow()
    found = []
    for job in running:
        if not job.worker or job.lease_until is None:
            continue
        ago = settings().lease_seconds - (job.lease_until - now).total_seconds()
        found.append(WorkerRow(job.worker, job.name, max(0.0, ago), ago > settings().lease_seconds))
    serves = {worker.name: worker.queues for worker in presence.roll.workers() or ()}
    found = [replace(row, queues=serves.get(row.name, ())) for row in found]
    idle = [WorkerRow(name, "", 0.0, False, queues) for name, queues in serves.items() if name not in {row.name for row in found}]
    return sorted(found + idle, key=lambda row: row.name)


def _queues(session: Session) -> list[QueueRow]:
    waits = queues.of_analysis().label("queue")
    counted = select(waits, func.count()).where(Analysis.status == Status.QUEUED).group_by(waits)
    waiting = {str(name): int(count) for name, count in session.execute(counted)}
    return [QueueRow(name, waiting.get(name, 0), presence.roll.serving(name)) for name in queues.all_queues()]


def cancel(analysis_id: str) -> None:
    """Cancel anybody's analysis, and write down who did.

    Raises:
        NotFound: If there is none.
        Refused: If it is over already.
    """
    job = _one(analysis_id)
    if job.status in FINAL:
        raise Refused("This analysis is over already. There is nothing to cancel.")
    with audit.echoing("admin:analysis:cancel", beside="analysis:cancel", subject_id=job.owner_id, thing=f"analysis:{job.id}"):
        analyses.cancel(job.id, owner_id=job.owner_id)


def run_again(analysis_id: str) -> str:
    """Make a new analysis of the same study with the same parameters, for the same owner, and return its id.

    It counts in the owner's limits like any other, for it takes the same room. Asked twice for one analysis, it is made once.

    Raises:
        NotFound: If there is none.
        Refused: If it is not over yet, or the owner's limits or tools do not allow another one.
    """
    job = _one(analysis_id)
    if job.status not in FINAL:
        raise Refused("This analysis is not over yet. Cancel it first, or wait.")
    with reading() as session:
        study_id, parameters = session.exec(select(Analysis.study_id, Analysis.parameters).where(Analysis.id == job.id)).one()
    try:
        made = analyses.submit(study_id, owner_id=job.owner_id, name=job.name, parameters=parameters, idempotency_key=f"again-{job.id}")
    except SciflaskError as refusal:
        _note("admin:analysis:retry", job, outcome="failure")
        sentence = f"It could not be run again for {job.person}: {refusal.sentence}"
        raise Refused(sentence) from refusal
    _note("admin:analysis:retry", job, made=made.id)
    return made.id


def _one(analysis_id: str) -> Job:
    if not storage.ID.fullmatch(analysis_id):
        raise NotFound("analysis")
    with reading() as session:
        found = jobs(session, Analysis.id == analysis_id, order=(col(Analysis.id),), limit=1)
    if not found:
        raise NotFound("analysis")
    return found[0]


def _note(tag: str, job: Job, *, outcome: str = "success", **detail: object) -> None:
    with writing() as session:
        audit.record(session, tag, subject_id=job.owner_id, thing=f"analysis:{job.id}", outcome=outcome, **detail)
