"""How long a session lives: a limit in all, and one on doing nothing. When it was last used is noted once a minute, beside the request."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col

from sciflask_reflex.db import writing
from sciflask_reflex.identity.models import SessionDetail
from sciflask_reflex.models import Owner, Role, utcnow
from sciflask_reflex.settings import settings

NOTE_SECONDS = 60
GUEST_NOTED = timedelta(hours=1)

log = logging.getLogger(__name__)
# One thread: a note that is late is no worse than one that is not.
_notes = ThreadPoolExecutor(1, thread_name_prefix="sessions-seen")
_under_way: set[str] = set()
_lock = Lock()


def longest(role: str) -> timedelta:
    """Return after how long a session ends, whatever is done in it."""
    return timedelta(hours=settings().admin_hours) if role == Role.ADMIN else timedelta(days=settings().session_days)


def is_over(detail: SessionDetail, role: str, now: datetime) -> bool:
    """Whether a session has been idle for too long, or is older than its role allows (which may have changed since)."""
    if role == Role.ADMIN:
        idle: timedelta | None = timedelta(minutes=settings().admin_idle_minutes)
    else:
        idle = None if detail.remembered else timedelta(hours=settings().idle_hours)
    return (idle is not None and now - detail.seen_at > idle) or now - detail.created_at > longest(role)


def note_seen(detail: SessionDetail, owner_id: str, now: datetime) -> None:
    """Note that a session is in use, at most once a minute; the caller does not wait for it."""
    if now - detail.seen_at < timedelta(seconds=NOTE_SECONDS):
        return
    with _lock:
        if detail.session_sha256 in _under_way:
            return
        _under_way.add(detail.session_sha256)
    _notes.submit(_write, detail.session_sha256, owner_id)


def note_guest(guest: Owner, now: datetime) -> None:
    """Note that a guest is there, at most once an hour; the caller does not wait for it."""
    if now - guest.seen_at < GUEST_NOTED:
        return
    with _lock:
        if guest.id in _under_way:
            return
        _under_way.add(guest.id)
    _notes.submit(_write_guest, guest.id)


def _write_guest(guest_id: str) -> None:
    now = utcnow()
    older = col(Owner.seen_at) < now - GUEST_NOTED
    try:
        with writing() as session:
            session.execute(update(Owner).where(col(Owner.id) == guest_id, older).values(seen_at=now))
    except SQLAlchemyError as error:
        log.warning("The time of a guest's visit could not be noted; the next one will be: %s", error)
    finally:
        with _lock:
            _under_way.discard(guest_id)


def settle() -> None:
    """Return when every note made so far has been written."""
    _notes.submit(lambda: None).result()


def _write(session_sha256: str, owner_id: str) -> None:
    now = utcnow()
    older = col(SessionDetail.seen_at) < now - timedelta(seconds=NOTE_SECONDS)
    try:
        with writing() as session:
            session.execute(update(SessionDetail).where(col(SessionDetail.session_sha256) == session_sha256, older).values(seen_at=now))
            session.execute(update(Owner).where(col(Owner.id) == owner_id).values(seen_at=now))
    except SQLAlchemyError as error:
        log.warning("The time of a session's use could not be noted; the next use will be: %s", error)
    finally:
        with _lock:
            _under_way.discard(session_sha256)
