"""Analyses as people see them, with their place in the queue."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from pipeline.toolkit.tool import DEFAULT_QUEUE
from sciflask_reflex import retention, storage
from sciflask_reflex.db import reading
from sciflask_reflex.errors import NotFound
from sciflask_reflex.jobs import turns
from sciflask_reflex.jobs.estimate import Outlook
from sciflask_reflex.jobs.queues import queue_of
from sciflask_reflex.models import ACTIVE, Analysis, Status, Study

ANALYSIS = "analysis"


@dataclass(frozen=True, slots=True)
class AnalysisRow:
    """An analysis as people see it."""

    id: str
    study_id: str
    study_name: str
    name: str
    tool: str
    status: Status
    attempt: int
    stage: str
    fraction: float
    queue_position: int | None
    """1 is next; None when it is not waiting."""
    cause: str | None
    error: str | None
    """The sentence for the person, when it failed."""
    parameters: dict[str, Any]
    metrics: dict[str, Any]
    outputs: list[dict[str, Any]]
    files: list[dict[str, Any]]
    notes: list[str]
    log: list[str] = field(repr=False)
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    queue: str = DEFAULT_QUEUE
    eta_seconds: float | None = None
    """After how long it is probably ready; None when nobody can tell."""
    is_served: bool = True
    """Whether some worker serves its queue, as far as is known."""

    @property
    def active(self) -> bool:
        """Whether it waits or runs."""
        return self.status in ACTIVE


def _row(outlook: Outlook, analysis: Analysis, study_name: str, position: int | None, *, whole: bool) -> AnalysisRow:
    manifest = (analysis.manifest or {}) if whole else {}
    same = ("id", "study_id", "name", "tool", "attempt", "stage", "fraction", "cause", "error", "parameters")
    times = ("created_at", "started_at", "finished_at")
    return AnalysisRow(
        **{name: getattr(analysis, name) for name in (*same, *times)},
        status=Status(analysis.status),
        study_name=study_name,
        queue_position=position,
        metrics=manifest.get("metrics", {}),
        outputs=manifest.get("outputs", []),
        files=manifest.get("files", []),
        notes=manifest.get("notes", []),
        log=analysis.log if whole else [],
        **_prospects(outlook, analysis, position),
    )


def _prospects(outlook: Outlook, analysis: Analysis, position: int | None) -> dict[str, Any]:
    """Return the queue of an analysis, whether it is served, and after how long the analysis is probably ready."""
    queue = queue_of(analysis.tool)
    if analysis.status not in ACTIVE:
        return {"queue": queue}
    return {"queue": queue, "eta_seconds": outlook.seconds_left(analysis, position), "is_served": outlook.workers(queue) != 0}


def _rows(session: Session, *conditions: Any, limit: int | None = None, whole: bool = True) -> list[AnalysisRow]:
    line = turns.line()
    query = select(Analysis, Study.name, line.c.place).join(Study, col(Study.id) == col(Analysis.study_id)).where(*conditions)
    query = query.outerjoin(line, line.c.id == Analysis.id)
    newest_first = query.order_by(col(Analysis.created_at).desc(), col(Analysis.id).desc()).limit(limit)
    left_out = (col(Analysis.traceback),) if whole else (col(Analysis.traceback), col(Analysis.manifest), col(Analysis.log))
    wanted = newest_first.options(*(defer(column, raiseload=True) for column in left_out))  # pyright: ignore[reportArgumentType]
    outlook = Outlook(session)
    return [_row(outlook, analysis, name, place, whole=whole) for analysis, name, place in session.exec(wanted).all()]


def require_id(thing: str, *ids: str) -> None:
    """Raise NotFound for what cannot be an id, before the database sees it."""
    if not all(storage.ID.fullmatch(each) for each in ids):
        raise NotFound(thing)


def get(analysis_id: str, *, owner_id: str) -> AnalysisRow:
    """Return one analysis.

    Raises:
        NotFound: If there is none, or it is somebody else's.
    """
    require_id(ANALYSIS, analysis_id)
    with reading() as session:
        found = _rows(session, Analysis.id == analysis_id, Analysis.owner_id == owner_id)
    if not found:
        raise NotFound(ANALYSIS)
    return found[0]


def kept_until(analysis_id: str, *, owner_id: str) -> datetime | None:
    """Return until when an analysis is kept; None for ever.

    Raises:
        NotFound: If there is none, or it is somebody else's.
    """
    get(analysis_id, owner_id=owner_id)
    with reading() as session:
        return retention.kept_until(session, analysis_id)


def list_for(owner_id: str, *, study_id: str | None = None, limit: int | None = None, whole: bool = False) -> list[AnalysisRow]:
    """Return an owner's analyses, newest first; those of one study when it is named.

    Results and logs are megabytes in a long list: they are empty unless the ``whole`` rows are wanted.
    """
    of_study = [] if study_id is None else [Analysis.study_id == study_id]
    with reading() as session:
        return _rows(session, Analysis.owner_id == owner_id, *of_study, limit=limit, whole=whole)
