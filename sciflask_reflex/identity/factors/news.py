"""What is told when somebody's second factors change: the log, and a mail, since a thief would do it too."""

from sqlmodel import Session, select

from sciflask_reflex import audit, routes
from sciflask_reflex.identity.factors import recovery, second_step
from sciflask_reflex.jobs import letters
from sciflask_reflex.models import MailKind, Owner, new_id
from sciflask_reflex.settings import settings

ADDED, REMOVED = "add", "remove"
SUBJECTS = {ADDED: "A way to prove that it is you was added", REMOVED: "A way to prove that it is you was removed"}
IF_NOT = "If that was not you, set a new password at once, and look through your account settings:"


def tell(session: Session, owner_id: str, act: str, what: str) -> None:
    """Write down, and mail, that a factor came or went; with the last factor its recovery codes go."""
    session.flush()
    audit.record(session, f"account:factor:{act}", subject_id=owner_id, factor=what)
    if act == REMOVED and not second_step.needed(session, owner_id):
        recovery.remove(session, owner_id)
    verb = "added to" if act == ADDED else "removed from"
    mail(session, owner_id, SUBJECTS[act], f"this was {verb} your account: {what}.")


def recovery_code_used(session: Session, owner_id: str) -> None:
    """Write down, and mail, that a recovery code opened the account."""
    left = recovery.left(session, owner_id)
    audit.record(session, "account:factor:recovery:use", subject_id=owner_id, left=left)
    mail(session, owner_id, "A recovery code was used", f"a recovery code was used to sign in to your account. Codes left: {left}.")


def recovery_codes_renewed(session: Session, owner_id: str) -> None:
    """Write down, and mail, that there are new recovery codes."""
    audit.record(session, "account:factor:recovery:renew", subject_id=owner_id)
    mail(session, owner_id, "New recovery codes were made", "new recovery codes were made for your account. Those of before are void.")


def mail(session: Session, owner_id: str, subject: str, sentence: str) -> None:
    """Queue one letter about the safety of an account; it cannot be turned off."""
    owner = session.exec(select(Owner).where(Owner.id == owner_id)).one_or_none()
    if owner is None or not owner.email:
        return
    body = f"{sentence}\n\n{IF_NOT}\n\n{settings().public_url}{routes.ACCOUNT}"
    letters.write(
        session, to=owner.email, subject=subject, body=body, cause=f"factor:{owner_id}:{new_id()}", kind=MailKind.ACCOUNT, owner=owner
    )
