"""Recovery codes: ten, each good once, for the day when the phone or the passkey is lost. The database holds their SHA-256."""

import secrets
from base64 import b32encode
from hashlib import sha256
from typing import cast

from sqlalchemy import CursorResult, delete, update
from sqlmodel import Session, col, func, select

from sciflask_reflex.identity.models import RecoveryCode
from sciflask_reflex.models import utcnow

HOW_MANY = 10
BYTES = 15
"""120 bits each: nobody finds one from its hash, with or without a salt."""
CHARS = BYTES * 8 // 5
GROUP = 6


def renew(session: Session, owner_id: str) -> list[str]:
    """Return ten new codes, within the caller's transaction; those of before are void. They cannot be shown again."""
    remove(session, owner_id)
    codes = [b32encode(secrets.token_bytes(BYTES)).decode().lower() for _ in range(HOW_MANY)]
    session.add_all([RecoveryCode(owner_id=owner_id, code_sha256=_hash(code)) for code in codes])
    return ["-".join(code[start : start + GROUP] for start in range(0, CHARS, GROUP)) for code in codes]


def use(session: Session, owner_id: str, typed: str) -> bool:
    """Use a code up, within the caller's transaction. Return False if it is not one of theirs or was used before."""
    code = plain(typed)
    if len(code) != CHARS:
        return False
    mine = (col(RecoveryCode.owner_id) == owner_id, col(RecoveryCode.code_sha256) == _hash(code), col(RecoveryCode.used_at).is_(None))
    return cast("CursorResult[object]", session.execute(update(RecoveryCode).where(*mine).values(used_at=utcnow()))).rowcount == 1


def left(session: Session, owner_id: str) -> int:
    """Return how many codes can still be used."""
    mine = (col(RecoveryCode.owner_id) == owner_id, col(RecoveryCode.used_at).is_(None))
    return session.exec(select(func.count()).select_from(RecoveryCode).where(*mine)).one()


def remove(session: Session, owner_id: str) -> None:
    """Make all codes of a person void."""
    session.execute(delete(RecoveryCode).where(col(RecoveryCode.owner_id) == owner_id))


def plain(typed: str) -> str:
    """Return a code as it was made, whatever case, spaces and dashes it was typed with."""
    return "".join(letter for letter in typed.lower() if letter.isalnum())[: CHARS + 1]


def _hash(code: str) -> str:
    return sha256(code.encode()).hexdigest()
