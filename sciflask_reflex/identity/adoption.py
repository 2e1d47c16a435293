"""A guest who makes an account, or signs in, keeps the work: it gets the person as its owner."""

from datetime import UTC, datetime

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from sciflask_reflex.identity.models import GuestSession
from sciflask_reflex.identity.principal import Principal
from sciflask_reflex.models import Analysis, Mail, MailKind, Owner, Share, Study, Upload
from sciflask_reflex.names import free_name, name_key

MAX_KEY_CHARS = 128


def adopt(session: Session, guest: Principal | None, owner_id: str) -> None:
    """Give a guest's uploads, studies, analyses and links to a user, within the caller's transaction, and end the guest's session."""
    if guest is None or not guest.is_guest or guest.owner_id == owner_id:
        return
    session.execute(update(Upload).where(col(Upload.owner_id) == guest.owner_id).values(owner_id=owner_id))
    _adopt_studies(session, guest.owner_id, owner_id)
    _adopt_analyses(session, guest.owner_id, owner_id)
    _adopt_shares(session, guest.owner_id, owner_id)
    _adopt_counts(session, guest.owner_id, owner_id)
    ended = datetime.fromtimestamp(0, UTC)
    session.execute(update(GuestSession).where(col(GuestSession.owner_id) == guest.owner_id).values(expires_at=ended))


def _adopt_studies(session: Session, guest_id: str, owner_id: str) -> None:
    """Names that both have used get a number."""
    taken = set(session.exec(select(Study.name_key).where(Study.owner_id == owner_id)).all())
    for study in session.exec(select(Study).where(Study.owner_id == guest_id)).all():
        study.name = free_name(study.name, taken)
        study.name_key = name_key(study.name)
        taken.add(study.name_key)
        study.owner_id = owner_id
    session.flush()


def _adopt_counts(session: Session, guest_id: str, owner_id: str) -> None:
    """What the guest ever made counts as made by the user."""
    guest = session.get_one(Owner, guest_id)
    made = {"studies_made": col(Owner.studies_made) + guest.studies_made, "analyses_made": col(Owner.analyses_made) + guest.analyses_made}
    session.execute(update(Owner).where(col(Owner.id) == owner_id).values(**made))
    guest.studies_made = guest.analyses_made = 0


def _adopt_shares(session: Session, guest_id: str, owner_id: str) -> None:
    """Private links go on working; what was to be said about the end of the guest's work is no longer true."""
    session.execute(update(Share).where(col(Share.owner_id) == guest_id).values(owner_id=owner_id))
    unsent = (col(Mail.cause).startswith(f"{MailKind.RETENTION}:{guest_id}:"), col(Mail.sent_at).is_(None))
    session.execute(delete(Mail).where(*unsent))


def _adopt_analyses(session: Session, guest_id: str, owner_id: str) -> None:
    """Idempotency keys that both have used are made different; the guest's tab is done with them."""
    taken = set(session.exec(select(Analysis.idempotency_key).where(Analysis.owner_id == owner_id)).all())
    rows = session.exec(select(Analysis.id, Analysis.idempotency_key).where(Analysis.owner_id == guest_id)).all()
    for analysis_id, key in rows:
        kept = f"{key[: MAX_KEY_CHARS - 33]}:{analysis_id}" if key in taken else key
        session.execute(update(Analysis).where(col(Analysis.id) == analysis_id).values(owner_id=owner_id, idempotency_key=kept))
