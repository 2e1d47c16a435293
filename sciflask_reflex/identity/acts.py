"""Who acts, for the audit log; what they read, and what was denied to them. The gate, the API and the forms ask here."""

import logging

from sqlalchemy.exc import SQLAlchemyError

from sciflask_reflex import audit
from sciflask_reflex.db import writing
from sciflask_reflex.errors import NotFound, SciflaskError, TooOften
from sciflask_reflex.identity.buckets import Buckets
from sciflask_reflex.identity.cookies import hash_of
from sciflask_reflex.identity.limits import network_of
from sciflask_reflex.identity.principal import Principal
from sciflask_reflex.identity.threads import Carrying

PER_MINUTE = 20
"""Denials of one person, or one network, that are written down; more of the same would fill the disk."""
TAGS: tuple[tuple[type[SciflaskError], str], ...] = ((NotFound, "authz:denied"), (TooOften, "ratelimit:hit"))

log = logging.getLogger(__name__)
_buckets = Buckets()
# One thread: what only looks at something must not wait until it is written down.
_notes = Carrying(1, thread_name_prefix="acts")


def actor_of(principal: Principal, credential: str, ip: str) -> audit.Actor:
    """Return the actor that a principal is: an admin who looks at the site as somebody else remains that admin."""
    return audit.Actor(principal.viewed_by or principal.owner_id, hash_of(credential) if credential else "", ip)


def note(tag: str, thing: str, *, subject_id: str | None = None, outcome: str = "success", **detail: object) -> None:
    """Write down what changes nothing else, such as a download, as this actor's. Returns at once; what cannot be written is logged."""
    _notes.submit(_write, tag, thing, subject_id, outcome, detail)


def denied(thing: str, refusal: SciflaskError, tag: str | None = None) -> None:
    """Write down that this actor asked for what is not theirs, or too often; or, with a ``tag``, was refused something else."""
    tag = tag or next((tag for kind, tag in TAGS if isinstance(refusal, kind)), None)
    who = audit.actor()
    if tag is not None and _buckets.take((tag, who.owner_id or network_of(who.ip)), PER_MINUTE):
        note(tag, thing, outcome="failure", why=type(refusal).__name__)


def settle() -> None:
    """Return when everything noted so far has been written."""
    _notes.submit(lambda: None).result()


def _write(tag: str, thing: str, subject_id: str | None, outcome: str, detail: dict[str, object]) -> None:
    try:
        with writing() as session:
            audit.record(session, tag, subject_id=subject_id, thing=thing, outcome=outcome, **detail)
    except (SQLAlchemyError, SciflaskError) as error:
        log.warning("%s of %s could not be written down: %s", tag, thing, error)
