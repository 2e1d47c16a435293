"""Whether a password is enough, or a second step follows it."""

from sqlmodel import Session, col, select

from sciflask_reflex.identity.models import Passkey, TotpSecret


def needed(session: Session, owner_id: str) -> bool:
    """Whether this person has set up codes, or a passkey."""
    codes = select(TotpSecret.owner_id).where(TotpSecret.owner_id == owner_id, col(TotpSecret.confirmed_at).is_not(None))
    passkeys = select(Passkey.id).where(Passkey.owner_id == owner_id)
    return session.exec(codes).first() is not None or session.exec(passkeys).first() is not None
