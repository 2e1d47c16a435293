"""Taking the second step by something typed: a code from the app, or a recovery code."""

from dataclasses import dataclass

from sqlmodel import func, select

from sciflask_reflex import audit
from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import Invalid
from sciflask_reflex.identity.factors import news, recovery, second_step, totp, tries
from sciflask_reflex.identity.models import Passkey, TotpSecret

WRONG = "This code is not right. Codes from the app change every half minute, and each is good once."
LOOK_AGAIN = "You are not signed in yet."
TOTP, RECOVERY = "totp", "recovery"


@dataclass(frozen=True, slots=True)
class Factors:
    """What somebody has set up beside the password."""

    totp: bool = False
    passkeys: int = 0
    recovery_left: int = 0


def factors_of(owner_id: str) -> Factors:
    """Return what somebody has set up."""
    with reading() as session:
        secret = session.get(TotpSecret, owner_id)
        passkeys = session.exec(select(func.count()).select_from(Passkey).where(Passkey.owner_id == owner_id)).one()
        return Factors(bool(secret and secret.confirmed_at), passkeys, recovery.left(session, owner_id))


def take(owner_id: str, code: str) -> str:
    """Take the second step by a code; returns which kind it was.

    Raises:
        Invalid: If the code is wrong or was used before (field ``code``).
        TooOften: After five tries in five minutes, 20 in an hour or 50 in a day, right or wrong.
    """
    tries.spend_one(owner_id)
    with writing() as session:
        if totp.use(session, owner_id, code):
            return TOTP
        if second_step.needed(session, owner_id) and recovery.use(session, owner_id, code):
            news.recovery_code_used(session, owner_id)
            return RECOVERY
        audit.record(session, "account:factor:failure", subject_id=owner_id, outcome="failure")
    raise Invalid(LOOK_AGAIN, {totp.CODE_FIELD: WRONG})


def new_recovery_codes(owner_id: str) -> list[str]:
    """Return ten new recovery codes; those of before are void. They cannot be shown again."""
    with writing() as session:
        codes = recovery.renew(session, owner_id)
        news.recovery_codes_renewed(session, owner_id)
    return codes
