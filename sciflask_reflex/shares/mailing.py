"""A guest has the private link to a result mailed. The address is not known to be theirs, so the mail is short, rare and without their words."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlmodel import Session, select

from sciflask_reflex import links, retention, routes
from sciflask_reflex.db import writing
from sciflask_reflex.errors import Refused
from sciflask_reflex.identity import limits
from sciflask_reflex.identity.addresses import canonical
from sciflask_reflex.identity.limits import Limit
from sciflask_reflex.jobs import letters
from sciflask_reflex.models import MailKind, Owner, Share, utcnow
from sciflask_reflex.settings import settings
from sciflask_reflex.shares import service

ADDRESS = Limit("share-mail-address", 3, 86_400)
NETWORK = Limit("share-mail-network", 20, 86_400)
GUEST = Limit("share-mail-guest", 5, 86_400)
REMINDED = timedelta(days=2)
"""How long before a guest's work is removed the address gets a reminder."""
TWICE = "The link to this result was mailed to this address already. Look into the folder for spam, too."


@dataclass(frozen=True, slots=True)
class Asker:
    """Who wants a mail to be sent, and from where."""

    owner_id: str
    ip: str


def mail_link(analysis_id: str, email: str, asker: Asker) -> datetime:
    """Mail a link to a result, once for each address; return until when it is good.

    Raises:
        Invalid: If that is no address.
        NotFound: If there is no such analysis, or it is somebody else's.
        Refused: If there is no result, or the address had this mail already.
        TooOften: If too many such mails were asked for.
    """
    address = canonical(email)
    tries = ((ADDRESS, address), (NETWORK, limits.network_of(asker.ip)), (GUEST, asker.owner_id))
    for limit, who in tries:
        limits.check(limit, who)
    with writing() as session:
        share = service.add(session, analysis_id, asker.owner_id, service.DAYS[0])
        if not _write(session, share, address):
            raise Refused(TWICE)
        _remind(session, share, address)
    for limit, who in tries:
        limits.record(limit, who)
    return share.expires_at


def _short(address: str) -> str:
    return sha256(address.encode()).hexdigest()[:32]


def _write(session: Session, share: Share, address: str) -> bool:
    body = (
        f"somebody, probably you, asked for this link to a result on {settings().site_name}:\n\n{links.PLACE}\n\n"
        f"Whoever has the link can see the result. It is kept until {share.expires_at:%d %B %Y}. With an account it is kept for longer:"
        f"\n\n{settings().public_url}{routes.REGISTER}\n\nIf it was not you, you need not do anything."
    )
    return letters.write(
        session,
        to=address,
        subject="The link to your result",
        body=body,
        cause=f"share:{share.analysis_id}:{_short(address)}",
        kind=MailKind.ACCOUNT,
        link_page=service.PAGE,
        link_id=share.id,
    )


def _remind(session: Session, share: Share, address: str) -> None:
    """Let one letter wait that says when the end of the work is near."""
    owner = session.exec(select(Owner).where(Owner.id == share.owner_id)).one()
    until = retention.guest_until(session, owner)
    if until - REMINDED <= utcnow():
        return
    letters.write(
        session,
        to=address,
        subject="Your result is about to be removed",
        body=f"the result behind this link is kept until {until:%d %B %Y}:\n\n{links.PLACE}\n\n"
        "Download what you need, or create an account in the browser that you used, and everything is kept.",
        cause=f"{MailKind.RETENTION}:{owner.id}:{_short(address)}",
        kind=MailKind.RETENTION,
        link_page=service.PAGE,
        link_id=share.id,
        due=until - REMINDED,
    )
