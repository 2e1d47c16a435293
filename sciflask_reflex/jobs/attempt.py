"""One attempt from claim to end: start the child, follow it, keep its result, and tell the ledger."""

import logging
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from sciflask_reflex import storage
from sciflask_reflex.jobs import causes, results, runs, sandbox
from sciflask_reflex.jobs.bounds import bounds_of
from sciflask_reflex.jobs.causes import Cause
from sciflask_reflex.jobs.child import job_child
from sciflask_reflex.jobs.follower import Ending, Follower
from sciflask_reflex.jobs.orders import InputDamaged, write_order
from sciflask_reflex.jobs.runs import Claim
from sciflask_reflex.settings import settings

KILL_GRACE_SECONDS = 2.0
"""How long a child that is told to end may tidy up."""

T = TypeVar("T")
log = logging.getLogger(__name__)


def _insist(act: Callable[[], T]) -> T:
    """Act on the ledger, again and again for as long as the lease may last."""
    deadline = time.monotonic() + settings().lease_seconds
    while True:
        try:
            return act()
        except SQLAlchemyError as error:
            if time.monotonic() > deadline:
                raise
            log.warning("the database did not answer, trying again: %s", error)
            time.sleep(1.0)


def run(claim: Claim, stopping: threading.Event) -> None:
    """Run an attempt to its end, whatever that is. Returns only when its child is gone and the ledger knows."""
    draft, scratch = storage.result_draft(claim.analysis_id, claim.attempt), storage.result_scratch(claim.analysis_id, claim.attempt)
    spread = storage.result_spread(claim.analysis_id, claim.attempt)
    try:
        results.discard_attempts(claim.analysis_id, claim.attempt - 1)
        scratch.mkdir(mode=0o700)
        draft.mkdir(mode=0o700)
        order = write_order(claim, draft)
        follower = Follower(claim, (draft, scratch, spread), stopping)
        with job_child(order, scratch, bounds_of(claim.tool)) as child:
            ending = follower.follow(child)
            returncode = child.wait(sandbox.GRACE_SECONDS) if ending.own_words else child.stop(KILL_GRACE_SECONDS)
            errors = child.errors
        storage.discard(scratch)  # first of all: a disk that is busy with these files would delay the ledger
        follower.flush()
        if not _insist(lambda: _conclude(claim, ending, returncode, errors)):
            _insist(lambda: runs.cancelled(claim))
    except InputDamaged as error:
        if not runs.fail(claim, Cause.INPUT, causes.INPUT_DAMAGED, str(error)):
            runs.cancelled(claim)
    finally:
        storage.discard(draft)
        storage.discard(scratch)
        storage.discard_spread(spread)
        if runs.is_gone(claim):
            storage.discard(storage.analysis_folder(claim.analysis_id))


def _conclude(claim: Claim, ending: Ending, returncode: int, errors: bytes) -> bool:
    """Write the ending into the ledger; False if the attempt is no longer ours to end, or was cancelled."""
    details = "\n".join(filter(None, (ending.text, errors.decode(errors="replace")[-8_000:], f"exit code {returncode}")))
    acts: dict[str, Callable[[], bool]] = {
        "done": lambda: results.keep(claim),
        "stop": lambda: runs.hand_back(claim),
        "cancel": lambda: False,
        "lost": lambda: False,
        "error": lambda: runs.fail(claim, Cause.TOOL, ending.text, details),
        "traceback": lambda: runs.fail(claim, Cause.INTERNAL, causes.INTERNAL, details),
    }
    if act := acts.get(ending.why):
        return act()
    cause = Cause((sandbox.cause_of(returncode, errors) or "crash") if ending.why == "silent" else ending.why)
    if cause == Cause.CRASH:
        return runs.crashed(claim, details) is not None
    return runs.fail(claim, cause, causes.sentence(cause, bounds_of(claim.tool), claim.tool), details)
