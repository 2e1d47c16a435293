"""What may be asked of live tools: who may, how often, and the result, from the shelf or computed now."""

from concurrent.futures import Future
from uuid import uuid4

from pipeline.toolkit import Tool
from sciflask_reflex import quotas
from sciflask_reflex.db import reading
from sciflask_reflex.errors import NotAllowed, NotFound, SignInNeeded, TooOften
from sciflask_reflex.identity.buckets import Buckets
from sciflask_reflex.instant import shelf
from sciflask_reflex.instant.asked import Asked
from sciflask_reflex.instant.keeper import keeper
from sciflask_reflex.instant.shelf import Computed
from sciflask_reflex.models import Owner
from sciflask_reflex.settings import settings

TOO_FAST = "That were many computations in a short time. Go on in a few seconds."
RETRY_SECONDS = 2
CROWD = 10
"""Visitors without a name share what is counted for their network, which stands for that many people."""
CLOSED_TO_GUESTS = "Sign in to use the tools of this site."

_buckets = Buckets()


def require_open(tool: Tool, *, owner_id: str, role: str) -> None:
    """Refuse whoever may not use a tool; somebody without a name counts as a guest.

    Raises:
        SignInNeeded: If this site is for people with an account.
        NotAllowed: If the tool is not open to the role.
    """
    if not owner_id and not settings().guests:
        raise SignInNeeded(CLOSED_TO_GUESTS)
    with reading() as session:
        limits = quotas.limits_of(session, role)
    if fault := quotas.tool_fault(limits, tool.slug, role):
        raise NotAllowed(fault)


def begin(asked: Asked, *, person: str, crowd: int = 1, seat: str = "") -> "Future[Computed]":
    """Return the result to come; it is there at once when somebody had the same wish before.

    Args:
        asked: The wish.
        person: Whom it is counted for: an owner, or the network of somebody without a name.
        crowd: How many people that stands for.
        seat: The tab that asks. What it asked for before is given up; a request without a seat is alone.

    Raises:
        TooOften: If this person asks too often, or too many wait.
    """
    if known := shelf.find(asked):
        ready: Future[Computed] = Future()
        ready.set_result(known)
        return ready
    if not _buckets.take(("live", person), settings().live_per_minute, people=crowd):
        raise TooOften(TOO_FAST, RETRY_SECONDS)
    return keeper().ask(asked, seat=seat or uuid4().hex, person=person, crowd=crowd)


def compute(asked: Asked, *, person: str) -> Computed:
    """Return the result, waiting for it.

    Raises:
        Invalid: If the science cannot go on with these values, or they need more than they may.
        TooOften: If this person asks too often, or too many wait.
        Unavailable: If the site is being stopped.
    """
    return begin(asked, person=person).result()


def compute_for(asked: Asked, *, owner_id: str) -> Computed:
    """As ``compute``, for an owner who is known by id alone.

    Raises:
        NotFound: If there is no such owner.
        NotAllowed: If the tool is not open to them.
    """
    with reading() as session:
        owner = session.get(Owner, owner_id)
    if owner is None:
        raise NotFound("account")
    require_open(asked.tool, owner_id=owner_id, role=owner.role)
    return compute(asked, person=owner_id)
