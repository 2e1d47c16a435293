"""The only module that changes the status of an analysis. Every change is one conditional UPDATE on the database's clock.

::

    QUEUED ── claim ──> RUNNING ── commit ──> DONE
      ^ │                │ │ └──── fail ────> FAILED
      │ └─ cancel ──┐    │ └──── cancel ───> CANCELLING ── cancelled ──> CANCELLED
      └─ requeue ───┼────┘
                    └──> CANCELLED

Each change tells of itself after its commit. ``attempt`` only grows and fences: what an older attempt says changes nothing.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, col, select

from pipeline.toolkit.tool import DEFAULT_QUEUE
from sciflask_reflex import audit
from sciflask_reflex.db import now, reading, writing
from sciflask_reflex.jobs import events, faults, letters, turns
from sciflask_reflex.jobs.causes import CRASHED, Cause
from sciflask_reflex.models import ACTIVE, Analysis, Outbox, Owner, Status
from sciflask_reflex.settings import settings

LONGEST_BACKOFF_SECONDS = 300.0
LONGEST_STAGE = 200
LONGEST_LINE = 500
LONGEST_SENTENCE = 2_000
LONGEST_DETAILS = 40_000


class Standing(StrEnum):
    """What a worker should do with the attempt in its hands."""

    GO_ON = "go on"
    CANCEL = "cancel"
    LOST = "lost"
    """Another attempt has it, or it was deleted: stop and leave no trace."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right of one worker to run one attempt."""

    analysis_id: str
    attempt: int
    owner_id: str
    study_id: str
    tool: str
    parameters: dict[str, Any]


def _change(session: Session, *conditions: ColumnElement[bool] | bool, **values: Any) -> Analysis | None:
    """Change the one row that meets all conditions and return it as it is now; None if there is none."""
    statement = update(Analysis).where(*conditions).values(**values).returning(Analysis)  # pyright: ignore[reportArgumentType]
    return session.scalars(statement, execution_options={"populate_existing": True}).one_or_none()


def _held(claim: Claim, *statuses: Status) -> tuple[ColumnElement[bool], ...]:
    """The fence: only this attempt, only in these statuses."""
    return col(Analysis.id) == claim.analysis_id, col(Analysis.attempt) == claim.attempt, col(Analysis.status).in_(statuses)


def _clean(text: str, most: int) -> str:
    """Return what a tool said as text that every database can hold."""
    return text[:most].replace("\x00", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()


def _tell(analysis: Analysis | None) -> bool:
    if analysis is not None:
        events.publish(analysis.owner_id, analysis.id, status=analysis.status, stage=analysis.stage, fraction=analysis.fraction)
    return analysis is not None


def claim_next(worker: str, queue: str = DEFAULT_QUEUE) -> Claim | None:
    """Take the analysis of a queue whose turn it is; None when nothing waits there that may run now."""
    while True:
        with reading() as session:
            analysis_id = turns.next_in_line(session, queue)
        if analysis_id is None:
            return None
        if mine := claim(analysis_id, worker):
            return mine  # else somebody was faster: there is another one whose turn it is, or none


def claim(analysis_id: str, worker: str) -> Claim | None:
    """Take a queued analysis that is due; None when somebody else has it, its owner has enough running, or it is over, or gone."""
    with writing() as session:
        owner_id = session.exec(select(Analysis.owner_id).where(col(Analysis.id) == analysis_id)).one_or_none()
        # The owner's lock makes two workers count one after the other.
        owner = owner_id and session.exec(select(Owner.id).where(Owner.id == owner_id).with_for_update()).one_or_none()
        if not owner or not turns.may_run(session, owner):
            return None
        mine = _change(
            session, col(Analysis.id) == analysis_id, col(Analysis.status) == Status.QUEUED, turns.due(),
            status=Status.RUNNING, attempt=col(Analysis.attempt) + 1, lease_owner=worker, lease_until=now() + settings().lease_seconds,
            not_before=None, started_at=now(), stage="Starting", fraction=0.0, log=[],
        )  # fmt: skip
    _tell(mine)
    return mine and Claim(mine.id, mine.attempt, mine.owner_id, mine.study_id, mine.tool, mine.parameters)


def _standing(status: str | None) -> Standing:
    return {str(Status.RUNNING): Standing.GO_ON, str(Status.CANCELLING): Standing.CANCEL}.get(str(status), Standing.LOST)


def standing(claim: Claim) -> Standing:
    """Ask whether to go on; changes nothing."""
    query = select(Analysis.status).where(col(Analysis.id) == claim.analysis_id, col(Analysis.attempt) == claim.attempt)
    with reading() as session:
        return _standing(session.exec(query).one_or_none())


def is_gone(claim: Claim) -> bool:
    """Tell whether the analysis was deleted."""
    with reading() as session:
        return session.exec(select(Analysis.id).where(col(Analysis.id) == claim.analysis_id)).first() is None


def heartbeat(claim: Claim) -> Standing:
    """Renew the lease and ask whether to go on."""
    with writing() as session:
        held = _held(claim, Status.RUNNING, Status.CANCELLING)
        mine = _change(session, *held, lease_until=now() + settings().lease_seconds)
    return _standing(mine.status if mine else None)


def progress(claim: Claim, stage: str, fraction: float, log: list[str]) -> bool:
    """Note how far the attempt is. Renews the lease, too."""
    with writing() as session:
        held = _held(claim, Status.RUNNING)
        said = {"stage": _clean(stage, LONGEST_STAGE), "log": [_clean(line, LONGEST_LINE) for line in log]}
        mine = _change(session, *held, **said, fraction=fraction, lease_until=now() + settings().lease_seconds)
    return _tell(mine)


def commit(claim: Claim, manifest: dict[str, Any]) -> bool:
    """Finish the attempt whose result is in place; again is harmless.

    False: it is no longer ours, or was cancelled; take the result away.
    """
    with writing() as session:
        mine = _change(
            session,
            *_held(claim, Status.RUNNING),
            status=Status.DONE,
            fraction=1.0,
            finished_at=now(),
            lease_until=None,
            lease_owner=None,
            manifest=manifest,
            result_bytes=sum(file["bytes"] or 0 for file in manifest.get("files", [])),
        )
        if mine is not None:
            letters.write_finished(session, mine)
            turns.ring_for(session, mine.owner_id)
        done_before = session.exec(select(Analysis.id).where(*_held(claim, Status.DONE))).first()
    return _tell(mine) or done_before is not None


def fail(claim: Claim, cause: Cause, sentence: str, traceback: str | None = None) -> bool:
    """End the attempt for good, with a sentence for the person and details for the people who run the site."""
    with writing() as session:
        mine = _fail(session, *_held(claim, Status.RUNNING), cause=cause, error=sentence, traceback=traceback or "")
    return _tell(mine)


def _fail(session: Session, *conditions: ColumnElement[bool], **values: Any) -> Analysis | None:
    values |= {"error": _clean(values["error"], LONGEST_SENTENCE), "traceback": _clean(values["traceback"], LONGEST_DETAILS)}
    mine = _change(session, *conditions, status=Status.FAILED, finished_at=now(), lease_until=None, lease_owner=None, **values)
    if mine is not None:
        faults.of_analysis(session, mine)
        letters.write_finished(session, mine)
        turns.ring_for(session, mine.owner_id)
    return mine


def cancel(analysis_id: str, *, owner_id: str) -> Status | None:
    """Cancel an owner's analysis. Return its status afterwards; None when there is none. Twice is harmless."""
    mine = (col(Analysis.id) == analysis_id, col(Analysis.owner_id) == owner_id)
    with writing() as session:
        changed = _change(
            session, *mine, col(Analysis.status) == Status.QUEUED, status=Status.CANCELLED, finished_at=now(), not_before=None
        ) or _change(session, *mine, col(Analysis.status) == Status.RUNNING, status=Status.CANCELLING)  # fmt: skip
        if changed is not None:
            audit.record(session, "analysis:cancel", subject_id=owner_id, thing=f"analysis:{analysis_id}")
        status = changed.status if changed else session.exec(select(Analysis.status).where(*mine)).one_or_none()
    _tell(changed)
    return Status(status) if status else None


def cancelled(claim: Claim) -> bool:
    """The child of a cancelled attempt is gone: say so."""
    with writing() as session:
        held = _held(claim, Status.CANCELLING)
        mine = _end_cancelled(session, *held)
    return _tell(mine)


def _end_cancelled(session: Session, *conditions: ColumnElement[bool]) -> Analysis | None:
    mine = _change(session, *conditions, status=Status.CANCELLED, finished_at=now(), lease_until=None, lease_owner=None)
    if mine is not None:
        turns.ring_for(session, mine.owner_id)
    return mine


def hand_back(claim: Claim) -> bool:
    """Put an attempt back into the queue because this worker has to stop; counts as no crash."""
    with writing() as session:
        mine = _requeue(session, *_held(claim, Status.RUNNING), not_before=None)
    return _tell(mine)


def crashed(claim: Claim, detail: str) -> Status | None:
    """The attempt ended without a word: try again after a while, or fail for good after ``max_attempts``. Return what became of it."""
    return _retry_or_fail(claim.analysis_id, *_held(claim, Status.RUNNING), detail=detail)


def _requeue(session: Session, *conditions: ColumnElement[bool], **values: Any) -> Analysis | None:
    mine = _change(session, *conditions, status=Status.QUEUED, lease_until=None, lease_owner=None, stage="", fraction=0.0, **values)
    if mine is not None:
        session.add(Outbox(analysis_id=mine.id))
    return mine


def _backoff(crashes: int) -> float:
    return min(settings().lease_seconds / 10 * 2**crashes, LONGEST_BACKOFF_SECONDS)


def _retry_or_fail(analysis_id: str, *conditions: ColumnElement[bool], detail: str) -> Status | None:
    with writing() as session:
        crashes = session.exec(select(Analysis.crashes).where(col(Analysis.id) == analysis_id)).one_or_none()
        if crashes is None:
            return None
        same = (*conditions, col(Analysis.crashes) == crashes)
        if crashes + 1 < settings().max_attempts:
            mine = _requeue(
                session, *same, crashes=crashes + 1, not_before=now() + _backoff(crashes), traceback=_clean(detail, LONGEST_DETAILS)
            )
            if mine is not None:
                turns.ring_for(session, mine.owner_id)  # while this one waits for its time, another may run
        else:
            mine = _fail(session, *same, crashes=crashes + 1, cause=Cause.CRASH, error=CRASHED, traceback=detail)
    _tell(mine)
    return mine.status if mine else None


def reap() -> list[tuple[str, int]]:
    """Take back what dead workers left: try it again, fail it, or call it cancelled. Running twice is harmless.

    Return ids and attempts, so that what those attempts left on disk can be taken away.
    """
    expired = (col(Analysis.lease_until) < now(),)
    with reading() as session:
        left = session.exec(select(Analysis.id, Analysis.attempt, Analysis.status).where(*expired, col(Analysis.status).in_(ACTIVE))).all()
    return [
        (analysis_id, attempt)
        for analysis_id, attempt, status in left
        if _reap_one(analysis_id, status, *expired, col(Analysis.attempt) == attempt)
    ]


def _reap_one(analysis_id: str, status: str, *conditions: ColumnElement[bool]) -> bool:
    same = (col(Analysis.id) == analysis_id, col(Analysis.status) == status, *conditions)
    if status == Status.RUNNING:
        return _retry_or_fail(analysis_id, *same, detail="The worker that ran it died.") is not None
    with writing() as session:
        mine = _end_cancelled(session, *same)
    return _tell(mine)
