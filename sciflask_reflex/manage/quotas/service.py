"""The limits of roles, as admins set them, and who keeps most."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from pipeline import tools
from sciflask_reflex import audit, quotas
from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import LOOK_AGAIN, Invalid, NotFound
from sciflask_reflex.identity.models import Account
from sciflask_reflex.manage.people import called
from sciflask_reflex.models import Analysis, Owner, RoleLimits, Study, StudyInput

MOST_LISTED = 20
HIGHEST = 10_000_000
WHOLE = f"Write a whole number from 0 to {HIGHEST:,}, or nothing."


@dataclass(frozen=True, slots=True)
class RoleLimit:
    """The limits of a role: what holds, and what of it admins set here."""

    role: str
    title: str
    holds: dict[str, int | None]
    """None: no limit."""
    set_here: dict[str, int]
    """Zero: no limit."""
    tools: list[str] | None
    tools_set_here: bool


@dataclass(frozen=True, slots=True)
class Keeper:
    """Somebody who keeps much."""

    owner_id: str
    person: str
    role: str
    bytes: int
    studies: int
    analyses: int


def roles() -> list[RoleLimit]:
    """Return every role with its limits."""
    with reading() as session:
        rows = {row.role: row for row in session.exec(select(RoleLimits))}
        found = []
        for role in quotas.roles(session):
            row = rows.get(role.name)
            mine = {name: value for name in quotas.NUMBERS if row and (value := getattr(row, name)) is not None}
            holds = {name: getattr(role.limits, name) for name in quotas.NUMBERS}
            allowed = None if role.limits.tools is None else sorted(role.limits.tools)
            found.append(RoleLimit(role.name, role.title, holds, mine, allowed, bool(row and row.tools is not None)))
        return found


def set_limits(role: str, numbers: Mapping[str, str], allowed: str) -> None:
    """Set the limits of a role. An empty number follows the settings, zero means no limit; ``allowed`` are slugs, empty as set.

    Raises:
        NotFound: If there is no such role.
        Invalid: If a number is none, or a tool is unknown.
    """
    faults: dict[str, str] = {}
    values = {name: _number(name, str(numbers.get(name, "")), faults) for name in quotas.NUMBERS}
    slugs = [slug.strip() for slug in allowed.split(",") if slug.strip()]
    faults |= tool_faults(slugs)
    if faults:
        raise Invalid(LOOK_AGAIN, faults)
    with writing() as session:
        if role not in {known.name for known in quotas.roles(session)}:
            raise NotFound("role")
        put(session, role, values | {"tools": slugs or None})


def tool_faults(slugs: Sequence[str]) -> dict[str, str]:
    """Return a sentence for the field ``tools`` if one of these is not installed."""
    unknown = [slug[:64] for slug in slugs if slug not in tools()]
    return {"tools": f"There is no tool called {', '.join(unknown)}. There are: {', '.join(tools())}."} if unknown else {}


def put(session: Session, role: str, wanted: Mapping[str, Any]) -> None:
    """Write what admins want of a role within the caller's transaction, and in the log which of it is new."""
    known = session.get(RoleLimits, role)
    row = known or RoleLimits(role=role)
    changes = {name: f"{_said(before)} → {_said(value)}" for name, value in wanted.items() if (before := getattr(row, name)) != value}
    for name in changes:
        setattr(row, name, wanted[name])
    session.add(row)
    act = "edit" if known else "create"
    audit.record(session, f"admin:role:{act}", thing=f"role:{role}", fields=",".join(changes), **changes)


def _number(name: str, text: str, faults: dict[str, str]) -> int | None:
    text = text.strip().replace(",", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and int(text) <= HIGHEST):
        faults[name] = WHOLE
        return None
    return int(text)


def _said(value: int | str | list[str] | None) -> str:
    if value is None:
        return "as in the settings"
    return ", ".join(value) if isinstance(value, list) else str(value)


def largest() -> list[Keeper]:
    """Return who keeps most bytes of files and results."""
    files = (
        select(Study.owner_id, func.count(func.distinct(col(Study.id))).label("studies"), func.sum(StudyInput.bytes).label("size"))
        .outerjoin(StudyInput, col(StudyInput.study_id) == col(Study.id))
        .group_by(col(Study.owner_id))
        .subquery()
    )
    results = (
        select(Analysis.owner_id, func.count().label("analyses"), func.sum(Analysis.result_bytes).label("size"))
        .group_by(col(Analysis.owner_id))
        .subquery()
    )
    size = func.coalesce(files.c.size, 0) + func.coalesce(results.c.size, 0)
    query = (
        select(Owner.id, Owner.role, Owner.name, Account.email, size, files.c.studies, results.c.analyses)  # pyright: ignore[reportCallIssue, reportArgumentType]
        .outerjoin(Account, col(Account.owner_id) == col(Owner.id))
        .outerjoin(files, files.c.owner_id == col(Owner.id))
        .outerjoin(results, results.c.owner_id == col(Owner.id))
        .where(size > 0)
        .order_by(size.desc())
        .limit(MOST_LISTED)
    )
    with reading() as session:
        return [
            Keeper(owner_id, called(owner_id, role, name, email), role, int(total), studies or 0, analyses or 0)
            for owner_id, role, name, email, total, studies, analyses in session.exec(query)
        ]
