"""Figures of use in a range of days, by month, institution, country, role or tool. What was deleted since counts as well."""

from dataclasses import dataclass, fields, replace
from typing import Any, Literal, get_args

from sqlalchemy import Float, case, func, literal, select, type_coerce, union_all
from sqlmodel import Session, col

from sciflask_reflex.db import reading
from sciflask_reflex.errors import NotFound
from sciflask_reflex.identity.models import Account
from sciflask_reflex.manage.moments import Range, month_of
from sciflask_reflex.models import Analysis, Departed, Owner, Status, Study, StudyInput

By = Literal["month", "institution", "country", "role", "tool"]
DIMENSIONS: tuple[By, ...] = get_args(By)
UNKNOWN = "unknown"
HOUR = 3_600.0


@dataclass(frozen=True, slots=True)
class Figures:
    """What people did, in one month, of one institution and so on. None where it has no meaning."""

    key: str
    people_new: int | None = 0
    people_active: int = 0
    """Those who started an analysis in that time."""
    studies: int = 0
    analyses: int = 0
    failures: int = 0
    compute_hours: float = 0.0
    bytes: int = 0
    """Of the files of these studies and the results of these analyses."""


def dimension(name: str) -> By:
    """Return a dimension by its name; raises NotFound."""
    for known in DIMENSIONS:
        if known == name:
            return known
    raise NotFound("table")


def usage(by: By, between: Range) -> list[Figures]:
    """Return the figures, months in their order and everything else by the number of analyses."""
    rows: dict[str, Figures] = {}

    def put(key: str | None, **values: Any) -> None:
        name = key or UNKNOWN
        known = rows.get(name) or Figures(name, people_new=None if by == "tool" else 0)
        values = {field: (getattr(known, field) or 0) + (value or 0) for field, value in values.items()}
        rows[name] = replace(known, **values)

    with reading() as session:
        if by != "tool":
            for key, count in _people(session, by, between):
                put(key, people_new=count)
        for key, count, size in _studies(session, by, between):
            put(key, studies=count, bytes=int(size or 0))
        for key, count, failed, active, seconds, size in _analyses(session, by, between):
            hours = (seconds or 0.0) / HOUR
            put(key, analyses=count, failures=failed or 0, people_active=active, compute_hours=hours, bytes=int(size or 0))
    if by == "month":
        return [rows[key] for key in sorted(rows)]
    return sorted(rows.values(), key=lambda row: (-row.analyses, -(row.people_new or 0), row.key))


def total(between: Range) -> Figures:
    """Return the figures of everything together; a person who was active in two months counts once."""
    with reading() as session:
        people = sum(count for _, count in _people(session, None, between))
        studies, study_bytes = 0, 0
        for _, count, size in _studies(session, None, between):
            studies, study_bytes = count, int(size or 0)
        figures = Figures("all", people_new=people, studies=studies, bytes=study_bytes)
        for _, count, failed, active, seconds, size in _analyses(session, None, between):
            figures = replace(
                figures,
                analyses=count,
                failures=failed or 0,
                people_active=active,
                compute_hours=(seconds or 0.0) / HOUR,
                bytes=study_bytes + int(size or 0),
            )
    return figures


COLUMNS = tuple(field.name for field in fields(Figures))


def _key(by: By | None, table: Any) -> Any:
    """Return what rows of a table are grouped by."""
    if by is None:
        return literal("all")
    if by == "month":
        return month_of(type_coerce(col(table.created_at), Float))
    return {
        "institution": func.coalesce(func.nullif(Account.institution, ""), case((col(Owner.role) == "guest", "guests"))),
        "country": func.coalesce(func.nullif(Account.country, ""), case((col(Owner.role) == "guest", "guests"))),
        "role": col(Owner.role),
        "tool": getattr(table, "tool", literal(UNKNOWN)),
    }[by]


def _of_people(query: Any, by: By | None, owner_id: Any) -> Any:
    """Bring the owner and the account in, where the grouping asks for them."""
    if by in ("institution", "country", "role"):
        query = query.join(Owner, col(Owner.id) == owner_id)
    if by in ("institution", "country"):
        query = query.outerjoin(Account, col(Account.owner_id) == owner_id)
    return query


def _gone(by: By | None, what: str, between: Range, *columns: Any) -> Any:
    """Return the rows of what was deleted, grouped alike."""
    guests = case((col(Departed.role) == "guest", "guests"))
    key = {
        None: literal("all"),
        "month": month_of(type_coerce(col(Departed.created_at), Float)),
        "institution": func.coalesce(func.nullif(Departed.institution, ""), guests),
        "country": func.coalesce(func.nullif(Departed.country, ""), guests),
        "role": col(Departed.role),
        "tool": col(Departed.tool),
    }[by]
    return select(key.label("k"), *columns).where(col(Departed.what) == what, between.holds(col(Departed.created_at)))


def _people(session: Session, by: By | None, between: Range) -> Any:
    query = select(_key(by, Owner).label("k"), col(Owner.id).label("owner")).where(between.holds(col(Owner.created_at)))
    if by in ("institution", "country"):
        query = query.outerjoin(Account, col(Account.owner_id) == col(Owner.id))
    both = union_all(query, _gone(by, "person", between, col(Departed.owner_id).label("owner"))).subquery()
    return session.execute(select(both.c.k, func.count()).group_by(both.c.k))


def _studies(session: Session, by: By | None, between: Range) -> Any:
    sizes = select(col(StudyInput.study_id), func.sum(StudyInput.bytes).label("size")).group_by(col(StudyInput.study_id)).subquery()
    query = (
        select(_key(by, Study).label("k"), sizes.c.size)
        .select_from(Study)
        .outerjoin(sizes, sizes.c.study_id == col(Study.id))
        .where(between.holds(col(Study.created_at)), col(Study.is_example).is_(False))
    )
    both = union_all(_of_people(query, by, col(Study.owner_id)), _gone(by, "study", between, col(Departed.bytes).label("size"))).subquery()
    return session.execute(select(both.c.k, func.count(), func.sum(both.c.size)).group_by(both.c.k))


def _analyses(session: Session, by: By | None, between: Range) -> Any:
    took = type_coerce(col(Analysis.finished_at), Float) - type_coerce(col(Analysis.started_at), Float)
    query = (
        select(
            _key(by, Analysis).label("k"),
            case((col(Analysis.status) == Status.FAILED, 1), else_=0).label("failed"),
            col(Analysis.owner_id).label("owner"),
            took.label("seconds"),
            col(Analysis.result_bytes).label("size"),
        )
        .select_from(Analysis)
        .where(between.holds(col(Analysis.created_at)))
    )
    failed = case((col(Departed.failed).is_(True), 1), else_=0)
    gone = _gone(by, "analysis", between, failed, col(Departed.owner_id), type_coerce(col(Departed.seconds), Float), col(Departed.bytes))
    both = union_all(_of_people(query, by, col(Analysis.owner_id)), gone).subquery()
    columns = (
        func.count(),
        func.sum(both.c.failed),
        func.count(func.distinct(both.c.owner)),
        func.sum(both.c.seconds),
        func.sum(both.c.size),
    )
    return session.execute(select(both.c.k, *columns).group_by(both.c.k))
