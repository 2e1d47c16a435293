"""Who acts, for the audit log; and what was denied to them. The gate, the API and the forms ask here."""

import logging

from sqlalchemy.exc import SQLAlchemyError

from sciflask_reflex import audit
from sciflask_reflex.db import writing
from sciflask_reflex.errors import NotFound, SciflaskError, TooOften
from sciflask_reflex.identity.buckets import Buckets
from sciflask_reflex.identity.cookies import hash_of
from sciflask_reflex.identity.limits import network_of
from sciflask_reflex.identity.principal import Principal
from sciflask_reflex.identity.visit import in_thread

PER_MINUTE = 20
"""Denials of one person, or one network, that are written down; more of the same would fill the disk."""
TAGS: tuple[tuple[type[SciflaskError], str], ...] = ((NotFound, "authz:denied"), (TooOften, "ratelimit:hit"))

log = logging.getLogger(__name__)
_buckets = Buckets()


def actor_of(principal: Principal, credential: str, ip: str) -> audit.Actor:
    """Return the actor that a principal is: an admin who looks at the site as somebody else remains that admin."""
    return audit.Actor(principal.viewed_by or principal.owner_id, hash_of(credential) if credential else "", ip)


async def denied(thing: str, refusal: SciflaskError) -> None:
    """Write down that the actor of this task asked for what is not theirs, or too often; never fails for want of a database."""
    tag = next((tag for kind, tag in TAGS if isinstance(refusal, kind)), None)
    who = audit.actor()
    if tag is None or not _buckets.take((tag, who.owner_id or network_of(who.ip)), PER_MINUTE):
        return
    await in_thread(_write, tag, thing, type(refusal).__name__)


def _write(tag: str, thing: str, why: str) -> None:
    try:
        with writing() as session:
            audit.record(session, tag, thing=thing, outcome="failure", why=why)
    except SQLAlchemyError as error:
        log.warning("%s of %s could not be written down: %s", tag, thing, error)
