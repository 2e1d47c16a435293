"""What is written to people when an analysis ends. Put into the same transaction as the end itself, so there is one mail for each end."""

from sqlmodel import Session, col, select

from sciflask_reflex.models import Analysis, Mail, Owner, Status
from sciflask_reflex.settings import settings


def write_finished(session: Session, analysis: Analysis) -> None:
    """Queue the one mail about the end of an analysis; owners without an address get none."""
    address = session.exec(select(Owner.email).where(Owner.id == analysis.owner_id)).one_or_none()
    cause = f"analysis:{analysis.id}:finished"
    if not address or session.exec(select(Mail.id).where(col(Mail.cause) == cause)).first():
        return
    done = analysis.status == Status.DONE
    subject = f"{settings().site_name}: {one_line(analysis.name)} {'is done' if done else 'failed'}"
    news = "is done. Its result is here:" if done else f"failed.\n\n{analysis.error}\n\nThe analysis is kept here:"
    body = f'Hello,\n\nyour analysis "{one_line(analysis.name)}" {news}\n\n{settings().public_url}/analyses/{analysis.id}\n\n{settings().site_name}\n'
    session.add(Mail(to=address, subject=subject[:200], body=body, cause=cause))


def one_line(text: str) -> str:
    """Return text without line breaks and other control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
