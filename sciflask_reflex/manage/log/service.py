"""Search in the audit log, newest first, page by page from where the last one ended."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, or_, select

from sciflask_reflex.db import reading
from sciflask_reflex.manage.moments import Range
from sciflask_reflex.manage.people import ids_of, names_of
from sciflask_reflex.models import AuditEvent

PAGE = 50
MOST_IN_FILE = 100_000
NOBODY = "nobody known"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events: empty means any."""

    between: Range
    person: str = ""
    """A name, an address or an id, of who acted or whom it concerned."""
    tag: str = ""
    """The start of the tag, as in 'account:login'."""
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class EventRow:
    """One line of the log."""

    id: int
    at: datetime
    actor: str
    subject: str
    """Whom it concerned, if somebody else."""
    tag: str
    thing: str
    outcome: str
    detail: str
    session: str
    network: str


def events(wanted: Wanted, *, before: int | None = None, limit: int = PAGE) -> tuple[list[EventRow], bool]:
    """Return events, newest first, and whether there are older ones; ``before`` is the id of the last one seen."""
    with reading() as session:
        found = _page(session, wanted, before, limit + 1)
        return _rows(session, found[:limit]), len(found) > limit


def every_event(wanted: Wanted) -> Iterator[EventRow]:
    """Yield all events, newest first, up to MOST_IN_FILE, a thousand at a time."""
    before, left = None, MOST_IN_FILE
    while left > 0:
        rows, more = events(wanted, before=before, limit=min(1_000, left))
        yield from rows
        left -= len(rows)
        if not more or not rows:
            return
        before = rows[-1].id


def _page(session: Session, wanted: Wanted, before: int | None, limit: int) -> list[AuditEvent]:
    conditions: list[Any] = [wanted.between.holds(col(AuditEvent.at))]
    if wanted.tag:
        tag = wanted.tag.strip()
        conditions.append((col(AuditEvent.tag) >= tag) & (col(AuditEvent.tag) < f"{tag}\U0010ffff"))
    if wanted.outcome:
        conditions.append(col(AuditEvent.outcome) == wanted.outcome)
    if wanted.person:
        ids = ids_of(session, wanted.person)
        conditions.append(or_(col(AuditEvent.actor_id).in_(ids), col(AuditEvent.subject_id).in_(ids)))
    if before is not None:
        conditions.append(col(AuditEvent.id) < before)
    return list(session.exec(select(AuditEvent).where(*conditions).order_by(col(AuditEvent.id).desc()).limit(limit)))


def _rows(session: Session, found: list[AuditEvent]) -> list[EventRow]:
    names = names_of(session, {each for event in found for each in (event.actor_id, event.subject_id) if each})
    return [
        EventRow(
            id=event.id or 0,
            at=event.at,
            actor=names.get(event.actor_id or "", NOBODY),
            subject=names.get(event.subject_id or "", "") if event.subject_id != event.actor_id else "",
            tag=event.tag,
            thing=event.thing,
            outcome=event.outcome,
            detail=json.dumps(event.detail, ensure_ascii=False) if event.detail else "",
            session=event.session,
            network=event.network,
        )
        for event in found
    ]
