"""Mails about faults to the people who run the site: the first of its kind at once, then one an hour for each kind, many in one mail."""

from sqlalchemy import func, or_, update
from sqlmodel import Session, col, select

from sciflask_reflex import routes
from sciflask_reflex.db import now, reading, writing
from sciflask_reflex.jobs import letters
from sciflask_reflex.models import Fault, Mail, MailKind, Owner, Role, new_id
from sciflask_reflex.settings import settings

HOUR_SECONDS = 3_600
MAILS_PER_HOUR = 6
"""To each person, whatever breaks."""
MOST_LINES = 20


def tell() -> int:
    """Write what is new and not yet told to everybody who runs the site; return about how many kinds of faults."""
    quiet = or_(col(Fault.mailed_at).is_(None), col(Fault.mailed_at) < now() - HOUR_SECONDS)
    due = select(Fault).where(col(Fault.count) > col(Fault.mailed_count), quiet).order_by(col(Fault.last_at).desc())
    with reading() as session:
        if session.exec(due.limit(1)).first() is None:
            return 0
    with writing() as session:
        people = recipients(session)
        if not people or _told_lately(session) >= MAILS_PER_HOUR * len(people):
            return 0
        mine = [fault for fault in session.exec(due) if _take(session, fault)]
        if mine:
            _write(session, people, mine)
    return len(mine)


def recipients(session: Session) -> list[str]:
    """Return who hears of faults: the addresses of the setting, or all admins."""
    named = [part.strip() for part in settings().operator_mail.split(",") if part.strip()]
    admins = select(Owner.email).where(Owner.role == Role.ADMIN, col(Owner.email).is_not(None))
    return list(dict.fromkeys(named or [str(email) for email in session.exec(admins)]))


def _told_lately(session: Session) -> int:
    recent = (Mail.kind == MailKind.OPERATOR, col(Mail.cause).startswith("faults:"), col(Mail.created_at) > now() - HOUR_SECONDS)
    return session.exec(select(func.count()).select_from(Mail).where(*recent)).one()


def _take(session: Session, fault: Fault) -> bool:
    """Note a fault as told; False if another relay was quicker."""
    same = (col(Fault.fingerprint) == fault.fingerprint, col(Fault.mailed_count) == fault.mailed_count)
    told = update(Fault).where(*same).values(mailed_count=fault.count, mailed_at=now())
    return session.execute(told, execution_options={"synchronize_session": False}).rowcount == 1  # pyright: ignore[reportAttributeAccessIssue]


def _write(session: Session, people: list[str], faults: list[Fault]) -> None:
    times = sum(fault.count - fault.mailed_count for fault in faults)
    lines = [_line(fault) for fault in faults[:MOST_LINES]]
    if len(faults) > MOST_LINES:
        lines.append(f"* and {len(faults) - MOST_LINES} more kinds")
    body = "\n".join(
        [
            "something went wrong that nobody foresaw:",
            "",
            *lines,
            "",
            "Details, for those who may see them:",
            f"{settings().public_url}{routes.MANAGE_FAILURES}",
        ]
    )
    subject = faults[0].title if len(faults) == 1 else f"{len(faults)} kinds of faults, {times} times"
    batch = new_id()
    for number, address in enumerate(people):
        letters.write(session, to=address, subject=subject, body=body, cause=f"faults:{batch}:{number}", kind=MailKind.OPERATOR)


def _line(fault: Fault) -> str:
    new = fault.count - fault.mailed_count
    since = "for the first time" if fault.mailed_at is None else f"{new} times since {fault.mailed_at:%Y-%m-%d %H:%M} UTC"
    if fault.mailed_at is None and new > 1:
        since = f"{new} times since {fault.first_at:%Y-%m-%d %H:%M} UTC"
    return f"* {letters.one_line(fault.title)}: {since}, {fault.count} in all"
