"""Take away what nobody needs any more: work whose time is over, uploads that became no study, old rows, and files without one."""

import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import delete, or_
from sqlmodel import col, select

from sciflask_reflex import audit, storage
from sciflask_reflex.db import now, reading, writing
from sciflask_reflex.jobs import retiring
from sciflask_reflex.models import ACTIVE, Analysis, AuditEvent, Mail, Outbox, Share, Status, Study, Upload

ORPHAN_SECONDS = 3_600
"""A file without a row may be one whose row is about to come; after so long it is none."""
UPLOAD_SECONDS = 24 * 3_600
OUTBOX_SECONDS = 24 * 3_600
MAIL_SECONDS = 7 * 24 * 3_600
"""A mail is sent or given up long before; what it said about somebody's work is nothing to keep."""

AUDIT_SECONDS = audit.KEEP_DAYS * 24 * 3_600 + 3_600
"""An hour more than what the database insists on."""
SHARE_SECONDS = 24 * 3_600


def sweep() -> int:
    """Do one round; return how many things were taken away."""
    retired = retiring.retire()
    _forget_old_rows()
    gone = [*_orphans("incoming", Upload), *_orphans("studies", Study), *_orphans("results", Analysis), *_old_drafts()]
    for path in gone:
        storage.discard(path)
    for path in _left_with_others():
        storage.discard_spread(path)
        gone.append(path)
    for grave in _entries(storage.trash_folder()):
        storage.remove_grave(grave)
    return retired + len(gone)


def _forget_old_rows() -> None:
    with writing() as session:
        session.exec(delete(Upload).where(col(Upload.created_at) < now() - UPLOAD_SECONDS))
        waiting = select(Analysis.id).where(Analysis.status == Status.QUEUED)
        old = (col(Outbox.sent_at) < now() - OUTBOX_SECONDS, col(Outbox.analysis_id).not_in(waiting))
        session.exec(delete(Outbox).where(*old))
        session.exec(delete(Mail).where(col(Mail.created_at) < now() - MAIL_SECONDS))
        session.exec(delete(AuditEvent).where(col(AuditEvent.at) < now() - AUDIT_SECONDS))
        session.exec(delete(Share).where(or_(col(Share.expires_at) < now() - SHARE_SECONDS, col(Share.revoked_at) < now() - SHARE_SECONDS)))


def _is_old(path: Path) -> bool:
    try:
        return path.lstat().st_mtime < time.time() - ORPHAN_SECONDS
    except FileNotFoundError:
        return False


def _entries(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.iterdir()) if folder.is_dir() else ()


def _orphans(folder: str, table: type[Upload] | type[Study] | type[Analysis]) -> list[Path]:
    """Return what lies in a folder of ids without a row of that id."""
    found = [path for path in _entries(storage.root() / folder) if _is_old(path)]
    if not found:
        return []
    with reading() as session:
        known = set(session.exec(select(table.id)).all())
    return [path for path in found if path.name not in known]


def _left_with_others() -> list[Path]:
    """Return what attempts that are over have left in the folder that other machines see."""
    found = [path for path in storage.spread_folders() if _is_old(path)]
    if not found:
        return []
    with reading() as session:
        rows = session.exec(select(Analysis.id, Analysis.attempt).where(col(Analysis.status).in_(ACTIVE))).all()
    needed = {storage.result_spread(analysis_id, attempt) for analysis_id, attempt in rows}
    return [path for path in found if path not in needed]


def _old_drafts() -> list[Path]:
    """Return what is neither the result of a finished analysis nor belongs to the attempt that runs."""
    with reading() as session:
        rows = session.exec(select(Analysis.id, Analysis.status, Analysis.attempt)).all()
    gone = []
    for analysis_id, status, attempt in rows:
        needed = {str(attempt)} if status == Status.DONE else set()
        if status in ACTIVE:
            needed = {str(attempt), f".{attempt}.tmp", f".{attempt}.scratch"}
        gone += [path for path in _entries(storage.root() / "results" / analysis_id) if path.name not in needed and _is_old(path)]
    return gone
