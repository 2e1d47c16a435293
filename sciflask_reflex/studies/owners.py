"""What an owner may keep: read and counted inside the transaction that adds to it."""

from datetime import timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from sciflask_reflex.errors import NotFound, Refused
from sciflask_reflex.models import Analysis, Owner, Role, Study, StudyInput, Upload, utcnow
from sciflask_reflex.settings import MIB, settings

FORGOTTEN = timedelta(hours=1)
"""An upload that has not ended after so long was cut off; its reservation no longer counts."""


def locked(session: Session, owner_id: str) -> Owner:
    """Return the owner and let nobody else add to their things until the transaction ends.

    Raises:
        NotFound: If there is no such owner.
    """
    owner = session.exec(select(Owner).where(Owner.id == owner_id).with_for_update()).one_or_none()
    if owner is None:
        raise NotFound("account")
    return owner


def bytes_kept(session: Session, owner_id: str) -> int:
    """Count the bytes of an owner's studies, results and uploads, those that are still arriving included."""
    stored = (
        select(func.coalesce(func.sum(StudyInput.bytes), 0))
        .join(Study, col(Study.id) == StudyInput.study_id)
        .where(Study.owner_id == owner_id)
    )
    alive = (col(Upload.sha256) != "") | (col(Upload.created_at) > utcnow() - FORGOTTEN)
    waiting = select(func.coalesce(func.sum(Upload.bytes), 0)).where(Upload.owner_id == owner_id, alive)
    results = select(func.coalesce(func.sum(Analysis.result_bytes), 0)).where(Analysis.owner_id == owner_id)
    return sum(int(session.exec(part).one()) for part in (stored, waiting, results))


def refuse_too_many_bytes(session: Session, owner: Owner, more: int) -> None:
    """Raise Refused when so many more bytes are more than the owner may keep."""
    most = settings().max_owner_mib_guest if owner.role == Role.GUEST else settings().max_owner_mib
    if bytes_kept(session, owner.id) + more > most * MIB:
        advice = (
            "Create an account for more space, or delete studies and analyses"
            if owner.role == Role.GUEST
            else "Delete studies and analyses"
        )
        sentence = (
            f"Your files and results would take more than {most:,} MiB, which is the space you have. {advice} that you no longer need."
        )
        raise Refused(sentence)


def refuse_too_many_studies(session: Session, owner: Owner) -> None:
    """Raise Refused when the owner has as many studies as allowed; examples do not count."""
    most = settings().max_studies_guest if owner.role == Role.GUEST else settings().max_studies
    own = select(func.count()).select_from(Study).where(Study.owner_id == owner.id, col(Study.is_example).is_(False))
    if session.exec(own).one() >= most:
        sentence = f"You have {most} studies already, which is as many as you may keep. Delete one that you no longer need."
        raise Refused(sentence)
