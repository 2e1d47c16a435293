"""Before work is deleted, what the figures of use need of it is kept: when, by which tool, for which institution. Nothing else.

Each function belongs into the transaction that deletes.
"""

from typing import Any

from sqlalchemy import ColumnElement, Float, case, column, func, insert, literal, select, table, type_coerce, update
from sqlmodel import Session, col

from sciflask_reflex.models import Analysis, Departed, Owner, Status, Study, StudyInput, new_id

# Workers delete too, and do not load the tables of identity: two of its columns are named here.
ACCOUNT = table("account", column("owner_id"), column("institution"), column("country"))
COLUMNS = ("what", "owner_id", "created_at", "role", "institution", "country", "tool", "failed", "seconds", "bytes")


def keep_owner(session: Session, owner_id: str) -> None:
    """Keep the figures of an owner and of everything of theirs, under an id that leads to nobody."""
    keep_analyses(session, col(Analysis.owner_id) == owner_id)
    keep_studies(session, col(Study.owner_id) == owner_id)
    person = ("person", col(Owner.id), col(Owner.created_at), "", False, 0.0, 0)
    _insert(session, person, col(Owner.id), col(Owner.id) == owner_id)
    session.execute(update(Departed).where(col(Departed.owner_id) == owner_id).values(owner_id=new_id()))


def keep_study(session: Session, study_id: str) -> None:
    """Keep the figures of a study and of its analyses."""
    keep_analyses(session, col(Analysis.study_id) == study_id)
    keep_studies(session, col(Study.id) == study_id)


def keep_studies(session: Session, *conditions: ColumnElement[bool]) -> None:
    """Keep the figures of the studies that meet all conditions; examples are none."""
    size = select(func.coalesce(func.sum(StudyInput.bytes), 0)).where(col(StudyInput.study_id) == col(Study.id)).scalar_subquery()
    study = ("study", col(Study.owner_id), col(Study.created_at), col(Study.tool), False, 0.0, size)
    _insert(session, study, col(Study.owner_id), col(Study.is_example).is_(False), *conditions)


def keep_analyses(session: Session, *conditions: ColumnElement[bool]) -> None:
    """Keep the figures of the analyses that meet all conditions."""
    took = type_coerce(col(Analysis.finished_at), Float) - type_coerce(col(Analysis.started_at), Float)
    failed = case((col(Analysis.status) == Status.FAILED, True), else_=False)
    size = col(Analysis.result_bytes)
    analysis = ("analysis", col(Analysis.owner_id), col(Analysis.created_at), col(Analysis.tool), failed, func.coalesce(took, 0.0), size)
    _insert(session, analysis, col(Analysis.owner_id), *conditions)


def _insert(session: Session, values: tuple[Any, ...], owner_id: Any, *conditions: ColumnElement[bool]) -> None:
    what, owner, created_at, *rest = (literal(value) if isinstance(value, str | bool | float | int) else value for value in values)
    whose = (col(Owner.role), func.coalesce(ACCOUNT.c.institution, ""), func.coalesce(ACCOUNT.c.country, ""))
    query = select(what, owner, created_at, *whose, *rest).join(ACCOUNT, ACCOUNT.c.owner_id == col(Owner.id), isouter=True)
    query = query.where(col(Owner.id) == owner_id, *conditions).select_from(Owner)
    session.execute(insert(Departed).from_select(COLUMNS, query))
