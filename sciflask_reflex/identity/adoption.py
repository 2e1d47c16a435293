"""A guest who makes an account, or signs in, keeps the work: it gets the person as its owner."""

from datetime import UTC, datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from sciflask_reflex.identity.models import GuestSession
from sciflask_reflex.identity.principal import Principal
from sciflask_reflex.models import LONGEST_NAME, LONGEST_NAME_KEY, Analysis, Study, Upload

MAX_KEY_CHARS = 128


def adopt(session: Session, guest: Principal | None, owner_id: str) -> None:
    """Give a guest's uploads, studies and analyses to a user, within the caller's transaction, and end the guest's session."""
    if guest is None or not guest.is_guest or guest.owner_id == owner_id:
        return
    session.execute(update(Upload).where(col(Upload.owner_id) == guest.owner_id).values(owner_id=owner_id))
    _adopt_studies(session, guest.owner_id, owner_id)
    _adopt_analyses(session, guest.owner_id, owner_id)
    ended = datetime.fromtimestamp(0, UTC)
    session.execute(update(GuestSession).where(col(GuestSession.owner_id) == guest.owner_id).values(expires_at=ended))


def _adopt_studies(session: Session, guest_id: str, owner_id: str) -> None:
    """Names that both have used get a number."""
    taken = set(session.exec(select(Study.name_key).where(Study.owner_id == owner_id)).all())
    for study in session.exec(select(Study).where(Study.owner_id == guest_id)).all():
        suffix, number = "", 1
        while (key := study.name_key[: LONGEST_NAME_KEY - len(suffix)] + suffix) in taken:
            number += 1
            suffix = f" ({number})"
        study.name = study.name[: LONGEST_NAME - len(suffix)] + suffix
        study.name_key = key
        taken.add(key)
        study.owner_id = owner_id
    session.flush()


def _adopt_analyses(session: Session, guest_id: str, owner_id: str) -> None:
    """Idempotency keys that both have used are made different; the guest's tab is done with them."""
    taken = set(session.exec(select(Analysis.idempotency_key).where(Analysis.owner_id == owner_id)).all())
    rows = session.exec(select(Analysis.id, Analysis.idempotency_key).where(Analysis.owner_id == guest_id)).all()
    for analysis_id, key in rows:
        kept = f"{key[: MAX_KEY_CHARS - 33]}:{analysis_id}" if key in taken else key
        session.execute(update(Analysis).where(col(Analysis.id) == analysis_id).values(owner_id=owner_id, idempotency_key=kept))
