"""Codes that an app on the phone shows, new every half minute (RFC 6238). Each is good once."""

import time
from dataclasses import dataclass
from hmac import compare_digest
from typing import cast

import segno
from pyotp import random_base32
from pyotp.totp import TOTP
from sqlalchemy import CursorResult, delete, update
from sqlmodel import Session, col

from sciflask_reflex.db import writing
from sciflask_reflex.errors import Invalid, Refused
from sciflask_reflex.identity.factors import news, recovery, tries
from sciflask_reflex.identity.models import TotpSecret
from sciflask_reflex.models import utcnow
from sciflask_reflex.secrets import seal, unseal
from sciflask_reflex.settings import settings

PURPOSE = "totp"
STEP_SECONDS = 30
EARLIER_OR_LATER = 1
"""How many steps the phone's clock may be off."""
ON_ALREADY = "Codes by an app are on already. Turn them off first, to set them up with another app."
NOT_BEGUN = "Begin again: show the picture anew, and scan it."
WRONG = "This is not the code that the app shows now. If it keeps failing, check the phone's clock."
CODE_FIELD = "code"


@dataclass(frozen=True)
class Setup:
    """What the app must learn. Shown to the person once; kept encrypted."""

    secret: str
    address: str
    """The otpauth:// address that the picture holds."""
    picture: str
    """A QR code as SVG."""


def begin(owner_id: str, email: str) -> Setup:
    """Return a new secret for an app; one that was begun before and never confirmed is forgotten. Raises Refused if codes are on."""
    secret = random_base32()
    with writing() as session:
        kept = session.get(TotpSecret, owner_id)
        if kept and kept.confirmed_at:
            raise Refused(ON_ALREADY)
        row = kept or TotpSecret(owner_id=owner_id, secret="")
        row.secret, row.last_step = seal(PURPOSE, secret), 0
        session.add(row)
    address = TOTP(secret).provisioning_uri(name=email, issuer_name=settings().site_name)
    return Setup(secret, address, _picture(address))


def confirm(owner_id: str, code: str) -> list[str]:
    """Turn codes on, once a first one proves that the app has the secret; returns the recovery codes, which are shown once.

    Raises:
        Refused: If nothing was begun, or codes are on already.
        Invalid: If the code is wrong (field ``code``).
        TooOften: After five tries.
    """
    tries.spend_one(owner_id)
    with writing() as session:
        row = session.get(TotpSecret, owner_id, with_for_update=True)
        if row is None or row.confirmed_at:
            raise Refused(ON_ALREADY if row else NOT_BEGUN)
        step = _step_of(row, code)
        if step is None:
            raise Invalid(WRONG, {CODE_FIELD: WRONG})
        row.last_step = step
        row.confirmed_at = utcnow()
        codes = recovery.renew(session, owner_id)
        news.tell(session, owner_id, news.ADDED, "codes by an app")
    return codes


def use(session: Session, owner_id: str, code: str) -> bool:
    """Use a code up, within the caller's transaction. Return False if it is wrong, or was used before."""
    row = session.get(TotpSecret, owner_id)
    step = _step_of(row, code) if row and row.confirmed_at else None
    if step is None:
        return False
    mine = (col(TotpSecret.owner_id) == owner_id, col(TotpSecret.last_step) < step)
    return cast("CursorResult[object]", session.execute(update(TotpSecret).where(*mine).values(last_step=step))).rowcount == 1


def turn_off(owner_id: str) -> None:
    """Forget the secret. Recovery codes go too where no other factor needs them."""
    with writing() as session:
        gone = cast("CursorResult[object]", session.execute(delete(TotpSecret).where(col(TotpSecret.owner_id) == owner_id)))
        if gone.rowcount:
            news.tell(session, owner_id, news.REMOVED, "codes by an app")


def _step_of(row: TotpSecret, code: str) -> int | None:
    """Return the time step that a code belongs to, if it is one of now and later than the last one used."""
    typed = "".join(code.split())
    if len(typed) != 6 or not (typed.isascii() and typed.isdecimal()):
        return None
    codes, now = TOTP(unseal(PURPOSE, row.secret)), int(time.time()) // STEP_SECONDS
    near = range(max(now - EARLIER_OR_LATER, row.last_step + 1), now + EARLIER_OR_LATER + 1)
    return next((step for step in near if compare_digest(codes.generate_otp(step), typed)), None)


def _picture(address: str) -> str:
    # No colours: the page gives them, dark on white in both looks, so that every camera reads it.
    return segno.make(address, error="m").svg_inline(scale=5, border=3, dark="#11181c", light="#ffffff", omitsize=True)
