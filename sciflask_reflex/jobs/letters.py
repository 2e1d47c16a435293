"""What the site writes to people. A letter is put into the transaction of what it is about, so that there is one for each cause."""

import re
from datetime import datetime

from sqlmodel import Session, col, select

from sciflask_reflex import routes
from sciflask_reflex.db import insert
from sciflask_reflex.models import OPTIONAL_MAILS, Analysis, Mail, MailKind, Owner, Role, Status, new_id, utcnow
from sciflask_reflex.settings import settings

LONGEST_SUBJECT = 200
NAME = re.compile(r"(?:[^\W\d_]|[ '\u2019-]|\.(?= |$))(?:[^\W_]|[ '\u2019-]|\.(?= |$)){0,79}")
"""How people are greeted; whoever calls themselves by an address or a sentence with one in it is not."""
WHY = {
    MailKind.FINISHED: "an analysis of yours is done",
    MailKind.FAILED: "an analysis of yours failed",
    MailKind.NEW_DEVICE: "somebody signed in to your account from a new device",
    MailKind.RETENTION: "some of your work is about to be removed",
}


def write(
    session: Session,
    *,
    to: str,
    subject: str,
    body: str,
    cause: str,
    kind: MailKind,
    link_page: str | None = None,
    link_id: str | None = None,
    owner: Owner | None = None,
    due: datetime | None = None,
) -> bool:
    """Queue a letter to one person, within the caller's transaction; at most one for each cause, whoever else writes it meanwhile.

    ``body`` is the news alone, as plain paragraphs: greeting and footer are the same in all letters and are added here. A secret
    link is written as ``links.PLACE`` on a line of its own, with the page it leads to and the id of its row. With ``owner``, whom
    it is for, letters that this person turned off are not written. A letter that is ``due`` later waits until then.

    Return False when none was queued: there is one for the cause already, or it is not wanted.
    """
    if owner is not None and kind in OPTIONAL_MAILS and kind in owner.unwanted_mails:
        return False
    row = Mail(
        id=new_id(),
        to=to,
        subject=one_line(f"{settings().site_name}: {subject}")[:LONGEST_SUBJECT],
        body=_frame(body, kind, owner),
        cause=cause,
        kind=kind,
        link_page=link_page,
        link_id=link_id,
        next_try_at=due or utcnow(),
        created_at=due or utcnow(),
    )
    new = insert(Mail).values(row.model_dump()).on_conflict_do_nothing(index_elements=["cause"]).returning(col(Mail.id))
    return session.scalar(new) is not None


def _frame(body: str, kind: MailKind, owner: Owner | None) -> str:
    """Put a greeting before the news, and after it who writes, why, and how to have it otherwise."""
    name = one_line(owner.name) if owner else ""
    lines = [
        f"Hello {name}," if NAME.fullmatch(name) else "Hello,",
        "",
        body.strip(),
        "",
        "-- ",
        f"{settings().site_name} · {settings().public_url}",
        *([settings().imprint.file.institution.name] if settings().imprint.file.institution.name else []),
    ]
    if kind in WHY and owner is not None and owner.role != Role.GUEST:
        lines.append(f"You get this mail because {WHY[kind]}. To turn such mails off: {settings().public_url}{routes.ACCOUNT}")
    if settings().contact and kind != MailKind.OPERATOR:
        lines.append(f"Questions? Write to {settings().contact}.")
    return "\n".join([*lines, ""])


def write_finished(session: Session, analysis: Analysis) -> None:
    """Queue the one letter about the end of an analysis; owners without an address get none."""
    owner = session.exec(select(Owner).where(Owner.id == analysis.owner_id)).one_or_none()
    if owner is None or not owner.email:
        return
    done, name = analysis.status == Status.DONE, one_line(analysis.name)
    news = "is done. Its result is here:" if done else f"failed.\n\n{analysis.error}\n\nThe analysis is kept here:"
    write(
        session,
        to=owner.email,
        subject=f"{name} {'is done' if done else 'failed'}",
        body=f'your analysis "{name}" {news}\n\n{settings().public_url}{routes.analysis(analysis.id)}',
        cause=f"analysis:{analysis.id}:finished",
        kind=MailKind.FINISHED if done else MailKind.FAILED,
        owner=owner,
    )


def one_line(text: str) -> str:
    """Return text without line breaks and other control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
