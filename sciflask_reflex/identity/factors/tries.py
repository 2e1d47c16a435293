"""How often a second factor may be tried: a code of six digits stands only as long as nobody can try many."""

from dataclasses import replace

from sciflask_reflex.identity import limits
from sciflask_reflex.identity.limits import Limit

LIMITS = (Limit("second-step-burst", 5, 300), Limit("second-step-hour", 20, 3_600), Limit("second-step-day", 50, 86_400))
"""PyPI's figures, for each person. They stand in for a lock: whoever tries has shown the right password already."""


def spend_one(owner_id: str) -> None:
    """Count one try before it is looked at, right or wrong, so that parallel ones cannot slip through; raises TooOften."""
    for limit in LIMITS:
        limits.check(limit, owner_id)
    for limit in LIMITS:
        limits.record(limit, owner_id)
    for limit in LIMITS:
        limits.check(replace(limit, most=limit.most + 1), owner_id)
