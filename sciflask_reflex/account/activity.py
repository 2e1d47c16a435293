"""What happened in a person's account, in words: what, when, and where."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_
from sqlmodel import Session, col, select

from sciflask_reflex import audit
from sciflask_reflex.db import reading
from sciflask_reflex.identity.models import Account, SessionDetail
from sciflask_reflex.models import Analysis, AuditEvent, Study

PAGE = 20
WORDS = {
    "account:register": "Account made",
    "account:create": "Account made",
    "account:email:confirm": "Address confirmed",
    "account:confirmation:request": "Mail for the confirmation asked for",
    "account:terms:accept": "Terms accepted",
    "account:role:change": "Role changed",
    "account:enable": "Account enabled",
    "account:disable": "Account disabled",
    "account:login:success": "Signed in",
    "account:login:failure": "Wrong password at sign-in",
    "account:login:throttled": "Too many tries at sign-in",
    "account:logout": "Signed out",
    "account:factor:add": "Way to prove that it is you added",
    "account:factor:remove": "Way to prove that it is you removed",
    "account:factor:failure": "Wrong code at the second step",
    "account:factor:recovery:use": "Recovery code used",
    "account:factor:recovery:renew": "New recovery codes made",
    "account:session:revoked": "Session ended",
    "account:name:change": "Name changed",
    "account:email:request": "Change of address asked for",
    "account:email:change": "Address changed",
    "account:password:change": "Password changed",
    "account:password:reset:request": "Mail for a new password asked for",
    "account:password:reset": "Password set anew",
    "account:token:create": "API token made",
    "account:token:revoke": "API token revoked",
    "account:mails:change": "Choice of mails changed",
    "account:export": "Everything exported",
    "account:delete": "Account deleted",
    "study:create": "Study made",
    "study:rename": "Study renamed",
    "study:delete": "Study deleted",
    "file:upload": "File uploaded",
    "file:download": "File downloaded",
    "file:refused": "File refused",
    "analysis:submit": "Analysis started",
    "analysis:rename": "Analysis renamed",
    "analysis:cancel": "Analysis cancelled",
    "analysis:delete": "Analysis deleted",
    "share:create": "Link to a result made",
    "share:revoke": "Link to a result revoked",
    "share:use": "Link to a result opened",
    "retention:analysis": "Analysis removed, for its time was over",
    "retention:account": "Account removed, for its address was never confirmed",
    "authz:denied": "Refused",
    "ratelimit:hit": "Slowed down",
    "admin:look:start": "An admin began to look at the site as you see it",
    "admin:look:stop": "An admin stopped looking at the site as you see it",
}

AT_THE_DOOR = (
    "account:confirmation:",
    "account:email:confirm",
    "account:factor:failure",
    "account:factor:recovery:use",
    "account:login:",
    "account:password:reset",
    "account:register",
)
"""What is done before one is signed in: whose browser it was is not known, though a guest may have used it."""


@dataclass(frozen=True, slots=True)
class EventRow:
    """One line of the log, for the person whom it is about."""

    id: int
    at: str
    what: str
    where: str
    failed: bool


def events_of(owner_id: str, *, session_sha256: str = "", ip: str = "", before: int | None = None) -> tuple[list[EventRow], bool]:
    """Return a page of a person's events, newest first, older than the event ``before``; and whether there are more.

    The log holds neither addresses nor devices; where something happened is told by comparison with the sessions there are.
    """
    mine = or_(col(AuditEvent.subject_id) == owner_id, col(AuditEvent.actor_id) == owner_id)
    older = [] if before is None else [col(AuditEvent.id) < before]
    query = select(AuditEvent).where(mine, *older).order_by(col(AuditEvent.id).desc()).limit(PAGE + 1)
    with reading() as session:
        events = session.exec(query).all()
        known = select(SessionDetail).join(Account, col(Account.local_user_id) == col(SessionDetail.local_user_id))
        details = session.exec(known.where(Account.owner_id == owner_id)).all()
        names = _names(session, owner_id, events)
    browsers = {detail.session_sha256[:16]: detail.browser or "Another session" for detail in details}
    if session_sha256:
        browsers[session_sha256[:16]] = "This session"
    return [_row(event, names.get(event.thing, ""), _where(event, owner_id, browsers, ip)) for event in events[:PAGE]], len(events) > PAGE


def _names(session: Session, owner_id: str, events: Sequence[AuditEvent]) -> dict[str, str]:
    """Return what the person's studies and analyses in these events are called now; the log itself holds no names."""
    names: dict[str, str] = {}
    for kind, table in (("study", Study), ("analysis", Analysis)):
        ids = {event.thing.partition(":")[2] for event in events if event.thing.startswith(f"{kind}:")}
        query = select(table.id, table.name).where(table.owner_id == owner_id, col(table.id).in_(ids))
        names |= {f"{kind}:{row_id}": name for row_id, name in session.exec(query)} if ids else {}
    return names


def in_words(tag: str) -> str:
    """Return what a tag means; one that has no words of its own is taken apart."""
    subject, _, rest = tag.partition(":")
    return WORDS.get(tag) or f"{subject.capitalize()}: {rest.replace(':', ' ').replace('-', ' ')}"


def _row(event: AuditEvent, name: str, where: str) -> EventRow:
    what = f"{in_words(event.tag)}: {name}" if name else in_words(event.tag)
    if event.detail.get("method"):
        what += f" ({event.detail['method']})"
    return EventRow(event.id or 0, event.at.isoformat(), what, where, event.outcome != "success")


def _where(event: AuditEvent, owner_id: str, browsers: dict[str, str], ip: str) -> str:
    theirs = event.actor_id == owner_id
    if not theirs and event.actor_id and not event.tag.startswith(AT_THE_DOOR):
        return "By somebody else" if event.tag.startswith("share:") else "By the people who run this site"
    places = [browsers.get(event.session, "A session that has ended")] if event.session and theirs else []
    if event.network and ip:
        network = "the network you are in now" if event.network == audit.network_hash(ip, event.at) else "another network"
        places.append(network if places else f"{network[0].upper()}{network[1:]}")
    return ", ".join(places)
