"""Take back what dead workers left, in the ledger and on disk."""

import logging

from sciflask_reflex.jobs import results, runs

log = logging.getLogger(__name__)


def reap() -> int:
    """Do one round; return how many attempts were taken back."""
    dead = runs.reap()
    for analysis_id, attempt in dead:
        log.warning("analysis %s, attempt %d: its worker died", analysis_id, attempt)
        results.discard_attempts(analysis_id, attempt)
    return len(dead)
