"""An account goes, and everything in it: for good, at once, also while analyses run."""

from pathlib import Path

from sqlalchemy import delete
from sqlmodel import Session, col, select

from sciflask_reflex import audit, departed, storage
from sciflask_reflex.db import writing
from sciflask_reflex.errors import Invalid, NotFound
from sciflask_reflex.identity.last_admin import require_another
from sciflask_reflex.identity.models import Account, LocalAuthSession, LocalUser
from sciflask_reflex.identity.principal import Principal
from sciflask_reflex.identity.proving import prove
from sciflask_reflex.jobs import events, letters
from sciflask_reflex.models import ACTIVE, Analysis, Mail, MailKind, Owner, Study, Upload

TYPE_ADDRESS = "Type your e-mail address to confirm."
ACCOUNT = "account"


def delete_account(principal: Principal, confirm: str, password: str, *, session_token: str, ip: str) -> None:
    """Delete the person's account after their proof and their typed address.

    Raises:
        Invalid: If the typed address is not theirs, or the proof fails; at the field.
        Refused: If they are the last admin.
        TooOften: After ten wrong passwords.
    """
    if not principal.email or confirm.strip().lower() != principal.email:
        raise Invalid(TYPE_ADDRESS, {"confirm": TYPE_ADDRESS})
    prove(principal, password, session_token, ip=ip)
    erase(principal.owner_id)


def erase(owner_id: str) -> None:
    """Remove an owner with an account: rows and files are gone, jobs stop, sessions are over, links dead. The log stays, without content.

    Workers look their analysis up again and again: the one that runs it finds it gone, and stops.

    Raises:
        NotFound: If there is no such account.
        Refused: If it is the last admin's.
    """
    with writing() as session:
        require_another(session, owner_id)
        # From here on nothing is added to their things: whoever wants to waits for this lock, and finds the owner gone.
        owner = session.exec(select(Owner).where(Owner.id == owner_id).with_for_update()).one_or_none()
        account = session.get(Account, owner_id)
        if owner is None or account is None:
            raise NotFound(ACCOUNT)
        folders, active = _folders(session, owner_id), _active(session, owner_id)
        _remove(session, owner, account)
        audit.record(session, "account:delete", subject_id=owner_id, thing=f"owner:{owner_id}")
        _say_goodbye(session, owner_id, account.email)
    for path in folders:
        storage.discard(path)
    for analysis_id in active:
        events.publish(owner_id, analysis_id, status=events.DELETED)


def _folders(session: Session, owner_id: str) -> list[Path]:
    """Return where the files of an owner are."""
    kept = ((Study, storage.study_folder), (Analysis, storage.analysis_folder), (Upload, storage.staging))
    return [place(row_id) for table, place in kept for row_id in session.exec(select(table.id).where(table.owner_id == owner_id)).all()]


def _active(session: Session, owner_id: str) -> list[str]:
    return list(session.exec(select(Analysis.id).where(Analysis.owner_id == owner_id, col(Analysis.status).in_(ACTIVE))).all())


def _remove(session: Session, owner: Owner, account: Account) -> None:
    """Delete every row: what refers to the owner or to the credentials goes with them."""
    user_id = account.local_user_id
    session.execute(delete(LocalAuthSession).where(col(LocalAuthSession.user_id) == user_id))
    session.execute(delete(Mail).where(col(Mail.to).in_([account.email, owner.email or account.email])))
    session.expunge(account)
    session.expunge(owner)
    departed.keep_owner(session, owner.id)
    session.execute(delete(Owner).where(col(Owner.id) == owner.id))
    session.execute(delete(LocalUser).where(col(LocalUser.id) == user_id))


def _say_goodbye(session: Session, owner_id: str, address: str) -> None:
    body = (
        "your account was deleted just now, with all studies, analyses and results in it.\n\n"
        "If that was not you, write to the people who run this site."
    )
    letters.write(
        session, to=address, subject="Your account was deleted", body=body, cause=f"account:{owner_id}:deleted", kind=MailKind.ACCOUNT
    )
