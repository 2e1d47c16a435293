"""Whose turn it is. Owners take turns: who has least running, then who was served longest ago, then who asked first.

Each queue is a line of its own. So one person with five hundred analyses delays another by one, not by five hundred.
"""

from typing import Any

from sqlalchemy import CTE, Subquery, case, func, or_
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from pipeline.toolkit.tool import DEFAULT_QUEUE
from sciflask_reflex import quotas
from sciflask_reflex.db import now
from sciflask_reflex.jobs import queues
from sciflask_reflex.models import Analysis, Outbox, Owner, Status
from sciflask_reflex.quotas import OCCUPYING

WAITING = col(Analysis.status) == Status.QUEUED


def due() -> Any:
    """Return the condition that no back-off keeps an analysis from running."""
    return or_(col(Analysis.not_before).is_(None), col(Analysis.not_before) <= now())


def _owners() -> CTE:
    """What owners with something waiting have running, and when they were served last."""
    owners = select(Analysis.owner_id).where(WAITING)
    busy = func.sum(case((col(Analysis.status).in_(OCCUPYING), 1), else_=0))
    served = func.coalesce(func.max(col(Analysis.started_at)), 0)
    query = select(Analysis.owner_id, busy.label("busy"), served.label("served")).where(col(Analysis.owner_id).in_(owners))
    return query.group_by(col(Analysis.owner_id)).cte("waiting_owners")


def line(*conditions: Any) -> Subquery:
    """Return everything that waits and meets the conditions, with its ``turn`` among the owner's own and its ``place`` in its queue."""
    owners = _owners()
    oldest = (col(Analysis.created_at), col(Analysis.id))
    queue = queues.of_analysis()
    own = func.row_number().over(partition_by=(col(Analysis.owner_id), queue), order_by=oldest)
    shown = (col(Analysis.id), col(Analysis.owner_id), col(Analysis.created_at), queue.label("queue"), own.label("turn"))
    each = (
        columns(*shown, owners.c.busy, owners.c.served)
        .join(owners, owners.c.owner_id == Analysis.owner_id)
        .where(WAITING, *conditions)
        .subquery("each_turn")
    )
    order = (each.c.turn + each.c.busy, each.c.served, each.c.created_at, each.c.id)
    place = func.row_number().over(partition_by=each.c.queue, order_by=order)
    return columns(each.c.id, each.c.owner_id, each.c.turn, each.c.busy, place.label("place")).subquery("line")


def next_in_line(session: Session, queue: str = DEFAULT_QUEUE) -> str | None:
    """Return the analysis of a queue whose turn it is: due, and its owner has fewer running than their role may; None if there is none."""
    waiting = line(due(), queues.waits_in(queue))
    query = select(waiting.c.id, waiting.c.busy, Owner.role).join(Owner, col(Owner.id) == waiting.c.owner_id)
    roles: dict[str, int | None] = {}
    for analysis_id, busy, role in session.execute(query.where(waiting.c.turn == 1).order_by(waiting.c.place)):
        if role not in roles:
            roles[role] = quotas.limits_of(session, role).max_running
        if (most := roles[role]) is None or busy < most:
            return analysis_id
    return None


def may_run(session: Session, owner_id: str) -> bool:
    """Tell whether an owner has fewer analyses running than their role may."""
    role = session.exec(select(Owner.role).where(Owner.id == owner_id)).one_or_none()
    most = quotas.limits_of(session, role).max_running if role else 0
    return most is None or quotas.running(session, owner_id) < most


def ring_for(session: Session, owner_id: str) -> None:
    """Ring for the owner's oldest that waits, in each queue: a place of theirs became free."""
    oldest = select(Analysis.id).where(Analysis.owner_id == owner_id, WAITING, due()).order_by(col(Analysis.created_at), col(Analysis.id))
    for queue in queues.all_queues():
        # One that is being deleted at this moment is passed over; on SQLite there is nobody else.
        first = oldest.where(queues.waits_in(queue)).limit(1).with_for_update(read=True, key_share=True, skip_locked=True)
        if (waiting := session.exec(first).first()) is not None:
            session.add(Outbox(analysis_id=waiting))
