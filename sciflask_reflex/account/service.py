"""What a person may choose on the account page: which mails they want."""

from sqlmodel import select

from sciflask_reflex import audit
from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import Invalid, NotFound
from sciflask_reflex.models import OPTIONAL_MAILS, Owner

ACCOUNT = "account"


def unwanted_mails(owner_id: str) -> list[str]:
    """Return the kinds of mail that a person turned off."""
    with reading() as session:
        kinds = session.exec(select(Owner.unwanted_mails).where(Owner.id == owner_id)).one_or_none()
    return [kind for kind in kinds or [] if kind in OPTIONAL_MAILS]


def want_mail(owner_id: str, kind: str, *, wanted: bool) -> list[str]:
    """Turn one kind of mail on or off and return those that are off; raises Invalid for a kind that nobody may turn off."""
    if kind not in OPTIONAL_MAILS:
        message = "This mail cannot be turned off."
        raise Invalid(message)
    with writing() as session:
        owner = session.exec(select(Owner).where(Owner.id == owner_id).with_for_update()).one_or_none()
        if owner is None:
            raise NotFound(ACCOUNT)
        others = [each for each in owner.unwanted_mails if each != kind]
        owner.unwanted_mails = others if wanted else [*others, str(kind)]
        audit.record(session, "account:mails:change", subject_id=owner_id, mail=kind, wanted=wanted)
        return owner.unwanted_mails
